#!/bin/sh
# A step of a CI job: tests against a gateway over the built-in simulator. It fails early, with a list of what is wrong,
# where the machine or the configuration does not allow it. The tests are the arguments: ci_step.sh npm test
set -eu
llmgw doctor --offline --fail-on crit
ready=$(mktemp -d)/url
llmgw serve --sim --listen 127.0.0.1:0 --ready-file "$ready" >/dev/null 2>"$ready.log" &
gateway=$!
trap 'kill "$gateway" 2>/dev/null; wait "$gateway" 2>/dev/null || cat "$ready.log"; rm -rf "${ready%/*}"' EXIT
tries=0
until [ -s "$ready" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { cat "$ready.log"; exit 1; }
  sleep 0.1
done
eval "$(llmgw env --base-url "$(cat "$ready")" --api-key-file "${XDG_STATE_HOME:-$HOME/.local/state}/llmgw/token")"
"$@"
