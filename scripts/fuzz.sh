# shellcheck shell=sh
# ./dev fuzz [SECONDS] [NAME...]: every libFuzzer target (or those named), as many at once as there are cores.
# New inputs are collected in build/fuzz/corpus/NAME; a finding is left in build/fuzz/findings and fails the run.
seconds=60
case ${1:-} in
  '' | *[!0-9]*) ;;
  *) seconds=$1; shift ;;
esac
build_preset fuzz || die "the build failed"
# shellcheck disable=SC2046  # one argument for each name
[ $# -gt 0 ] || set -- $(find build/fuzz/fuzz -name '*_fuzz' -type f -perm -u+x -printf '%f\n' | sed 's/_fuzz$//' | sort)
[ $# -gt 0 ] || die "no fuzz targets"
mkdir -p build/fuzz/findings build/fuzz/logs

fuzz_one() {
  mkdir -p "build/fuzz/corpus/$1"
  set -- "$1" "$2" "tests/fuzz/corpus/$1"
  [ -d "$3" ] || { echo "$1: no seed corpus in $3"; return 1; }
  "build/fuzz/fuzz/$1_fuzz" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/findings/$1-" "build/fuzz/corpus/$1" "$3" >"build/fuzz/logs/$1" 2>&1
}

failed=0 running=
cores=$(nproc)
# collect: wait for the targets in $running.
collect() {
  for pair in $running; do
    if wait "${pair%%:*}"; then
      echo "${pair#*:}: clean, $(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/logs/${pair#*:}") inputs in $seconds s"
    else
      failed=$((failed + 1))
      echo "${pair#*:}: FAILED"
      tail -n 40 "build/fuzz/logs/${pair#*:}"
    fi
  done
  running=
}
started=0
for name in "$@"; do
  [ -x "build/fuzz/fuzz/${name}_fuzz" ] || die "no fuzz target '$name'"
  fuzz_one "$name" "$seconds" &
  running="$running $!:$name"
  started=$((started + 1))
  [ $((started % cores)) != 0 ] || collect
done
collect
echo "$((started - failed)) passed, $failed failed"
[ "$failed" = 0 ]
