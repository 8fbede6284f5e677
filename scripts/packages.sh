# shellcheck shell=sh
# Installs what packaging/packages.txt lists and this machine lacks. A machine that has everything is left alone: no
# network, no apt lock, no password. Needs say.sh and $root.

# wanted GROUP...: the lines of those groups without the group name, each once.
wanted() {
  for group in "$@"; do
    sed -n "s/^$group  *//p" "$root/packaging/packages.txt"
  done | sort -u
}

# installed NAME[>=VERSION]
installed() {
  name=${1%%>=*}
  # ${...} below belongs to dpkg-query's format.
  # shellcheck disable=SC2016
  state=$(dpkg-query -W -f '${db:Status-Abbrev}|${Version}\n' "$name" 2>/dev/null | sed -n 's/^ii *|//p' | head -n 1)
  [ -n "$state" ] || return 1
  [ "$name" = "$1" ] || dpkg --compare-versions "$state" ge "${1#*>=}"
}

# missing GROUP...: lines with no alternative installed.
missing() {
  wanted "$@" | while read -r line; do
    found=no
    for package in $line; do
      if installed "$package"; then found=yes; break; fi
    done
    [ "$found" = yes ] || printf '%s\n' "$line"
  done
}

# candidate NAME[>=VERSION]: does the archive, as this machine sees it, offer it?
candidate() {
  version=$(apt-cache policy "${1%%>=*}" 2>/dev/null | sed -n 's/^  Candidate: //p')
  [ -n "$version" ] && [ "$version" != "(none)" ] || return 1
  [ "${1%%>=*}" = "$1" ] || dpkg --compare-versions "$version" ge "${1#*>=}"
}

# choose: reads lines of alternatives, prints one package of each.
choose() {
  while read -r line; do
    choice=
    for package in $line; do
      if candidate "$package"; then choice=${package%%>=*}; break; fi
    done
    [ -n "$choice" ] || { say "the package archive has none of: $line"; return 1; }
    printf '%s\n' "$choice"
  done
}

# as_root COMMAND...: sudo is used for apt and nothing else.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# install_missing GROUP...
install_missing() {
  lines=$(missing "$@")
  [ -n "$lines" ] || return 0
  have apt-get || die "this script installs with apt-get, which is not here. Needed: $(echo "$lines" | tr '\n' ' ')"
  if [ "$(id -u)" != 0 ] && ! have sudo; then
    say "missing packages, and no sudo to install them with. As root, run:"
    say "  $root/dev setup $*"
    exit 1
  fi
  say "missing: $(echo "$lines" | sed 's/ .*//; s/>=.*//' | tr '\n' ' ')"
  if echo "$lines" | grep -q '^libcatch2-dev'; then enable_backports; fi
  say "apt-get update"
  if ! as_root apt-get update -qq; then
    [ -z "$backports_added" ] || as_root rm -f "$backports_source" "$backports_pin"
    die "apt-get update failed (see above)"
  fi
  packages=$(echo "$lines" | choose) || exit 1
  say "apt-get install: $(echo "$packages" | tr '\n' ' ')"
  log=$(mktemp)
  # shellcheck disable=SC2086  # one argument for each package
  without_services env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 $packages >"$log" 2>&1 || {
    cat "$log" >&2
    rm -f "$log"
    die "apt-get install failed (see above)"
  }
  rm -f "$log"
}

# without_services COMMAND...: a package such as nginx must not start a server on this machine just because a
# benchmark wants its binary. policy-rc.d is Debian's own switch for that; an existing one is respected.
without_services() {
  switch=/usr/sbin/policy-rc.d
  if [ -e "$switch" ]; then
    as_root "$@"
    return
  fi
  as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$switch && chmod 755 $switch"
  status=0
  as_root "$@" || status=$?
  as_root rm -f "$switch"
  return "$status"
}
