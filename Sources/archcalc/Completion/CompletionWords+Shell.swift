// The scripts for bash and zsh: the same lists, looked through by the same function in the language that both share.

extension CompletionWords {
  func bash() -> String {
    """
    # bash completion for archcalc: source <(archcalc completions bash)
    \(candidates(prelude: ""))
    _archcalc() {
      local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} line
      local IFS=$' \\t\\n'
      # In --by=stage the sign is a word of its own.
      if [ "$current" = "=" ]; then
        current=
      elif [ "$previous" = "=" ]; then
        previous=${COMP_WORDS[COMP_CWORD-2]}
      fi
      COMPREPLY=()
      while IFS= read -r line; do
        if [ "$line" = "\(Self.file)" ]; then
          compopt -o filenames 2>/dev/null
          while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
        elif [[ $line == "$current"* ]]; then
          COMPREPLY+=("$line")
        fi
      done < <(_archcalc_candidates "$current" "$previous" "${COMP_WORDS[@]:1:COMP_CWORD-1}")
    }
    complete -F _archcalc archcalc

    """
  }

  func zsh() -> String {
    """
    #compdef archcalc
    # zsh completion for archcalc: archcalc completions zsh > "${fpath[1]}/_archcalc"
    \(candidates(prelude: "\n  emulate -L sh"))
    _archcalc() {
      local current=${words[CURRENT]} previous=${words[CURRENT-1]} line
      local -a found
      case $current in
        --*=*) previous=${current%%=*}; current=${current#*=}; compset -P '*=' ;;
      esac
      for line in ${(f)"$(_archcalc_candidates "$current" "$previous" "${(@)words[2,CURRENT-1]}")"}; do
        if [[ $line == \(Self.file) ]]; then _files; else found+=("$line"); fi
      done
      compadd -a found
    }
    if [ "$funcstack[1]" = "_archcalc" ]; then _archcalc "$@"; else compdef _archcalc archcalc; fi

    """
  }

  /// Functions that print what can stand at a place, a line each.
  ///
  /// An option is written with what its value can be: `--json`, `--batch=`, `--by=layer|block`, `-o=@file`.
  private func candidates(prelude: String) -> String {
    let families = families.filter { !$0.networks.isEmpty }.map {
      "    \($0.networks.joined(separator: "|"))) items=\"$items \(Self.items($0.parameters))\" ;;"
    }
    let commands = commands.map { command in
      let operands = command.operands.joined(separator: " ")
      let several = command.takesSeveral ? " several=yes;" : ""
      return "    \(command.name)) operands='\(operands)';\(several) items='\(Self.items(command.options))' ;;"
    }
    return """
      _archcalc_networks='\(networks.joined(separator: " "))'

      # _archcalc_family WORD: adds the parameters of a network to the options; fails where the word is none.
      _archcalc_family() {
        case $1 in
      \(families.joined(separator: "\n"))
          -|*/*|*.arch|*.onnx) ;;
          *) return 1 ;;
        esac
      }

      # _archcalc_candidates CURRENT PREVIOUS WORD…: what can stand here, a line each; \(Self.file) for any file.
      _archcalc_candidates() {\(prelude)
        local current=$1 previous=$2 operands several= items known= item word
        shift 2
        case $1 in
      \(commands.joined(separator: "\n"))
          *)
            operands='\(Self.network) \(Self.file)'
            if [ $# -eq 0 ]; then operands="$operands \(self.commands.map(\.name).joined(separator: " "))"; fi
            items='\(Self.items(general))'
            ;;
        esac
        for word in "$@"; do
          if _archcalc_family "$word"; then known=yes; fi
        done
        for item in $items; do
          if [ "${item%%=*}" = "$previous" ] && [ "$item" != "$previous" ]; then
            item=${item#*=}
            while [ -n "$item" ]; do
              _archcalc_words "${item%%|*}"
              case $item in *'|'*) item=${item#*|} ;; *) item= ;; esac
            done
            return
          fi
        done
        # One network is mostly enough; then there are options.
        if [ -n "$several" ]; then known=; fi
        case $known$current in
          yes*|-?*) for item in $items; do echo "${item%%=*}"; done ;;
          *) for word in $operands; do _archcalc_words "$word"; done ;;
        esac
      }

      _archcalc_words() {
        if [ "$1" = \(Self.network) ]; then
          for word in $_archcalc_networks; do echo "$word"; done
        else
          echo "$1"
        fi
      }

      """
  }

  private static func items(_ options: [Option]) -> String { options.map(item).joined(separator: " ") }

  private static func item(_ option: Option) -> String {
    let value =
      switch option.value {
      case .none: ""
      case .free: "="
      case .oneOf(let words): "=" + words.joined(separator: "|")
      case .file: "=" + file
      case .network: "=" + network
      }
    return "--\(option.name)\(value)" + (option.letter.map { " -\($0)\(value)" } ?? "")
  }
}
