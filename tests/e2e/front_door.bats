#!/usr/bin/env bats
# ./dev itself: the parts that neither `./dev run` nor `./dev test` would show to be wrong.
# bats runs every case in functions of its own, so shellcheck cannot see the calls.

setup() {
  root=${LLMGW_SOURCE_DIR:-$BATS_TEST_DIRNAME/../..}
  cd "$BATS_TEST_TMPDIR"
}

scripts() {
  . "$root/scripts/say.sh"
  . "$root/scripts/packages.sh"
  . "$root/scripts/backports.sh"
}

@test "help names every command, from any folder" {
  run "$root/dev" help
  [ "$status" -eq 0 ]
  for command in run test clients engines ops check setup build lint format bench fuzz package clean; do
    [[ "$output" == *"  $command "* ]]
  done
}

@test "an unknown command is a usage error" {
  run "$root/dev" frobnicate
  [ "$status" -eq 2 ]
  [[ "$output" == *"unknown command 'frobnicate'"* ]]
}

@test "an unknown group is refused before anything is installed" {
  run "$root/dev" setup nonesuch
  [ "$status" -eq 1 ]
  [[ "$output" == *"no group 'nonesuch'"* ]]
}

@test "backports come from the mirror of a deb822 source, with its key" {
  printf '%s\n' 'Types: deb deb-src' 'URIs: http://mirror.test/debian' 'Suites: bookworm bookworm-updates' \
    'Components: main contrib' 'Signed-By: /k.gpg' '' 'Types: deb' 'URIs: http://security.test' \
    'Suites: bookworm-security' 'Components: main' >debian.sources
  scripts
  run existing_source bookworm debian.sources
  [ "${lines[0]}" = sources ]
  [ "${lines[2]}" = 'Suites: bookworm-backports' ]
  [ "${lines[3]}" = 'Components: main' ]
  [ "${lines[4]}" = 'URIs: http://mirror.test/debian' ]
  [ "${lines[5]}" = 'Signed-By: /k.gpg' ]
  [ "${#lines[@]}" -eq 6 ]
}

@test "a disabled deb822 source is passed over" {
  printf '%s\n' 'Enabled: no' 'Types: deb' 'URIs: http://off.test' 'Suites: bookworm' 'Components: main' >a.sources
  scripts
  run existing_source bookworm a.sources
  [ "$status" -eq 1 ]
}

@test "backports come from the mirror of a one-line source, with its options" {
  printf '%s\n' '# deb http://old.test bookworm main' 'deb http://security.test bookworm-security main' \
    'deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm main contrib' >sources.list
  scripts
  run existing_source bookworm sources.list
  [ "${lines[0]}" = list ]
  [ "${lines[1]}" = 'deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm-backports main' ]
  [ "${#lines[@]}" -eq 2 ]
}

# results NAME STATUS [OUTPUT]: the ctest entry of one test.
results() {
  printf '<testsuite><testcase name="%s" time="1" status="%s"><system-out>%s</system-out></testcase></testsuite>' \
    "$1" "$2" "${3:-}" >ctest.xml
}

@test "the tally counts the cases of a Catch2 program" {
  results core_tests.0 run
  printf '<testsuites><testsuite><testcase/><testcase><failure/></testcase><testcase><skipped/></testcase></testsuite></testsuites>' \
    >core_tests.0.xml
  run "$root/scripts/tally" .
  [ "$status" -eq 1 ]
  [ "${lines[-1]}" = '1 passed, 1 failed, 1 skipped' ]
}

@test "a program that died before its report counts as a failure" {
  results core_tests.0 fail
  printf '<testsuites><testsuite><testcase/>' >core_tests.0.xml
  run "$root/scripts/tally" .
  [ "$status" -eq 1 ]
  [ "${lines[-1]}" = '0 passed, 1 failed' ]
}

@test "a program that died after clean cases counts as a failure" {
  results core_tests.0 fail
  printf '<testsuites><testsuite><testcase/></testsuite></testsuites>' >core_tests.0.xml
  run "$root/scripts/tally" .
  [ "${lines[-1]}" = '1 passed, 1 failed' ]
}

@test "scripts count with the numbers they print" {
  results e2e.a run $'ok 1 x\nok 2 y # skip no tty\n'
  run "$root/scripts/tally" .
  [ "$status" -eq 0 ]
  [ "${lines[-1]}" = '1 passed, 0 failed, 1 skipped' ]
  results e2e.a run $'talk\n7 passed, 0 failed\n'
  run "$root/scripts/tally" .
  [ "${lines[-1]}" = '7 passed, 0 failed' ]
}

@test "nothing run is a failure" {
  run "$root/scripts/tally" .
  [ "$status" -eq 1 ]
  [ "${lines[-1]}" = '0 passed, 1 failed' ]
}
