# shellcheck shell=sh
# ./dev generate: refresh what is made by a program and checked in: the table of rooms in docs/architecture.md, and man
# pages and shell completions, which the binary prints from its table of commands; the reference pages in docs/.
tests/lint/rooms --update
build_preset "${1:-dev}" llmgw || die "the build failed"
LLMGW=$root/build/${1:-dev}/llmgw tests/lint/generated --update
build_preset "${1:-dev}" core_tests proxy_tests || die "the build failed"
for suite in core_tests proxy_tests; do
  LLMGW_UPDATE_GOLDEN=1 "build/${1:-dev}/tests/$suite" '[reference]' || die "$suite could not write its reference pages"
done
