# shellcheck shell=sh
cat <<'HELP'
usage: ./dev COMMAND [ARGUMENTS]

  run [--once] [--upstream URL]   install what is missing, build, start the simulator and the proxy, send one Chat and
                                  one Messages request through it, stay until Ctrl-C
  test [CTEST-ARGUMENTS]          install, build with ASan and UBSan, run lints and all tests
  clients                         real clients (OpenAI and Anthropic SDKs, Claude Code, curl) against the proxy
  engines                         a real engine (llama.cpp) behind the proxy
  ops                             llmgw health, gpu and status against real servers, their output in others' programs
  check [STAGE...]                the long checks: tsan clang tidy coverage fuzz

  setup [GROUP...]                install packages only: build run test clients engines ops check bench
                                  package
  build [PRESET...]               configure and build (default: release); the binary is build/PRESET/llmgw
  lint                            the lints alone, without a build
  format                          format all sources in place
  generate [PRESET]               refresh man pages, completions and the table in docs/architecture.md
  bench overhead                  the packaged binary beside nginx on one core
  bench health                    a batch of health checks beside one, and what a probe costs
  fuzz [SECONDS] [NAME...]        run the fuzz targets (default: 60 seconds each)
  package                         build a .deb in build/tuned, compiled by how the program runs
  clean                           remove build/
  help                            this text

Works from any folder, as root or as a user (sudo is asked for apt-get alone), and as often as you like.
HELP
