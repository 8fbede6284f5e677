# fish completion for llmgw; made by "llmgw completion fish" from the table of commands.
function __llmgw_at --description 'the command named so far is this one'
    set -l path llmgw
    set -l before ''
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if contains -- "$before" --config --color --all -o --output
            set before $word
            continue
        end
        set before $word
        if contains -- "$path $word" 'llmgw completion' 'llmgw man' 'llmgw version' 'llmgw help'
            set path "$path $word"
        end
    end
    test "$path" = "$argv[1]"
end

complete -c llmgw -f
complete -c llmgw -n '__llmgw_at "llmgw"' -a 'completion' -d 'completion script for a shell'
complete -c llmgw -n '__llmgw_at "llmgw"' -a 'man' -d 'manual pages'
complete -c llmgw -n '__llmgw_at "llmgw"' -a 'version' -d 'the version of this program'
complete -c llmgw -n '__llmgw_at "llmgw"' -a 'help' -d 'help on a command, exit codes, environment variables'
complete -c llmgw -n '__llmgw_at "llmgw"' -l config -r -F -d 'read this configuration file and no other; none reads no file'
complete -c llmgw -n '__llmgw_at "llmgw"' -l color -x -a 'auto always never' -d 'colour the output'
complete -c llmgw -n '__llmgw_at "llmgw"' -s q -l quiet -d 'say nothing but errors'
complete -c llmgw -n '__llmgw_at "llmgw"' -s h -d 'short help'
complete -c llmgw -n '__llmgw_at "llmgw"' -l help -d 'full help, examples first'
complete -c llmgw -n '__llmgw_at "llmgw"' -s V -l version -d 'the version'
complete -c llmgw -n '__llmgw_at "llmgw completion"' -a 'bash zsh fish'
complete -c llmgw -n '__llmgw_at "llmgw completion"' -l config -r -F -d 'read this configuration file and no other; none reads no file'
complete -c llmgw -n '__llmgw_at "llmgw completion"' -l color -x -a 'auto always never' -d 'colour the output'
complete -c llmgw -n '__llmgw_at "llmgw completion"' -s q -l quiet -d 'say nothing but errors'
complete -c llmgw -n '__llmgw_at "llmgw completion"' -s h -d 'short help'
complete -c llmgw -n '__llmgw_at "llmgw completion"' -l help -d 'full help, examples first'
complete -c llmgw -n '__llmgw_at "llmgw completion"' -s V -l version -d 'the version'
complete -c llmgw -n '__llmgw_at "llmgw man"' -l all -r -F -d 'write every page into this folder'
complete -c llmgw -n '__llmgw_at "llmgw man"' -l config -r -F -d 'read this configuration file and no other; none reads no file'
complete -c llmgw -n '__llmgw_at "llmgw man"' -l color -x -a 'auto always never' -d 'colour the output'
complete -c llmgw -n '__llmgw_at "llmgw man"' -s q -l quiet -d 'say nothing but errors'
complete -c llmgw -n '__llmgw_at "llmgw man"' -s h -d 'short help'
complete -c llmgw -n '__llmgw_at "llmgw man"' -l help -d 'full help, examples first'
complete -c llmgw -n '__llmgw_at "llmgw man"' -s V -l version -d 'the version'
complete -c llmgw -n '__llmgw_at "llmgw version"' -s o -l output -x -a 'text json' -d 'how to print the result'
complete -c llmgw -n '__llmgw_at "llmgw version"' -l json -d 'same as -o json'
complete -c llmgw -n '__llmgw_at "llmgw version"' -l config -r -F -d 'read this configuration file and no other; none reads no file'
complete -c llmgw -n '__llmgw_at "llmgw version"' -l color -x -a 'auto always never' -d 'colour the output'
complete -c llmgw -n '__llmgw_at "llmgw version"' -s q -l quiet -d 'say nothing but errors'
complete -c llmgw -n '__llmgw_at "llmgw version"' -s h -d 'short help'
complete -c llmgw -n '__llmgw_at "llmgw version"' -l help -d 'full help, examples first'
complete -c llmgw -n '__llmgw_at "llmgw version"' -s V -l version -d 'the version'
complete -c llmgw -n '__llmgw_at "llmgw help"' -l config -r -F -d 'read this configuration file and no other; none reads no file'
complete -c llmgw -n '__llmgw_at "llmgw help"' -l color -x -a 'auto always never' -d 'colour the output'
complete -c llmgw -n '__llmgw_at "llmgw help"' -s q -l quiet -d 'say nothing but errors'
complete -c llmgw -n '__llmgw_at "llmgw help"' -s h -d 'short help'
complete -c llmgw -n '__llmgw_at "llmgw help"' -l help -d 'full help, examples first'
complete -c llmgw -n '__llmgw_at "llmgw help"' -s V -l version -d 'the version'
