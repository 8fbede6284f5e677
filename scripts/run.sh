# shellcheck shell=sh
# ./dev run [--once] [--upstream URL [--upstream-key-env VAR] [--provider NAME]] [--model NAME] [--listen ADDRESS]
# Starts the proxy over the built-in simulator (or a real server) and sends one streamed request in each format.

. scripts/servers.sh

once=no upstream='' model='' listen=''
serve_options=
while [ $# -gt 0 ]; do
  case $1 in
    --once) once=yes ;;
    --upstream | --model | --listen | --upstream-key-env | --provider)
      [ $# -ge 2 ] || { say "$1 needs a value"; exit 2; }
      case $1 in
        --upstream) upstream=$2 ;;
        --model) model=$2 ;;
        --listen) listen=$2 ;;
        *) serve_options="$serve_options $1 $2" ;;
      esac
      shift
      ;;
    *) say "run: unknown argument '$1'"; exit 2 ;;
  esac
  shift
done

build_preset release llmgw || die "the build failed"
llmgw=$root/build/release/llmgw
work=$(mktemp -d)
sim_pid='' serve_pid=''

finish() {
  trap '' INT TERM
  stop "$serve_pid"
  stop "$sim_pid"
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# serve_on ADDRESS: status of the proxy when it did not come up, else 0.
serve_on() {
  # shellcheck disable=SC2086  # options and values are separate words
  "$llmgw" serve --listen "$1" --ready-file "$work/proxy" --auth none --upstream "$upstream" $serve_options \
    >/dev/null 2>"$work/serve.log" &
  serve_pid=$!
  await "$work/proxy" "$serve_pid" && return 0
  status=0
  wait "$serve_pid" || status=$?
  serve_pid=
  [ "$status" != 0 ] || status=1
  return "$status"
}

if [ -z "$upstream" ]; then
  [ -n "$model" ] || model='llmgw-sim'
  "$llmgw" sim --listen 127.0.0.1:0 --ready-file "$work/sim" --model "$model" >/dev/null 2>"$work/sim.log" &
  sim_pid=$!
  await "$work/sim" "$sim_pid" || { cat "$work/sim.log" >&2; die "the simulator did not start"; }
  upstream=$(cat "$work/sim")
fi

status=0
if [ -n "$listen" ] || [ "$once" = yes ]; then
  serve_on "${listen:-127.0.0.1:0}" || status=$?
else
  serve_on 127.0.0.1:4000 || status=$?
  if [ "$status" = 8 ]; then
    say "port 4000 is taken; choosing another"
    status=0
    serve_on 127.0.0.1:0 || status=$?
  fi
fi
[ "$status" = 0 ] || { cat "$work/serve.log" >&2; die "the proxy did not start (exit status $status)"; }
proxy=$(cat "$work/proxy")

. scripts/ask_both.sh
printf 'upstream  %s\nproxy     %s\n' "$upstream" "$proxy"
if [ -z "$model" ]; then
  model=$(first_model) || die "no model named by $proxy/v1/models: give one with --model NAME"
fi
printf 'model     %s\n' "$model"
ask_both || { cat "$work/serve.log" >&2; die "the check failed"; }
[ "$once" = no ] || exit 0

cat <<HELP

Point clients here (any key will do; the proxy listens on this machine only):
  OpenAI SDKs      export OPENAI_BASE_URL=$proxy/v1 OPENAI_API_KEY=none
  Anthropic SDKs   export ANTHROPIC_BASE_URL=$proxy ANTHROPIC_API_KEY=none
  Claude Code      ANTHROPIC_BASE_URL=$proxy ANTHROPIC_AUTH_TOKEN=none claude --model $model
  curl             curl $proxy/v1/models
Ctrl-C ends it.
HELP
wait "$serve_pid" || status=$?
serve_pid=
die "the proxy ended by itself (exit status $status): $(tail -n 1 "$work/serve.log")"
