# shellcheck shell=sh
# Configure and build a preset.

# leave_root COMMAND...: root in a tree that belongs to someone else (sudo ./dev, a mounted folder) goes on as the
# owner once packages are installed, so that nothing in the tree ends up owned by root.
leave_root() {
  owner=$(stat -c %u "$root")
  [ "$(id -u)" = 0 ] && [ "$owner" != 0 ] || return 0
  entry=$(getent passwd "$owner" || true)
  if [ -n "$entry" ]; then
    home=$(echo "$entry" | cut -d: -f6) groups=--init-groups
  else
    home=$root/build groups=--clear-groups
  fi
  say "going on as the owner of $root (uid $owner)"
  unset XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_STATE_HOME XDG_CACHE_HOME
  HOME=$home exec setpriv --reuid="$owner" --regid="$(stat -c %g "$root")" "$groups" "$root/dev" "$@"
}

# job_count: one for each core, but no more than memory allows (a unity batch takes up to 1.3 GB).
job_count() {
  [ -z "${LLMGW_JOBS:-}" ] || { echo "$LLMGW_JOBS"; return; }
  awk -v cores="$(nproc)" '/^MemAvailable:/ { n = int($2 / 1300000); if (n < 1) n = 1; print (n < cores ? n : cores) }' \
    /proc/meminfo
}

# configure PRESET: again when the preset changed or the tree was moved; CMake itself notices everything else.
configure() {
  cache=build/$1/CMakeCache.txt
  if [ -f "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then rm -rf "build/$1"; fi
  if [ -f "build/$1/build.ninja" ] && [ -z "$(find CMakePresets.json -newer "build/$1/build.ninja")" ]; then return 0; fi
  say "configure $1"
  mkdir -p build
  cmake --preset "$1" >"build/$1.configure.log" 2>&1 || { cat "build/$1.configure.log" >&2; return 1; }
}

# build_preset PRESET [TARGET...]
build_preset() {
  preset=$1
  shift
  configure "$preset" || return 1
  [ $# = 0 ] || set -- --target "$@"
  say "build $preset"
  cmake --build "build/$preset" --parallel "$(job_count)" "$@" >&2
}

