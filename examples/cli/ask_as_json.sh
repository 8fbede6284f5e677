#!/bin/sh
# Asks with JSON in and out: the answer, its tokens and its times on one line each; an error is one JSON object too.
# usage: ask_as_json.sh PROMPT...
set -eu
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
status=0
answer=$(llmgw ask -o json "$@" 2>"$errors" </dev/null) || status=$?
if [ "$status" = 0 ]; then
  printf '%s\n' "$answer" | jq -r '.text, (.usage | tojson), (.timing | tojson)'
else
  jq -r '"\(.error.class): \(.error.message)"' "$errors" >&2
fi
exit "$status"
