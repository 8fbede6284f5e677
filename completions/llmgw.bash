# bash completion for llmgw; made by "llmgw completion bash" from the table of commands.
_llmgw_names() {
    local name
    while IFS= read -r name; do
        [[ $name == "$cur"* ]] && COMPREPLY+=("$(printf %q "$name")")
    done < <(llmgw __complete "$1" -- "${COMP_WORDS[@]:1}" 2>/dev/null)
}
_llmgw() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path=llmgw before=llmgw word i
    # Readline splits --name=value into three words.
    [[ $prev == '=' ]] && prev=${COMP_WORDS[COMP_CWORD-2]}
    [[ $cur == '=' ]] && cur=''
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $before in
            --config | --color | -m | --model | -s | --system | --max-tokens | --temperature | --top-p | --stop | --seed | --effort | -O | --option | -o | --output | --think | --fail-on | --stdin | --max-stdin | -p | --profile | --base-url | --api-key-file | --api | --connect-timeout | --first-byte-timeout | --idle-timeout | --timeout | --retries | --listen | --port | --upstream | --provider | --upstream-key-env | --upstream-key | --auth | --alias | --ready-file | --threads | --key-env | --ttft | --prefill-per-token | --itl | --out-len | --chunk-tokens | --reasoning | --tool-calls | --parallel | --usage | --role-chunk | --max-model-len | --set | --fault | --scenario | --truth | --time-scale | --target | -c | --concurrency | -r | --rate | --max-inflight | -n | --requests | -d | --duration | --warmup | --grace | --prompt-tokens | --slo | --good | --socket | --interval | --report | --for | --shell | --all) before=$word; continue ;;
        esac
        before=$word
        case "$path $word" in
            'llmgw ask' | 'llmgw chat' | 'llmgw models' | 'llmgw models list' | 'llmgw models show' | 'llmgw serve' | 'llmgw sim' | 'llmgw bench' | 'llmgw bench run' | 'llmgw status' | 'llmgw doctor' | 'llmgw env' | 'llmgw config' | 'llmgw config init' | 'llmgw config show' | 'llmgw config validate' | 'llmgw config path' | 'llmgw config schema' | 'llmgw completion' | 'llmgw man' | 'llmgw version' | 'llmgw help') path="$path $word" ;;
        esac
    done
    COMPREPLY=()
    case "$path $prev" in
        'llmgw --config') compopt -o default; return ;;
        'llmgw --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw ask -m' | 'llmgw ask --model') _llmgw_names models; return ;;
        'llmgw ask -s' | 'llmgw ask --system') return ;;
        'llmgw ask --max-tokens') return ;;
        'llmgw ask --temperature') return ;;
        'llmgw ask --top-p') return ;;
        'llmgw ask --stop') return ;;
        'llmgw ask --seed') return ;;
        'llmgw ask --effort') mapfile -t COMPREPLY < <(compgen -W 'none minimal low medium high xhigh max' -- "$cur"); return ;;
        'llmgw ask -O' | 'llmgw ask --option') return ;;
        'llmgw ask -o' | 'llmgw ask --output') mapfile -t COMPREPLY < <(compgen -W 'text json jsonl' -- "$cur"); return ;;
        'llmgw ask --think') mapfile -t COMPREPLY < <(compgen -W 'show hide' -- "$cur"); return ;;
        'llmgw ask --fail-on') return ;;
        'llmgw ask --stdin') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw ask --max-stdin') return ;;
        'llmgw ask -p' | 'llmgw ask --profile') _llmgw_names profiles; return ;;
        'llmgw ask --base-url') return ;;
        'llmgw ask --api-key-file') compopt -o default; return ;;
        'llmgw ask --api') mapfile -t COMPREPLY < <(compgen -W 'chat messages' -- "$cur"); return ;;
        'llmgw ask --connect-timeout') return ;;
        'llmgw ask --first-byte-timeout') return ;;
        'llmgw ask --idle-timeout') return ;;
        'llmgw ask --timeout') return ;;
        'llmgw ask --retries') return ;;
        'llmgw ask --config') compopt -o default; return ;;
        'llmgw ask --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw chat -m' | 'llmgw chat --model') _llmgw_names models; return ;;
        'llmgw chat -s' | 'llmgw chat --system') return ;;
        'llmgw chat --max-tokens') return ;;
        'llmgw chat --temperature') return ;;
        'llmgw chat --top-p') return ;;
        'llmgw chat --stop') return ;;
        'llmgw chat --seed') return ;;
        'llmgw chat --effort') mapfile -t COMPREPLY < <(compgen -W 'none minimal low medium high xhigh max' -- "$cur"); return ;;
        'llmgw chat -O' | 'llmgw chat --option') return ;;
        'llmgw chat --think') mapfile -t COMPREPLY < <(compgen -W 'show hide' -- "$cur"); return ;;
        'llmgw chat -p' | 'llmgw chat --profile') _llmgw_names profiles; return ;;
        'llmgw chat --base-url') return ;;
        'llmgw chat --api-key-file') compopt -o default; return ;;
        'llmgw chat --api') mapfile -t COMPREPLY < <(compgen -W 'chat messages' -- "$cur"); return ;;
        'llmgw chat --connect-timeout') return ;;
        'llmgw chat --first-byte-timeout') return ;;
        'llmgw chat --idle-timeout') return ;;
        'llmgw chat --timeout') return ;;
        'llmgw chat --retries') return ;;
        'llmgw chat --config') compopt -o default; return ;;
        'llmgw chat --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw models -o' | 'llmgw models --output') mapfile -t COMPREPLY < <(compgen -W 'table name json jsonl' -- "$cur"); return ;;
        'llmgw models -p' | 'llmgw models --profile') _llmgw_names profiles; return ;;
        'llmgw models --base-url') return ;;
        'llmgw models --api-key-file') compopt -o default; return ;;
        'llmgw models --api') mapfile -t COMPREPLY < <(compgen -W 'chat messages' -- "$cur"); return ;;
        'llmgw models --connect-timeout') return ;;
        'llmgw models --first-byte-timeout') return ;;
        'llmgw models --timeout') return ;;
        'llmgw models --config') compopt -o default; return ;;
        'llmgw models --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw models list -o' | 'llmgw models list --output') mapfile -t COMPREPLY < <(compgen -W 'table name json jsonl' -- "$cur"); return ;;
        'llmgw models list -p' | 'llmgw models list --profile') _llmgw_names profiles; return ;;
        'llmgw models list --base-url') return ;;
        'llmgw models list --api-key-file') compopt -o default; return ;;
        'llmgw models list --api') mapfile -t COMPREPLY < <(compgen -W 'chat messages' -- "$cur"); return ;;
        'llmgw models list --connect-timeout') return ;;
        'llmgw models list --first-byte-timeout') return ;;
        'llmgw models list --timeout') return ;;
        'llmgw models list --config') compopt -o default; return ;;
        'llmgw models list --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw models show -o' | 'llmgw models show --output') mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur"); return ;;
        'llmgw models show -p' | 'llmgw models show --profile') _llmgw_names profiles; return ;;
        'llmgw models show --base-url') return ;;
        'llmgw models show --api-key-file') compopt -o default; return ;;
        'llmgw models show --api') mapfile -t COMPREPLY < <(compgen -W 'chat messages' -- "$cur"); return ;;
        'llmgw models show --connect-timeout') return ;;
        'llmgw models show --first-byte-timeout') return ;;
        'llmgw models show --timeout') return ;;
        'llmgw models show --config') compopt -o default; return ;;
        'llmgw models show --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw serve --listen') return ;;
        'llmgw serve --port') return ;;
        'llmgw serve --upstream') return ;;
        'llmgw serve --provider') return ;;
        'llmgw serve --upstream-key-env') return ;;
        'llmgw serve --upstream-key') mapfile -t COMPREPLY < <(compgen -W 'client' -- "$cur"); return ;;
        'llmgw serve --auth') mapfile -t COMPREPLY < <(compgen -W 'token none' -- "$cur"); return ;;
        'llmgw serve --model') return ;;
        'llmgw serve --alias') return ;;
        'llmgw serve --ready-file') compopt -o default; return ;;
        'llmgw serve --threads') return ;;
        'llmgw serve --config') compopt -o default; return ;;
        'llmgw serve --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw sim --listen') return ;;
        'llmgw sim --port') return ;;
        'llmgw sim -m' | 'llmgw sim --model') return ;;
        'llmgw sim --key-env') return ;;
        'llmgw sim --ttft') return ;;
        'llmgw sim --prefill-per-token') return ;;
        'llmgw sim --itl') return ;;
        'llmgw sim --out-len') return ;;
        'llmgw sim --chunk-tokens') return ;;
        'llmgw sim --reasoning') return ;;
        'llmgw sim --tool-calls') return ;;
        'llmgw sim --parallel') return ;;
        'llmgw sim --usage') return ;;
        'llmgw sim --role-chunk') return ;;
        'llmgw sim --max-model-len') return ;;
        'llmgw sim --set') return ;;
        'llmgw sim --fault') return ;;
        'llmgw sim --scenario') compopt -o default; return ;;
        'llmgw sim --truth') compopt -o default; return ;;
        'llmgw sim --seed') return ;;
        'llmgw sim --time-scale') return ;;
        'llmgw sim --threads') return ;;
        'llmgw sim --ready-file') compopt -o default; return ;;
        'llmgw sim --config') compopt -o default; return ;;
        'llmgw sim --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw bench --target') return ;;
        'llmgw bench -p' | 'llmgw bench --profile') _llmgw_names profiles; return ;;
        'llmgw bench --api-key-file') compopt -o default; return ;;
        'llmgw bench --api') mapfile -t COMPREPLY < <(compgen -W 'chat messages' -- "$cur"); return ;;
        'llmgw bench -m' | 'llmgw bench --model') _llmgw_names models; return ;;
        'llmgw bench -c' | 'llmgw bench --concurrency') return ;;
        'llmgw bench -r' | 'llmgw bench --rate') return ;;
        'llmgw bench --max-inflight') return ;;
        'llmgw bench -n' | 'llmgw bench --requests') return ;;
        'llmgw bench -d' | 'llmgw bench --duration') return ;;
        'llmgw bench --warmup') return ;;
        'llmgw bench --grace') return ;;
        'llmgw bench --prompt-tokens') return ;;
        'llmgw bench --max-tokens') return ;;
        'llmgw bench --temperature') return ;;
        'llmgw bench --effort') mapfile -t COMPREPLY < <(compgen -W 'none minimal low medium high xhigh max' -- "$cur"); return ;;
        'llmgw bench -O' | 'llmgw bench --option') return ;;
        'llmgw bench --slo') return ;;
        'llmgw bench --good') return ;;
        'llmgw bench --seed') return ;;
        'llmgw bench -o' | 'llmgw bench --output') mapfile -t COMPREPLY < <(compgen -W 'table json' -- "$cur"); return ;;
        'llmgw bench --connect-timeout') return ;;
        'llmgw bench --first-byte-timeout') return ;;
        'llmgw bench --idle-timeout') return ;;
        'llmgw bench --timeout') return ;;
        'llmgw bench --config') compopt -o default; return ;;
        'llmgw bench --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw bench run --target') return ;;
        'llmgw bench run -p' | 'llmgw bench run --profile') _llmgw_names profiles; return ;;
        'llmgw bench run --api-key-file') compopt -o default; return ;;
        'llmgw bench run --api') mapfile -t COMPREPLY < <(compgen -W 'chat messages' -- "$cur"); return ;;
        'llmgw bench run -m' | 'llmgw bench run --model') _llmgw_names models; return ;;
        'llmgw bench run -c' | 'llmgw bench run --concurrency') return ;;
        'llmgw bench run -r' | 'llmgw bench run --rate') return ;;
        'llmgw bench run --max-inflight') return ;;
        'llmgw bench run -n' | 'llmgw bench run --requests') return ;;
        'llmgw bench run -d' | 'llmgw bench run --duration') return ;;
        'llmgw bench run --warmup') return ;;
        'llmgw bench run --grace') return ;;
        'llmgw bench run --prompt-tokens') return ;;
        'llmgw bench run --max-tokens') return ;;
        'llmgw bench run --temperature') return ;;
        'llmgw bench run --effort') mapfile -t COMPREPLY < <(compgen -W 'none minimal low medium high xhigh max' -- "$cur"); return ;;
        'llmgw bench run -O' | 'llmgw bench run --option') return ;;
        'llmgw bench run --slo') return ;;
        'llmgw bench run --good') return ;;
        'llmgw bench run --seed') return ;;
        'llmgw bench run -o' | 'llmgw bench run --output') mapfile -t COMPREPLY < <(compgen -W 'table json' -- "$cur"); return ;;
        'llmgw bench run --connect-timeout') return ;;
        'llmgw bench run --first-byte-timeout') return ;;
        'llmgw bench run --idle-timeout') return ;;
        'llmgw bench run --timeout') return ;;
        'llmgw bench run --config') compopt -o default; return ;;
        'llmgw bench run --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw status -o' | 'llmgw status --output') mapfile -t COMPREPLY < <(compgen -W 'table json' -- "$cur"); return ;;
        'llmgw status --socket') compopt -o default; return ;;
        'llmgw status --interval') return ;;
        'llmgw status -p' | 'llmgw status --profile') _llmgw_names profiles; return ;;
        'llmgw status --base-url') return ;;
        'llmgw status --api-key-file') compopt -o default; return ;;
        'llmgw status --config') compopt -o default; return ;;
        'llmgw status --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw doctor -o' | 'llmgw doctor --output') mapfile -t COMPREPLY < <(compgen -W 'table json jsonl' -- "$cur"); return ;;
        'llmgw doctor --report') compopt -o default; return ;;
        'llmgw doctor --fail-on') mapfile -t COMPREPLY < <(compgen -W 'warn crit' -- "$cur"); return ;;
        'llmgw doctor --timeout') return ;;
        'llmgw doctor --config') compopt -o default; return ;;
        'llmgw doctor --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw env --for') mapfile -t COMPREPLY < <(compgen -W 'openai anthropic claude all' -- "$cur"); return ;;
        'llmgw env --shell') mapfile -t COMPREPLY < <(compgen -W 'sh fish powershell' -- "$cur"); return ;;
        'llmgw env -p' | 'llmgw env --profile') _llmgw_names profiles; return ;;
        'llmgw env --base-url') return ;;
        'llmgw env --api-key-file') compopt -o default; return ;;
        'llmgw env --config') compopt -o default; return ;;
        'llmgw env --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw config --config') compopt -o default; return ;;
        'llmgw config --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw config init --config') compopt -o default; return ;;
        'llmgw config init --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw config show -o' | 'llmgw config show --output') mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur"); return ;;
        'llmgw config show --config') compopt -o default; return ;;
        'llmgw config show --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw config validate --config') compopt -o default; return ;;
        'llmgw config validate --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw config path --config') compopt -o default; return ;;
        'llmgw config path --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw config schema --config') compopt -o default; return ;;
        'llmgw config schema --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw completion --config') compopt -o default; return ;;
        'llmgw completion --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw man --all') compopt -o default; return ;;
        'llmgw man --config') compopt -o default; return ;;
        'llmgw man --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw version -o' | 'llmgw version --output') mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur"); return ;;
        'llmgw version --config') compopt -o default; return ;;
        'llmgw version --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
        'llmgw help --config') compopt -o default; return ;;
        'llmgw help --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
    esac
    word=''
    if [[ $cur == -* ]]; then
        case $path in
            'llmgw') word='--config --color -q --quiet -h --help -V --version' ;;
            'llmgw ask') word='-m --model -s --system --max-tokens --temperature --top-p --stop --seed --effort -O --option -o --output --json --no-stream --stats --think --fail-on --stdin --max-stdin -p --profile --base-url --api-key-file --api --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --config --color -q --quiet -h --help -V --version' ;;
            'llmgw chat') word='-m --model -s --system --max-tokens --temperature --top-p --stop --seed --effort -O --option --think --no-history -p --profile --base-url --api-key-file --api --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --config --color -q --quiet -h --help -V --version' ;;
            'llmgw models') word='-o --output --json -p --profile --base-url --api-key-file --api --connect-timeout --first-byte-timeout --timeout --config --color -q --quiet -h --help -V --version' ;;
            'llmgw models list') word='-o --output --json -p --profile --base-url --api-key-file --api --connect-timeout --first-byte-timeout --timeout --config --color -q --quiet -h --help -V --version' ;;
            'llmgw models show') word='-o --output --json -p --profile --base-url --api-key-file --api --connect-timeout --first-byte-timeout --timeout --config --color -q --quiet -h --help -V --version' ;;
            'llmgw serve') word='--listen --port --upstream --sim --provider --upstream-key-env --upstream-key --auth --model --alias --strict --ready-file --threads --insecure-bind --config --check --color -q --quiet -h --help -V --version' ;;
            'llmgw sim') word='--listen --port -m --model --key-env --ttft --prefill-per-token --itl --out-len --chunk-tokens --reasoning --tool-calls --parallel --usage --role-chunk --max-model-len --set --fault --scenario --truth --seed --time-scale --threads --ready-file --config --color -q --quiet -h --help -V --version' ;;
            'llmgw bench') word='--target -p --profile --api-key-file --api -m --model -c --concurrency -r --rate --max-inflight -n --requests -d --duration --warmup --grace --prompt-tokens --max-tokens --temperature --effort -O --option --stream --no-stream --slo --slo-point --strict --good --allow-invalid --seed -o --output --json --connect-timeout --first-byte-timeout --idle-timeout --timeout --config --color -q --quiet -h --help -V --version' ;;
            'llmgw bench run') word='--target -p --profile --api-key-file --api -m --model -c --concurrency -r --rate --max-inflight -n --requests -d --duration --warmup --grace --prompt-tokens --max-tokens --temperature --effort -O --option --stream --no-stream --slo --slo-point --strict --good --allow-invalid --seed -o --output --json --connect-timeout --first-byte-timeout --idle-timeout --timeout --config --color -q --quiet -h --help -V --version' ;;
            'llmgw status') word='-o --output --json --socket --watch --interval -p --profile --base-url --api-key-file --config --color -q --quiet -h --help -V --version' ;;
            'llmgw doctor') word='-o --output --json --offline --report --fail-on --timeout --config --color -q --quiet -h --help -V --version' ;;
            'llmgw env') word='--for --shell -p --profile --base-url --api-key-file --config --color -q --quiet -h --help -V --version' ;;
            'llmgw config') word='--config --color -q --quiet -h --help -V --version' ;;
            'llmgw config init') word='-f --force --print --config --color -q --quiet -h --help -V --version' ;;
            'llmgw config show') word='-o --output --json --config --color -q --quiet -h --help -V --version' ;;
            'llmgw config validate') word='--config --color -q --quiet -h --help -V --version' ;;
            'llmgw config path') word='--config --color -q --quiet -h --help -V --version' ;;
            'llmgw config schema') word='--reference --config --color -q --quiet -h --help -V --version' ;;
            'llmgw completion') word='--config --color -q --quiet -h --help -V --version' ;;
            'llmgw man') word='--all --config --color -q --quiet -h --help -V --version' ;;
            'llmgw version') word='-o --output --json --config --color -q --quiet -h --help -V --version' ;;
            'llmgw help') word='--config --color -q --quiet -h --help -V --version' ;;
        esac
    else
        case $path in
            'llmgw') word='ask chat models serve sim bench status doctor env config completion man version help' ;;
            'llmgw models') word='list show' ;;
            'llmgw models show') _llmgw_names models; return ;;
            'llmgw bench') word='run' ;;
            'llmgw doctor') word='claude codex cursor cline opencode aider' ;;
            'llmgw config') word='init show validate path schema' ;;
            'llmgw config init') compopt -o default; return ;;
            'llmgw config validate') compopt -o default; return ;;
            'llmgw completion') word='bash zsh fish' ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$word" -- "$cur")
}
complete -F _llmgw llmgw
