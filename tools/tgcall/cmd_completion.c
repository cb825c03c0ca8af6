/* tgcall completion: scripts for the shells, which ask tgcall complete. */
#include "tgcall.h"
#include <stdio.h>
#include <string.h>

static const char help_completion[] =
    "Prints a script for the shell: of commands, options, methods and their fields. Installed "
    "ones\n"
    "are found without it.\n"
    "\n"
    "examples:\n"
    "  eval \"$(tgcall completion bash)\"\n"
    "  tgcall completion zsh >\"${fpath[1]}/_tgcall\"\n"
    "  tgcall completion fish >~/.config/fish/completions/tgcall.fish\n";

/* Bash takes words apart at = and :, so they are put together again, and what stands before the
 * last of these is taken off what is offered. */
static const char bash[] =
    "# bash completion of tgcall\n"
    "_tgcall() {\n"
    "  local words=() word i line cur cut\n"
    "  for ((i = 1; i <= COMP_CWORD; i++)); do\n"
    "    word=${COMP_WORDS[i]}\n"
    "    if ((${#words[@]})) && { [[ $word == [=:]* ]] || [[ ${words[-1]} == *[!=:]*[=:] &&\n"
    "      ${COMP_WORDS[i-1]} == [=:]* ]]; }; then\n"
    "      words[-1]+=$word\n"
    "    else\n"
    "      words+=(\"$word\")\n"
    "    fi\n"
    "  done\n"
    "  cur=${words[-1]}\n"
    "  cut=${cur%\"${cur##*[=:]}\"}\n"
    "  COMPREPLY=()\n"
    "  while IFS= read -r line; do\n"
    "    line=${line%%$'\\t'*}\n"
    "    if [[ $line == :files ]]; then\n"
    "      compopt -o filenames 2>/dev/null\n"
    "      while IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(compgen -f -- "
    "\"${cur#\"$cut\"}\")\n"
    "    else\n"
    "      [[ $line == *= ]] && compopt -o nospace 2>/dev/null\n"
    "      COMPREPLY+=(\"${line#\"$cut\"}\")\n"
    "    fi\n"
    "  done < <(\"${COMP_WORDS[0]}\" complete -- \"${words[@]}\" 2>/dev/null)\n"
    "}\n"
    "COMP_WORDBREAKS=${COMP_WORDBREAKS//@/} # @name is one word\n"
    "complete -F _tgcall tgcall\n";

static const char zsh[] =
    "#compdef tgcall\n"
    "# zsh completion of tgcall\n"
    "_tgcall() {\n"
    "  local -a offered open\n"
    "  local line name\n"
    "  while IFS= read -r line; do\n"
    "    name=${line%%$'\\t'*}\n"
    "    if [[ $name == :files ]]; then\n"
    "      _files\n"
    "    elif [[ $name == *= ]]; then\n"
    "      open+=(\"$name\")\n"
    "    else\n"
    "      offered+=(\"${name//:/\\\\:}:${line#*$'\\t'}\")\n"
    "    fi\n"
    "  done < <(\"${words[1]}\" complete -- \"${(@)words[2,CURRENT]}\" 2>/dev/null)\n"
    "  (( $#open )) && compadd -S '' -- \"${open[@]}\"\n"
    "  (( $#offered )) && _describe tgcall offered\n"
    "}\n"
    "if [[ $funcstack[1] == _tgcall ]]; then _tgcall \"$@\"; else compdef _tgcall tgcall; fi\n";

static const char fish[] = "# fish completion of tgcall\n"
                           "function __tgcall_offer\n"
                           "  set -l words (commandline -opc) (commandline -ct)\n"
                           "  for line in ($words[1] complete -- $words[2..-1] 2>/dev/null)\n"
                           "    if test \"$line\" = :files\n"
                           "      __fish_complete_path (commandline -ct)\n"
                           "    else\n"
                           "      echo $line\n"
                           "    end\n"
                           "  end\n"
                           "end\n"
                           "complete -c tgcall -f -a '(__tgcall_offer)'\n";

static int cmd_completion(int argc, char **argv) {
  static const struct {
    const char *name, *script;
  } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
  const char *shell;
  size_t n_words;
  if (!parse_options(argc, argv, NULL, 0, NULL, &shell, 1, &n_words))
    return EXIT_USAGE;
  for (size_t i = 0; n_words && i < sizeof shells / sizeof *shells; i++)
    if (strcmp(shell, shells[i].name) == 0) {
      fputs(shells[i].script, stdout);
      return EXIT_OK;
    }
  return usage_error("completion needs the shell: bash, zsh or fish");
}

const command tgcall_completion = {"completion",   "bash|zsh|fish", "completion for the shell",
                                   cmd_completion, help_completion, NULL};
