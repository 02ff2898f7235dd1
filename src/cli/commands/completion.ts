import { UsageError } from '../../core/errors.ts';
import { ALIASES, COMMAND_NAMES } from '../command-names.ts';
import type { CommandDefinition } from '../command.ts';
import type { OptionDefinition } from '../command-options.ts';
import { loadCommand } from '../load-command.ts';
import { GLOBAL_OPTIONS } from '../options.ts';

const SHELLS = { bash, zsh, fish } as const;

export const command: CommandDefinition = {
  summary: 'shell completion',
  description: 'Prints a script that completes commands and flags in bash, zsh or fish.',
  arguments: [['<shell>', 'bash, zsh or fish']],
  options: [],
  examples: [['source <(lms-db completion bash)', 'for this shell; put it into ~/.bashrc for all']],
  run: async (invocation) => {
    const [shell = ''] = invocation.arguments;
    if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish') {
      throw new UsageError(`there is no completion for "${shell}"`, {
        hint: 'there is one for bash, zsh and fish',
      });
    }
    const commands = await Promise.all(
      COMMAND_NAMES.map(async (name) => ({ name, ...(await loadCommand(name)) })),
    );
    return {
      formatVersion: 1,
      command: 'completion',
      targets: [],
      findings: [],
      notes: [SHELLS[shell](commands)],
      exitCode: 0,
    };
  },
};

type Named = CommandDefinition & { readonly name: string };

/** `--to` of `--to <version>`. */
function longFlags(options: readonly OptionDefinition[]): readonly string[] {
  return options.flatMap(({ flags }) => /--[a-z-]+/.exec(flags)?.[0] ?? []);
}

/** The aliases of a command. */
function aliasesOf(name: string): readonly string[] {
  return Object.entries(ALIASES).flatMap(([alias, target]) => (target === name ? [alias] : []));
}

function bash(commands: readonly Named[]): string {
  const cases = commands.map(
    ({ name, options }) =>
      `    ${[name, ...aliasesOf(name)].join('|')}) flags="$flags ${longFlags(options).join(' ')}" ;;`,
  );
  const names = [...commands.map(({ name }) => name), ...Object.keys(ALIASES), 'help'].join(' ');
  return `_lms_db() {
  local word command commands flags
  COMPREPLY=()
  commands="${names}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " $commands " in *" $word "*) command="$word"; break ;; esac
  done
  flags="${longFlags(GLOBAL_OPTIONS).join(' ')} --help"
  case "$command" in
${cases.join('\n')}
    help) flags="$commands" ;;
    *) flags="$flags --version $commands" ;;
  esac
  COMPREPLY=($(compgen -W "$flags" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _lms_db lms-db`;
}

function zsh(commands: readonly Named[]): string {
  return `#compdef lms-db
autoload -U +X bashcompinit && bashcompinit
${bash(commands)}`;
}

function fish(commands: readonly Named[]): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const line = (condition: string, { flags, description }: OptionDefinition): string => {
    const long = /--([a-z-]+)/.exec(flags)?.[1] ?? '';
    const value = flags.includes('<') ? ' -r' : '';
    return `complete -c lms-db${condition} -l ${long}${value} -d ${quoted(description)}`;
  };
  return [
    ...commands.map(
      ({ name, summary }) =>
        `complete -c lms-db -n __fish_use_subcommand -a '${[name, ...aliasesOf(name)].join(' ')}' -d ${quoted(summary)}`,
    ),
    ...GLOBAL_OPTIONS.map((option) => line('', option)),
    ...commands.flatMap(({ name, options }) =>
      options.map((option) =>
        line(` -n '__fish_seen_subcommand_from ${[name, ...aliasesOf(name)].join(' ')}'`, option),
      ),
    ),
  ].join('\n');
}
