export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** What a shell runs to complete `sluice`: it asks the command itself, so that it never lags behind. */
export const scripts: Readonly<Record<Shell, string>> = {
  bash: `# completion of sluice for bash: source <(sluice completion bash)
_sluice() {
  local line
  COMPREPLY=()
  while IFS=$'\\t' read -r line _; do
    [ -n "$line" ] && COMPREPLY+=("$(printf '%q' "$line")")
  done < <(sluice __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _sluice sluice
`,
  zsh: `#compdef sluice
# completion of sluice for zsh: source <(sluice completion zsh)
_sluice() {
  local -a described
  local text doc
  while IFS=$'\\t' read -r text doc; do
    [[ -n "$text" ]] && described+=("\${text//:/\\\\:}:$doc")
  done < <(sluice __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#described} )); then _describe sluice described; else _files; fi
}
if [[ "\${funcstack[1]}" = _sluice ]]; then
  _sluice "$@"
else
  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit; }
  compdef _sluice sluice
fi
`,
  fish: `# completion of sluice for fish: sluice completion fish | source
function __sluice_complete
    set -l words (commandline -opc)
    set -l unfinished (commandline -ct)
    set -l found (sluice __complete $words[2..-1] "$unfinished" 2>/dev/null)
    if set -q found[1]
        printf '%s\\n' $found
    else
        __fish_complete_path "$unfinished"
    end
end
complete -c sluice -f -a '(__sluice_complete)'
`,
}
