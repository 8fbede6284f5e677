#!/usr/bin/env bash
# Runs every example of examples/cli over the simulator and checks examples/llmgw.toml.
set -u
[ -x "${LLMGW:-}" ] || { echo "no binary: set LLMGW"; exit 77; }
root=${LLMGW_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$LLMGW" "$work/bin/llmgw"
export PATH="$work/bin:$PATH" HOME="$work"
unset "${!LLMGW_@}" "${!XDG_@}"
examples=$root/examples
failed=0
ran=

# expect NAME STATUS PATTERN COMMAND...: exit status and a pattern that the output must hold.
expect() {
  local name=$1 status=$2 pattern=$3 got=0
  shift 3
  ran="$ran $name"
  "$@" >"$work/out" 2>&1 </dev/null || got=$?
  if [ "$got" != "$status" ] || ! grep -qE "$pattern" "$work/out"; then
    printf 'FAILED: %s: exit status %s, wanted %s and /%s/\n' "$*" "$got" "$status" "$pattern"
    sed 's/^/  /' "$work/out"
    failed=$((failed + 1))
  fi
}

stack=$examples/cli/local_stack.sh
# shellcheck disable=SC2016  # the inner shell expands them
expect local_stack.sh 0 '^http://127.0.0.1:[0-9]+/v1$' "$stack" sh -c 'echo "$OPENAI_BASE_URL"'
expect ask_as_json.sh 0 '"ttft_ms":[0-9]' "$stack" "$examples/cli/ask_as_json.sh" --max-tokens 20 hi
expect ask_as_json.sh 4 '^auth: ' "$stack" env LLMGW_API_KEY=wrong "$examples/cli/ask_as_json.sh" hi
git init -q "$work/repository" && cd "$work/repository" && echo change >file && git add file
expect commit_message.sh 0 '[A-Za-z]' "$stack" "$examples/cli/commit_message.sh"
expect llmgw.toml 0 'valid' env LLMGW_TOKEN=t llmgw config validate "$examples/llmgw.toml"
expect llmgw.toml 0 'valid' env LLMGW_TOKEN=t llmgw serve --check --config "$examples/llmgw.toml"

for file in "$examples"/cli/*; do
  case " $ran " in
    *" ${file##*/} "*) ;;
    *) echo "FAILED: no test runs examples/cli/${file##*/}"; failed=$((failed + 1)) ;;
  esac
done
[ "$failed" = 0 ] && echo "all examples ran"
exit "$((failed > 0))"
