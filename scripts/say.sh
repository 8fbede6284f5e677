# shellcheck shell=sh
# Talk to the person at the terminal. stdout is for results; everything here goes to stderr.

say() { printf 'dev: %s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
