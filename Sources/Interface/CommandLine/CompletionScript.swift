/// What a shell runs to complete a line: it asks the program, so that it never goes out of date.
///
/// `complete -- WORD...` answers a word a line, a tabulator and its meaning after it; `:file` or `:folder` stands for
/// what the shell knows better.
package enum CompletionScript: String, Sendable, CaseIterable {
  case bash, zsh

  package var text: String {
    switch self {
    case .bash: Self.bashText
    case .zsh: Self.zshText
    }
  }

  private static let bashText = #"""
    # platen's completion for bash: source <(platen completion bash)
    _platen() {
      local words=() line cur lead i
      for ((i = 1; i <= COMP_CWORD; i++)); do
        # Bash takes words apart at these.
        if ((${#words[@]})) && [[ ${COMP_WORDS[i]} == [=:] || ${COMP_WORDS[i - 1]} == [=:] ]]; then
          words[-1]+=${COMP_WORDS[i]}
        else
          words+=("${COMP_WORDS[i]}")
        fi
      done
      cur=${words[-1]}
      lead=${cur%"${cur##*[=:]}"}
      COMPREPLY=()
      while IFS= read -r line; do
        case $line in
          :file)
            compopt -o filenames
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "${cur#--*=}")
            ;;
          :folder)
            compopt -o filenames
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "${cur#--*=}")
            ;;
          *)
            line=${line%%$'\t'*}
            COMPREPLY+=("${line:${#lead}}")
            ;;
        esac
      done < <("${COMP_WORDS[0]}" complete -- "${words[@]}" 2>/dev/null)
    }
    complete -F _platen platen

    """#

  private static let zshText = #"""
    #compdef platen
    # platen's completion for zsh: source <(platen completion zsh), or as _platen in a folder of $fpath
    _platen() {
      local line
      local -a lines rows
      lines=("${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
      for line in $lines; do
        case $line in
          (:file) compset -P '--*='; _files ;;
          (:folder) compset -P '--*='; _files -/ ;;
          (*) rows+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
        esac
      done
      # Words are read in any case.
      (( ! $#rows )) || _describe platen rows -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}'
    }
    if [[ ${funcstack[1]} == _platen ]]; then _platen "$@"; else compdef _platen platen; fi

    """#
}
