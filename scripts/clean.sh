# shellcheck shell=sh
rm -rf "$root/build"
