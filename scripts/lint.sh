# shellcheck shell=sh
# ./dev lint: every script of tests/lint, without a build. Lints of generated files use build/release/llmgw or
# build/asan/llmgw where there is one.
for preset in asan release dev; do
  if [ -z "${LLMGW:-}" ] && [ -x "build/$preset/llmgw" ]; then LLMGW=$root/build/$preset/llmgw; fi
done
export LLMGW
passed=0 failed=0 skipped=0
for lint in tests/lint/*; do
  case ${lint##*/} in *[!a-z_]*) continue ;; esac
  if [ ! -f "$lint" ] || [ ! -x "$lint" ]; then continue; fi
  status=0
  output=$("$lint" 2>&1) || status=$?
  case $status in
    0) passed=$((passed + 1)); verdict=passed ;;
    77) skipped=$((skipped + 1)); verdict=skipped ;;
    *) failed=$((failed + 1)); verdict=FAILED ;;
  esac
  printf '%-12s %s\n' "${lint##*/}" "$verdict"
  [ "$status" = 0 ] || printf '%s\n' "$output" | sed 's/^/  /'
done
echo "$passed passed, $failed failed$([ "$skipped" = 0 ] || echo ", $skipped skipped")"
[ "$failed" = 0 ]
