# shellcheck shell=sh
# One streamed Chat and one streamed Messages request with curl, shown as they arrive. Uses $proxy, $model, $work.

# first_model: the first name that GET /v1/models lists.
first_model() {
  curl -sS --fail-with-body --max-time 20 "$proxy/v1/models" | sed 's/[,{]/\n/g' |
    sed -n 's/^[[:space:]]*"id"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p' | head -n 1 | grep .
}

# show_text: reads server-sent events, prints the answer's text as it comes. The value is printed with its JSON
# escapes undone as far as printf does that (\n, \", \\): enough to read along.
show_text() {
  sed -un 's/^data:.*"\(content\|text\|reasoning_content\|reasoning\|thinking\)"[[:space:]]*:[[:space:]]*"\(\([^"\\]\|\\.\)*\)".*/\2/p' |
    while IFS= read -r piece; do printf '%b' "$piece"; done
}

# ask TITLE PATH END BODY [HEADER...]: END is a pattern that only a complete stream contains.
ask() {
  title=$1 path=$2 end=$3 body=$4
  shift 4
  printf '\n%s, POST %s, streamed:\n  ' "$title" "$path"
  {
    curl -sSN --max-time 300 -o - -w '\nhttp_status %{http_code}\n' "$@" \
      -H 'content-type: application/json' --data-binary "$body" "$proxy$path" || echo "curl status $?"
  } | tee "$work/answer" | show_text
  if grep -q '^http_status 200$' "$work/answer" && grep -q "$end" "$work/answer" &&
    ! grep -q '^event: error' "$work/answer" && [ -n "$(show_text <"$work/answer")" ]; then
    printf '\n  complete: %s events, status 200\n' "$(grep -c '^data:' "$work/answer")"
  else
    printf '\n'
    tail -n 20 "$work/answer" >&2
    say "$title: no complete streamed answer"
    return 1
  fi
}

ask_both() {
  question='"messages":[{"role":"user","content":"Say hello in one sentence."}],"max_tokens":64,"stream":true'
  failed=0
  ask 'OpenAI Chat' /v1/chat/completions '^data: \[DONE\]' "{\"model\":\"$model\",$question}" || failed=1
  ask 'Anthropic Messages' /v1/messages '^event: message_stop' "{\"model\":\"$model\",$question}" \
    -H 'anthropic-version: 2023-06-01' || failed=1
  return "$failed"
}
