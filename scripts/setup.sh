# shellcheck shell=sh
# ./dev setup [GROUP...]
[ $# -gt 0 ] || set -- build run test clients engines
for group in "$@"; do
  [ -n "$(wanted "$group")" ] || die "no group '$group' in packaging/packages.txt"
done
install_missing "$@"
say "installed: all packages of $*"
