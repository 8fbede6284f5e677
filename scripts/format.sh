# shellcheck shell=sh
# ./dev format: clang-format 14, Debian 12's own, because another version formats a little differently.
have clang-format-14 || die "needs clang-format-14"
find src tests \( -name '*.h' -o -name '*.cpp' \) -print0 | xargs -0 -n 16 -P 4 clang-format-14 -i
