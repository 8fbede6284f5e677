# bash completion for llmgw; made by "llmgw completion bash" from the table of commands.
_llmgw() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path=llmgw before=llmgw word i
    # Readline splits --name=value into three words.
    [[ $prev == '=' ]] && prev=${COMP_WORDS[COMP_CWORD-2]}
    [[ $cur == '=' ]] && cur=''
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $before in
            --config | --color | --all | -o | --output) before=$word; continue ;;
        esac
        before=$word
        case "$path $word" in
            'llmgw completion' | 'llmgw man' | 'llmgw version' | 'llmgw help') path="$path $word" ;;
        esac
    done
    COMPREPLY=()
    case "$path $prev" in
        'llmgw --config') compopt -o default; return ;;
        'llmgw --color') mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
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
            'llmgw completion') word='--config --color -q --quiet -h --help -V --version' ;;
            'llmgw man') word='--all --config --color -q --quiet -h --help -V --version' ;;
            'llmgw version') word='-o --output --json --config --color -q --quiet -h --help -V --version' ;;
            'llmgw help') word='--config --color -q --quiet -h --help -V --version' ;;
        esac
    else
        case $path in
            'llmgw') word='completion man version help' ;;
            'llmgw completion') word='bash zsh fish' ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$word" -- "$cur")
}
complete -F _llmgw llmgw
