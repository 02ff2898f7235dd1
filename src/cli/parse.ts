import { Command, CommanderError, Option } from 'commander';
import { EXIT } from '../core/finding.ts';
import type { ExitCode } from '../core/finding.ts';
import { didYouMean } from '../core/suggestion.ts';
import { ALIASES, COMMAND_NAMES, commandNamed } from './command-names.ts';
import type { CommandName } from './command-names.ts';
import type { CommandDefinition } from './command.ts';
import type { OptionDefinition } from './command-options.ts';
import { loadCommand } from './load-command.ts';
import { GLOBAL_OPTIONS } from './options.ts';
import type { OptionValues } from './command-options.ts';

/** A command to run, or a text to print instead: help, version, a usage error. */
export type Parsed =
  | {
      readonly kind: 'command';
      readonly command: CommandName;
      readonly definition: CommandDefinition;
      readonly options: OptionValues;
      readonly arguments: readonly string[];
    }
  | { readonly kind: 'text'; readonly text: string; readonly exitCode: ExitCode };

/** Reads the command line. Loads the command that was typed, and all of them only for the general help. */
export async function parse(argv: readonly string[], version: string): Promise<Parsed> {
  const word = firstWord(argv);
  const name = word === undefined ? undefined : commandNamed(word);
  if (word !== undefined && name === undefined && word !== 'help') {
    const known = [...COMMAND_NAMES, ...Object.keys(ALIASES)];
    const text = usageError(
      `there is no command "${word}"; ${didYouMean(word, known)}`,
      'lms-db --help lists the commands',
      argv,
    );
    return { kind: 'text', text, exitCode: EXIT.usage };
  }
  let result: Parsed | undefined;
  let printed = '';
  const program = new Command('lms-db')
    .description(
      'Schema-first PostgreSQL migrations: plain SQL in pairs, applied and recorded in one transaction.',
    )
    .version(version, '-V, --version', 'the version of lms-db')
    .helpOption('-h, --help', 'this help, or that of a command')
    .helpCommand('help [command]', 'the same as --help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      writeErr: (text) => {
        printed += text;
      },
      outputError: (text, write) => write(text),
    });
  for (const option of GLOBAL_OPTIONS) program.addOption(commanderOption(option));
  for (const loaded of name === undefined ? COMMAND_NAMES : [name]) {
    const definition = await loadCommand(loaded);
    addCommand(program, loaded, definition, (options, rest) => {
      result = { kind: 'command', command: loaded, definition, options, arguments: rest };
    });
  }
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text: printed, exitCode: EXIT.done };
    // Without a command commander shows the help as an error.
    if (error.code === 'commander.help') return { kind: 'text', text: printed, exitCode: EXIT.usage };
    const text = usageError(
      error.message.replace(/^error: /, ''),
      `lms-db ${name ?? ''} --help`.replace('  ', ' '),
      argv,
    );
    return { kind: 'text', text, exitCode: EXIT.usage };
  }
  return result ?? { kind: 'text', text: printed, exitCode: EXIT.usage };
}

/** A mistake on the command line, as a person reads it, or as the JSON envelope where --json stands. */
function usageError(message: string, hint: string, argv: readonly string[]): string {
  if (!argv.includes('--json')) return `error: ${message}\n  next: ${hint}\n`;
  const envelope = {
    formatVersion: 1,
    command: null,
    ok: false,
    exitCode: EXIT.usage,
    error: { code: 'usage', message, hint },
    findings: [],
    targets: [],
  };
  return `${JSON.stringify(envelope, undefined, 2)}\n`;
}

function addCommand(
  program: Command,
  name: CommandName,
  definition: CommandDefinition,
  act: (options: OptionValues, rest: readonly string[]) => void,
): void {
  const command = program
    .command(name)
    .summary(definition.summary)
    .description(definition.description)
    .exitOverride()
    .configureOutput(program.configureOutput());
  for (const [alias, target] of Object.entries(ALIASES)) if (target === name) command.alias(alias);
  for (const [notation, description] of definition.arguments ?? []) command.argument(notation, description);
  for (const option of definition.options) command.addOption(commanderOption(option));
  const examples = definition.examples.map(([line, effect]) => `  $ ${line}\n      ${effect}`).join('\n');
  command.addHelpText('after', `\nExamples:\n${examples}\n\nFlags of every command: lms-db --help`);
  command.action(() => {
    act(command.optsWithGlobals(), command.args);
  });
}

function commanderOption({ flags, description, repeatable }: OptionDefinition): Option {
  const option = new Option(flags, description);
  if (repeatable !== true) return option;
  return option.argParser((value: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    value,
  ]);
}

/** The first word that is not a flag, nor the value of one. */
function firstWord(argv: readonly string[]): string | undefined {
  const takesValue = new Set(
    GLOBAL_OPTIONS.filter(({ flags }) => flags.includes('<')).flatMap(
      ({ flags }) => flags.match(/--?[a-z-]+/g) ?? [],
    ),
  );
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') return argv[index + 1];
    if (!word.startsWith('-')) return word;
    if (takesValue.has(word)) index += 1;
  }
  return undefined;
}
