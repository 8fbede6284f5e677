# shellcheck shell=sh
# ./dev test [CTEST-ARGUMENTS]: one unity build with ASan and UBSan, then every lint and test.
# The last line is "N passed, N failed[, N skipped]".
build_preset asan || die "the build failed"
run_suite asan "$@"
