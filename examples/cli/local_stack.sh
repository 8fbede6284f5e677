#!/bin/sh
# Runs a command with a private proxy over the simulator: a place to try clients without a server and without a key.
# The command finds OPENAI_BASE_URL, ANTHROPIC_BASE_URL and keys in its environment.
# usage: local_stack.sh COMMAND [ARGUMENT...]
set -eu
work=$(mktemp -d)
LLMGW_TOKEN=local-$$
export LLMGW_TOKEN
llmgw serve --sim --listen 127.0.0.1:0 --ready-file "$work/url" >/dev/null 2>"$work/log" &
proxy=$!
trap 'kill "$proxy" 2>/dev/null || true; wait "$proxy" || true; rm -rf "$work"' EXIT
until [ -s "$work/url" ]; do
  kill -0 "$proxy" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
  sleep 0.05
done
LLMGW_BASE_URL=$(cat "$work/url")
LLMGW_API_KEY=$LLMGW_TOKEN
export LLMGW_BASE_URL LLMGW_API_KEY
eval "$(llmgw env)"
"$@"
