# shellcheck shell=sh
# Catch2 v3 on Debian 12 is in bookworm-backports. That suite is enabled on the mirror this machine already uses, for
# that one package. Newer releases have it in main and need nothing. Needs say.sh and as_root.

backports_added=
backports_source=
backports_pin=/etc/apt/preferences.d/llmgw-catch2

# existing_source SUITE: how the machine reaches SUITE, rewritten for SUITE-backports; first line is "sources" (deb822)
# or "list" (one-line form), the rest is the file's content. $1 suite, then the files to look in.
existing_source() {
  suite=$1
  shift
  for file in "$@"; do
    [ -r "$file" ] || continue
    case $file in
      *.sources) found=$(from_deb822 "$suite" "$file") ;;
      *) found=$(from_one_line "$suite" "$file") ;;
    esac
    if [ -n "$found" ]; then
      printf '%s\n' "$found"
      return 0
    fi
  done
  return 1
}

# from_deb822 SUITE FILE: the first enabled stanza that has SUITE, with everything kept (mirrors, keys, options) but
# the types, suites and components.
from_deb822() {
  grep -v '^#' "$2" | awk -v suite="$1" '
    BEGIN { RS = ""; FS = "\n" }
    {
      binary = has = enabled = 0; kept = ""; enabled = 1; skip = 0
      for (i = 1; i <= NF; i++) {
        if ($i ~ /^[ \t]/) { if (!skip) kept = kept $i "\n"; continue }
        name = tolower($i); sub(/:.*/, "", name)
        value = $i; sub(/^[^:]*:[ \t]*/, "", value)
        skip = (name == "types" || name == "suites" || name == "components")
        if (name == "enabled" && tolower(value) ~ /^(no|false|0)/) enabled = 0
        n = split(value, words, /[ \t]+/)
        for (w = 1; w <= n; w++) {
          if (name == "types" && words[w] == "deb") binary = 1
          if (name == "suites" && words[w] == suite) has = 1
        }
        if (!skip) kept = kept $i "\n"
      }
      if (binary && has && enabled) {
        printf "sources\nTypes: deb\nSuites: %s-backports\nComponents: main\n%s", suite, kept
        exit
      }
    }'
}

# from_one_line SUITE FILE: "deb [options] URI SUITE components".
from_one_line() {
  sed -n "s/^deb\([[:space:]][[:space:]]*\[[^]]*\]\)\{0,1\}[[:space:]][[:space:]]*\([^[:space:]]*\)[[:space:]][[:space:]]*$1[[:space:]].*/list\ndeb\1 \2 $1-backports main/p" \
    "$2" | sed 2q
}

# enable_backports: does nothing but on Debian 12 without that suite.
enable_backports() {
  # shellcheck disable=SC1091
  release=$(. /etc/os-release && printf '%s:%s' "${ID:-}" "${VERSION_CODENAME:-}")
  [ "$release" = debian:bookworm ] || return 0
  if apt-cache policy | grep -q 'n=bookworm-backports'; then return 0; fi
  if grep -rqs 'bookworm-backports' /etc/apt/sources.list /etc/apt/sources.list.d; then return 0; fi
  content=$(existing_source bookworm /etc/apt/sources.list.d/*.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.list) ||
    die "no apt source for bookworm found: add one for bookworm-backports by hand (Catch2 3 is there)"
  backports_source=/etc/apt/sources.list.d/llmgw-bookworm-backports.$(printf '%s\n' "$content" | head -n 1)
  say "adding $backports_source (for Catch2 3 alone; pinned by $backports_pin)"
  printf '%s\n' "$content" | sed 1d | as_root tee "$backports_source" >/dev/null
  as_root tee "$backports_pin" >/dev/null <<'PIN'
# Written by llmgw's ./dev setup: Catch2 3 from bookworm-backports, and nothing else from there.
# Remove this file and llmgw-bookworm-backports.* in sources.list.d to undo it.
Package: libcatch2-dev catch2
Pin: release n=bookworm-backports
Pin-Priority: 500

Package: *
Pin: release n=bookworm-backports
Pin-Priority: -1
PIN
  backports_added=yes
}
