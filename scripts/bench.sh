# shellcheck shell=sh
# ./dev bench NAME [ARGUMENTS]: tests/bench/NAME against the binary that ./dev package packs.
[ $# -gt 0 ] || set -- overhead
name=$1
shift
[ -x "tests/bench/$name" ] || { say "no benchmark '$name'; there are: $(find tests/bench -maxdepth 1 -type f -perm -u+x -printf '%f ' 2>/dev/null)"; exit 2; }
. scripts/tuned.sh
build_tuned llmgw || die "the build failed"
LLMGW=$root/build/tuned/llmgw exec "tests/bench/$name" "$@"
