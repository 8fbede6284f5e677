# shellcheck shell=sh
# ./dev generate: refresh what is made by a program and checked in: the table of rooms in docs/architecture.md, and man
# pages and shell completions, which the binary prints from its table of commands.
tests/lint/rooms --update
build_preset "${1:-dev}" llmgw || die "the build failed"
LLMGW=$root/build/${1:-dev}/llmgw tests/lint/generated --update
