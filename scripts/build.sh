# shellcheck shell=sh
# ./dev build [PRESET...]
[ $# -gt 0 ] || set -- release
for preset in "$@"; do
  build_preset "$preset" || die "the build of '$preset' failed"
  if [ -x "build/$preset/llmgw" ]; then say "built $root/build/$preset/llmgw"; fi
done
