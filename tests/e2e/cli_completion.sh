#!/usr/bin/env bash
# Completions as shells load them: bash always, zsh and fish where they are installed.
set -u
root=${LLMGW_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
failed=0
fail() {
  printf 'FAILED: %s\n' "$*"
  failed=$((failed + 1))
}

bash -n "$root/completions/llmgw.bash" || fail "bash cannot read its completion"
# shellcheck source=/dev/null
. "$root/completions/llmgw.bash"
# shellcheck disable=SC2317  # the completion calls it
compopt() { opened=files; }

# completes "WANTED" WORD...: the last word is being typed.
completes() {
  local wanted=$1 got
  shift
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  COMPREPLY=() opened=
  _llmgw
  got="${COMPREPLY[*]}$opened"
  [ "$got" = "$wanted" ] || fail "$* completes to '$got', not '$wanted'"
}
completes 'serve' llmgw ser
completes 'models man' llmgw m
completes 'init show validate path schema' llmgw config ''
completes 'text json jsonl' llmgw ask -o ''
completes 'json jsonl' llmgw ask --output = j
completes 'chat messages' llmgw ask serve --api ''
completes '--upstream --upstream-key-env --upstream-key' llmgw serve --ups
completes 'bash zsh fish' llmgw completion ''
completes 'files' llmgw serve --config ''
completes 'files' llmgw config validate ''
completes 'show' llmgw --color never config sh
# shellcheck disable=SC2317,SC2329  # the completion calls it
llmgw() {
  # shellcheck disable=SC2016  # a name that a hostile server chose
  [ "$1 $2" != '__complete models' ] || printf '%s\n' qwen3 'meta llama' '$(touch opened)'
  [ "$1 $2" != '__complete profiles' ] || printf 'hosted\n'
}
completes 'qwen3' llmgw ask -m q
completes 'meta\ llama' llmgw chat --model = me
completes 'qwen3' llmgw models show q
completes 'hosted' llmgw ask -p ''
# shellcheck disable=SC2016
completes '\$\(touch\ opened\)' llmgw ask -m '$'
[ ! -e opened ] || fail "a model's name was run"
unset -f llmgw

if command -v zsh >/dev/null; then
  zsh -n "$root/completions/_llmgw" || fail "zsh cannot read its completion"
  zsh -fc "autoload -Uz compinit && compinit -u -D && source '$root/completions/_llmgw' && [[ \$_comps[llmgw] = _llmgw ]]" ||
    fail "zsh does not load its completion"
else
  echo "zsh is not installed: not tried"
fi
if command -v fish >/dev/null; then
  fish -n "$root/completions/llmgw.fish" || fail "fish cannot read its completion"
  # shellcheck disable=SC2016  # the dollars are fish's
  got=$(HOME=/nonexistent fish --no-config -c 'source $argv[1]; complete -C "llmgw config "' "$root/completions/llmgw.fish" |
    cut -f 1 | sort | tr '\n' ' ')
  [ "$got" = 'init path schema show validate ' ] || fail "fish completes 'llmgw config ' to '$got'"
else
  echo "fish is not installed: not tried"
fi
[ "$failed" = 0 ] && echo "completions work"
exit "$((failed > 0))"
