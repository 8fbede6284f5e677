# shellcheck shell=sh
# run_suite PRESET [CTEST-ARGUMENTS]: ctest, then the count of test cases. Status 0 only if all passed.
run_suite() {
  preset=$1
  shift
  results=$root/build/$preset/results
  rm -rf "$results"
  mkdir -p "$results"
  export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}"
  export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}"
  export TSAN_OPTIONS="${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}"
  ctest --test-dir "build/$preset" --parallel "$(job_count)" --output-on-failure --no-tests=error \
    --test-output-size-passed 1000000 --test-output-size-failed 1000000 \
    --output-junit "$results/ctest.xml" "$@" || true
  scripts/tally "$results"
}
