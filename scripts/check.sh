# shellcheck shell=sh
# ./dev check [STAGE...]: the long checks. Each stage runs even if an earlier one failed; the last line is the sum.
[ $# -gt 0 ] || set -- tsan clang tidy coverage fuzz

check_tsan() { build_preset tsan && run_suite tsan -LE lint; }
check_clang() { build_preset clang && run_suite clang -LE lint; }
check_tidy() { build_preset tidy; }
check_fuzz() { "$root/dev" fuzz 60; }
check_coverage() {
  build_preset coverage || return 1
  find build/coverage -name '*.gcda' -delete
  run_suite coverage -LE lint || return 1
  gcovr --root . --filter src/ --object-directory build/coverage --exclude-throw-branches --print-summary \
    --html-details build/coverage/report.html --json build/coverage/report.json >build/coverage/report.txt || return 1
  tail -n 4 build/coverage/report.txt
  gcovr --root . --filter src/core/ --add-tracefile build/coverage/report.json --fail-under-line 90 >/dev/null ||
    { echo "less than 90 % of the lines of src/core are run by tests (build/coverage/report.html)"; return 1; }
}

good='' bad=''
for stage in "$@"; do
  case $stage in tsan | clang | tidy | coverage | fuzz) ;; *) say "no stage '$stage'"; exit 2 ;; esac
  printf '\n== check %s\n' "$stage"
  started=$(date +%s)
  if "check_$stage"; then good="$good $stage"; else bad="$bad $stage"; fi
  printf '== check %s: %s s\n' "$stage" "$(($(date +%s) - started))"
done
printf '\npassed:%s\nfailed:%s\n' "${good:- none}" "${bad:- none}"
[ -z "$bad" ]
