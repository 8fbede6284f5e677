# shellcheck shell=sh
# The released binary compiled by how it runs (docs/adr/0008): build it so that it counts, let it work, build it again.
. scripts/servers.sh

# load TARGET OPTIONS: requests of the simulator's model.
load() { "$recorder" bench --model llmgw-sim --target "$@" >/dev/null; }

# ask TARGET N OPTION: answers in both formats, one at a time and many at once.
ask() {
  for api in chat messages; do
    for many in 1 64; do
      load "$1" --api "$api" -c "$many" -n "$2" "$3" || return 1
    done
  done
}

# serve NAME UPSTREAM PROVIDER: a proxy over it; its address is in $work/NAME.
serve() {
  PRACTICE_KEY=none "$recorder" serve --listen 127.0.0.1:0 --ready-file "$work/$1" --auth none --upstream "$2" \
    --provider "$3" --upstream-key-env PRACTICE_KEY --threads 1 >/dev/null 2>"$work/$1.log" &
  servers="$servers $!"
  await "$work/$1" $! || { cat "$work/$1.log" >&2; return 1; }
}

# simulate NAME OPTIONS: an upstream; its address is in $work/NAME.
simulate() {
  simulated=$1
  shift
  "$recorder" sim --listen 127.0.0.1:0 --ready-file "$work/$simulated" "$@" >/dev/null 2>"$work/$simulated.log" &
  servers="$servers $!"
  await "$work/$simulated" $! || { cat "$work/$simulated.log" >&2; return 1; }
}

# practise: short and long answers, whole, in bursts and word by word, passed on and translated.
practise() (
  work=$(mktemp -d) servers=''
  # Not what the user has configured.
  export XDG_CONFIG_HOME="$work" XDG_STATE_HOME="$work" XDG_RUNTIME_DIR="$work"
  for name in $(env | sed -n 's/^\(LLMGW_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
  # shellcheck disable=SC2086  # one word for each process
  trap 'for each in $servers; do stop "$each"; done; rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  simulate at_once --time-scale 0 --out-len 60 || exit 1
  simulate paced --ttft 5ms --itl 20ms --out-len 60 || exit 1
  serve over_chat "$(cat "$work/at_once")" openai_compatible || exit 1
  serve over_messages "$(cat "$work/at_once")" anthropic || exit 1
  serve over_paced "$(cat "$work/paced")" openai_compatible || exit 1
  for proxy in over_chat over_messages; do
    ask "$(cat "$work/$proxy")" 2000 --no-stream || exit 1
    ask "$(cat "$work/$proxy")" 500 --stream || exit 1
  done
  load "$(cat "$work/over_paced")" --api chat -c 200 -n 600 --stream || exit 1
  load "$(cat "$work/over_paced")" --api messages -c 50 -n 100 --stream || exit 1
)

# build_tuned: build/tuned/llmgw; counts anew when the program has changed.
build_tuned() {
  recorder=$root/build/recording/llmgw
  build_preset recording llmgw || return 1
  if [ -z "$(find build/profile/counted -newer "$recorder" 2>/dev/null)" ]; then
    rm -rf build/profile build/tuned
    say "count what runs"
    practise || { say "the binary that counts could not be put to work"; return 1; }
    touch build/profile/counted
  fi
  build_preset tuned "$@"
}
