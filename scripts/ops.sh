# shellcheck shell=sh
# ./dev ops: tests/ops/run against the released binary; LLMGW=PATH picks another one.
# The last line is "N passed, N failed[, N skipped]".
if [ -z "${LLMGW:-}" ]; then
  build_preset release llmgw || die "the build failed"
  LLMGW=$root/build/release/llmgw
fi
export LLMGW
exec "$root/tests/ops/run" "$@"
