// docs/cli.md: the command line, from the definitions that the program itself reads.
import { ALIASES, COMMAND_NAMES } from '../../src/cli/command-names.ts';
import type { CommandName } from '../../src/cli/command-names.ts';
import type { OptionDefinition } from '../../src/cli/command-options.ts';
import type { CommandDefinition } from '../../src/cli/command.ts';
import { loadCommand } from '../../src/cli/load-command.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/options.ts';
import { REPORTERS } from '../../src/cli/output.ts';
import { CONFIG_NAMES } from '../../src/config/config-file.ts';
import { PROJECT_KEYS } from '../../src/config/projects.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { EXIT_MEANINGS } from '../../src/core/report.ts';
import { code, markdownTable } from './markdown.ts';

/** Variables that are no settings. A contract test asks for every LMS_DB_* name of src/ on this page. */
const VARIABLES: readonly (readonly [name: string, meaning: string])[] = [
  ['`LMS_DB_CONFIG`', 'the configuration file; the same as `--config`'],
  ['`DATABASE_URL`', 'the database, where neither `--url` nor the configuration names one'],
  [
    '`PGHOST`, `PGPORT`, `PGUSER`, `PGDATABASE`, `PGPASSWORD`, `PGSERVICE`, `PGSSLMODE`, …',
    'the same as for psql, where no URL names the database; `.pgpass` and the service file are read too',
  ],
  [
    '`CI`, `NODE_ENV=production`',
    'with one of them set, the embedded PostgreSQL is used only when `--embedded` asks for it',
  ],
  ['`NO_COLOR`, `FORCE_COLOR`', 'no colours, or colours without a terminal'],
  [
    '`LMS_DB_CACHE`',
    'a folder for what the embedded PostgreSQL can make again: its template, copies of programs',
  ],
  [
    '`LMS_DB_EMBEDDED_PACKAGE`',
    'a package folder with other PostgreSQL programs than those of this platform; for tests',
  ],
];

/** The text of docs/cli.md. */
export async function cliPage(): Promise<string> {
  const commands = await Promise.all(
    COMMAND_NAMES.map(async (name) => ({ name, definition: await loadCommand(name) })),
  );
  return `${[
    '<!-- Written by `npm run docs` from src/cli and src/config. Change those, not this page. -->',
    '',
    '# Command line',
    '',
    '```',
    'lms-db <command> [arguments] [flags]',
    '```',
    '',
    'Flags go anywhere, before or after the name of the command. Results go to stdout, progress to stderr.',
    '`lms-db --help` lists the commands, `lms-db <command> --help` explains one.',
    '',
    '## Commands',
    '',
    ...markdownTable(
      ['command', 'what it does'],
      commands.map(({ name, definition }) => [
        `[\`${name}\`](#${name})${aliasesOf(name)
          .map((alias) => `, \`${alias}\``)
          .join('')}`,
        definition.summary,
      ]),
    ),
    '',
    ...commands.flatMap(({ name, definition }) => commandSection(name, definition)),
    '## Flags of every command',
    '',
    ...optionTable(GLOBAL_OPTIONS),
    '',
    `Reporters: ${Object.keys(REPORTERS).map(code).join(', ')}. [formats.md](formats.md#the-report) describes the JSON.`,
    '',
    ...settingsSection(),
    ...databaseSection(),
    ...exitCodeSection(),
  ].join('\n')}\n`;
}

function aliasesOf(name: CommandName): readonly string[] {
  return Object.entries(ALIASES).flatMap(([alias, target]) => (target === name ? [alias] : []));
}

function commandSection(name: CommandName, definition: CommandDefinition): readonly string[] {
  const { description, options, examples } = definition;
  const words = definition.arguments ?? [];
  const usage = ['lms-db', name, ...words.map(([notation]) => notation), '[flags]'].join(' ');
  const aliases = aliasesOf(name);
  return [
    `### ${name}`,
    '',
    '```',
    usage,
    '```',
    '',
    description,
    ...(aliases.length === 0 ? [] : ['', `Also called ${aliases.map(code).join(', ')}.`]),
    '',
    ...(words.length === 0
      ? []
      : [
          ...markdownTable(
            ['argument', 'meaning'],
            words.map(([notation, meaning]) => [code(notation), meaning]),
          ),
          '',
        ]),
    ...(options.length === 0 ? [] : [...optionTable(options), '']),
    '```sh',
    ...examples.flatMap(([line, effect]) => [`# ${effect}`, line]),
    '```',
    '',
  ];
}

function optionTable(options: readonly OptionDefinition[]): readonly string[] {
  return markdownTable(
    ['flag', 'meaning'],
    options.map(({ flags, description }) => [code(flags), description]),
  );
}

function settingsSection(): readonly string[] {
  return [
    '## Settings',
    '',
    'A setting is taken from its flag, then from its variable, then from the configuration file, then from its',
    'default. The configuration file is',
    `${CONFIG_NAMES.map(code).join(' or ')} in the current folder or the nearest one above;`,
    'the paths in it are relative to it. Variables may also stand in a file `.env` beside it; the real environment wins.',
    'Every mistake of every source is listed at once, and an unknown key is one.',
    '',
    'Durations are written `500ms`, `2s`, `10min`, `1h` or `1d`; `0` is no limit.',
    '',
    ...markdownTable(
      ['key in the file', 'flag', 'variable', 'default', 'takes', 'meaning'],
      Object.values(SETTINGS).map((setting) => [
        code(setting.key),
        setting.flag === undefined ? '' : code(setting.flag.text),
        setting.variable === undefined ? '' : code(setting.variable),
        setting.fallback === undefined ? '' : code(setting.fallback),
        setting.form,
        setting.meaning,
      ]),
    ),
    '',
    'A repository with one database may have these keys at the top of the file, and `name`. A repository with several',
    'has them in `projects.<name>`, and no `name`:',
    '',
    ...markdownTable(
      ['key', 'takes', 'meaning'],
      PROJECT_KEYS.map(({ key, form, meaning }) => [code(key), form, meaning]),
    ),
    '',
    '```json',
    '{',
    '  "defaultProject": "lms",',
    '  "lockTimeout": "2s",',
    '  "projects": { "lms": { "postgres": ">=15" } }',
    '}',
    '```',
    '',
    '### Other variables',
    '',
    ...markdownTable(['variable', 'meaning'], VARIABLES),
    '',
  ];
}

function databaseSection(): readonly string[] {
  return [
    '## Which database',
    '',
    'The first of these that is given: `--embedded` or `--container`; `--url`; `LMS_DB_URL`; `url` of the project and',
    'then of the whole in the configuration file; `DATABASE_URL`; the `PG*` variables. With none of them, the embedded',
    'PostgreSQL, except where `CI` is set, `NODE_ENV` is `production`, or the environment is a protected one: there a',
    'database has to be named. The first line of the output says which one it is, without its password.',
    '',
  ];
}

function exitCodeSection(): readonly string[] {
  return [
    '## Exit codes',
    '',
    ...markdownTable(
      ['code', 'meaning'],
      Object.entries(EXIT_MEANINGS).map(([exitCode, meaning]) => [exitCode, meaning]),
    ),
    '',
    'With 2, 4 and 10 nothing was run. With 5 and 6 the migration or rollback at fault was rolled back, and those before',
    'it stay as they are; of a file without a transaction, the statements that are done stay too.',
    '',
    'A second SIGINT or SIGTERM ends the process at once, with the same code.',
  ];
}
