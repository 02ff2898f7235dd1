import { Command, CommanderError, Help, Option } from 'commander';
import { UsageError } from '../core/errors.ts';
import { EXIT_MEANINGS } from '../core/report.ts';
import { didYouMean } from '../core/suggestion.ts';
import { ALIASES, COMMAND_NAMES, commandNamed } from './command-names.ts';
import type { CommandName } from './command-names.ts';
import type { CommandDefinition } from './command.ts';
import type { OptionDefinition } from './command-options.ts';
import { loadCommand } from './load-command.ts';
import { GLOBAL_OPTIONS } from './options.ts';
import type { OptionValues } from './command-options.ts';

/** A command to run. */
export interface ParsedCommand {
  readonly kind: 'command';
  readonly command: CommandName;
  readonly definition: CommandDefinition;
  readonly options: OptionValues;
  readonly arguments: readonly string[];
}

/** What a command line asks for: a command, a text to print (help, version), or nothing that can be done. */
export type Parsed =
  | ParsedCommand
  | {
      readonly kind: 'text';
      readonly text: string;
      /** False for the help that is shown because no command was given. */
      readonly asked: boolean;
    }
  | {
      readonly kind: 'mistake';
      /** Empty where the line names no command. */
      readonly command: string;
      readonly error: UsageError;
      /** Whether the report is wanted as JSON, as far as that can be told. */
      readonly json: boolean;
    };

/** Reads the command line. Loads the command that was typed, and all of them only for the general help. */
export async function parse(argv: readonly string[], version: string): Promise<Parsed> {
  const position = commandPosition(argv);
  const word = position === undefined ? undefined : argv[position];
  const name = word === undefined ? undefined : commandNamed(word);
  const mistake = (message: string, hint: string): Parsed => ({
    kind: 'mistake',
    command: name ?? '',
    error: new UsageError(message, { hint }),
    json: wantsJson(argv),
  });
  if (word !== undefined && name === undefined && word !== 'help') {
    const known = [...COMMAND_NAMES, ...Object.keys(ALIASES)];
    return mistake(
      `there is no command "${word}"; ${didYouMean(word, known)}`,
      'lms-db --help lists the commands',
    );
  }
  const topic =
    word === 'help' ? argv.slice((position ?? 0) + 1).find((other) => !other.startsWith('-')) : undefined;
  if (topic !== undefined && commandNamed(topic) === undefined) {
    const known = [...COMMAND_NAMES, ...Object.keys(ALIASES)];
    return mistake(
      `there is no command "${topic}"; ${didYouMean(topic, known)}`,
      'lms-db --help lists the commands',
    );
  }
  let result: ParsedCommand | undefined;
  let printed = '';
  const print = (text: string): void => {
    printed += text;
  };
  const program = new Command('lms-db')
    .description(
      'Schema-first PostgreSQL migrations: plain SQL in pairs, applied and recorded in one transaction.',
    )
    .usage('<command> [options]')
    .version(version, '-V, --version', 'the version of lms-db')
    .helpOption('-h, --help', 'this help, or that of a command')
    .helpCommand('help [command]', 'the same as --help')
    .configureHelp({ formatHelp: commandsFirst })
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: print, outputError: (text, write) => write(text) })
    .addHelpText(
      'after',
      `\n${exitCodes()}\n\nWith no database named it is the embedded PostgreSQL. Start with: lms-db up`,
    );
  for (const option of GLOBAL_OPTIONS) program.addOption(commanderOption(option));
  const only = name ?? (topic === undefined ? undefined : commandNamed(topic));
  for (const loaded of only === undefined ? COMMAND_NAMES : [only]) {
    const definition = await loadCommand(loaded);
    addCommand(program, loaded, definition, (options, rest) => {
      result = { kind: 'command', command: loaded, definition, options, arguments: rest };
    });
  }
  try {
    program.parse(commandFirst(argv, position), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text: printed, asked: true };
    // Without a command commander shows the help as an error.
    if (error.code === 'commander.help' && !wantsJson(argv)) {
      return { kind: 'text', text: printed, asked: false };
    }
    if (error.code === 'commander.help') {
      return mistake('no command is given', 'lms-db --help lists the commands');
    }
    const said = error.message
      .replace(/^error: /, '')
      .replace(/\n\(Did you mean (.+)\?\)$/, '; did you mean $1?');
    return mistake(said, `lms-db ${name === undefined ? '' : `${name} `}--help`);
  }
  return result ?? mistake('no command is given', 'lms-db --help lists the commands');
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
    .helpOption('-h, --help', 'this help')
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

/** The general help with its commands above the flags that all of them take. */
function commandsFirst(command: Command, helper: Help): string {
  const sections = Help.prototype.formatHelp.call(helper, command, helper).split('\n\n');
  const commands = sections.filter((section) => section.startsWith('Commands:'));
  const rest = sections.filter((section) => !section.startsWith('Commands:'));
  const options = rest.findIndex((section) => section.startsWith('Options:'));
  const ordered = [...rest.slice(0, options), ...commands, ...rest.slice(options)];
  return `${ordered.map((section) => section.trimEnd()).join('\n\n')}\n`;
}

function exitCodes(): string {
  const lines = Object.entries(EXIT_MEANINGS).map(([code, meaning]) => `  ${code.padEnd(4)} ${meaning}`);
  return `Exit codes:\n${lines.join('\n')}`;
}

/** The command in front: flags may stand before it, those that only it knows too. */
function commandFirst(argv: readonly string[], position: number | undefined): string[] {
  if (position === undefined) return [...argv];
  return [argv[position] ?? '', ...argv.slice(0, position), ...argv.slice(position + 1)];
}

/**
 * Where the command stands: at the first word that names one and is no flag nor the value of one. Without
 * such a word, the first that might have been meant as one.
 */
function commandPosition(argv: readonly string[]): number | undefined {
  const takesValue = new Set(
    GLOBAL_OPTIONS.filter(({ flags }) => flags.includes('<')).flatMap(
      ({ flags }) => flags.match(/--?[a-z-]+/g) ?? [],
    ),
  );
  let unknown: number | undefined;
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') break;
    if (word.startsWith('-')) {
      if (takesValue.has(word)) index += 1;
      continue;
    }
    if (word === 'help' || commandNamed(word) !== undefined) return index;
    unknown ??= index;
  }
  return unknown;
}

/** Whether stdout is to get JSON, read from a line that cannot be parsed. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, index) =>
      word === '--json' ||
      word === '--reporter=json' ||
      (word === '--reporter' && argv[index + 1] === 'json'),
  );
}
