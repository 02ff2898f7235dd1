import { UsageError } from '../core/errors.ts';
import { SETTINGS } from '../config/settings.ts';
import type { ConfigFlags } from '../config/settings.ts';
import type { OptionDefinition, OptionValues } from './command-options.ts';

/** `-p, --project NAME`, as the settings write it, in commander's notation. */
function flagsOf(text: string): string {
  return text.replace(/ ([A-Z]+)$/, (_, word: string) => ` <${word.toLowerCase()}>`);
}

/** The flags that every command takes, before or after its name: the settings, and how to report. */
export const GLOBAL_OPTIONS: readonly OptionDefinition[] = [
  ...Object.values(SETTINGS).flatMap(({ flag, variable, fallback, meaning }): readonly OptionDefinition[] => {
    if (flag === undefined) return [];
    const facts = [variable, fallback === undefined ? undefined : `default ${fallback}`].filter(
      (fact) => fact !== undefined,
    );
    return [
      {
        flags: flagsOf(flag.text),
        description: `${meaning}${facts.length === 0 ? '' : ` (${facts.join('; ')})`}`,
      },
    ];
  }),
  { flags: '--embedded', description: 'the embedded PostgreSQL, whatever else is configured' },
  { flags: '--container', description: 'a throwaway PostgreSQL in a container' },
  {
    flags: '--config <file>',
    description: 'configuration file instead of lms-db.config.{json,js,ts} (LMS_DB_CONFIG)',
  },
  {
    flags: '--change-environment',
    description: 'make the database remember another environment than before',
  },
  { flags: '--json', description: 'the report as JSON on stdout; the same as --reporter json' },
  {
    flags: '--reporter <name[:file]>',
    description: 'pretty, json, junit, github or sarif, to stdout or to a file; may be given several times',
    repeatable: true,
  },
  { flags: '--quiet', description: 'no progress on stderr' },
  { flags: '--verbose', description: 'stack traces, and what the server says on the side' },
];

/** A text option. */
export function textOption(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** A switch. */
export function switchOption(values: OptionValues, name: string): boolean {
  return values[name] === true;
}

/** A repeatable option. */
export function listOption(values: OptionValues, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A whole number that is at least `least`. Throws UsageError. */
export function numberOption(
  values: OptionValues,
  name: string,
  flag: string,
  least: number,
): number | undefined {
  const text = textOption(values, name);
  return text === undefined ? undefined : wholeNumber(text, flag, least);
}

/** A text as a whole number that is at least `least`. Throws UsageError naming what it stands for. */
export function wholeNumber(text: string, what: string, least: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < least) {
    throw new UsageError(`${what} takes a whole number of at least ${least}, not "${text}"`, {
      hint: `write ${what} ${least}, or more`,
    });
  }
  return number;
}

/** A version: digits. Throws UsageError naming what it stands for. */
export function versionOption(values: OptionValues, name: string, flag: string): string | undefined {
  const text = textOption(values, name);
  if (text === undefined) return undefined;
  const digits = /^(\d+)(?:[-_].*)?$/.exec(text)?.[1];
  if (digits === undefined) {
    throw new UsageError(`${flag} takes a version such as 20251103000014, not "${text}"`, {
      hint: '`lms-db status` lists the versions',
    });
  }
  return digits;
}

/** The flags that the configuration reads, out of all that were given. */
export function configFlags(values: OptionValues): ConfigFlags {
  const text = (name: keyof ConfigFlags): string | undefined => textOption(values, name);
  return {
    config: text('config'),
    project: text('project'),
    url: text('url'),
    env: text('env'),
    embedded: switchOption(values, 'embedded') ? true : undefined,
    container: switchOption(values, 'container') ? true : undefined,
    historySchema: text('historySchema'),
    lockTimeout: text('lockTimeout'),
    lockAttempts: text('lockAttempts'),
    statementTimeout: text('statementTimeout'),
    idleInTransactionTimeout: text('idleInTransactionTimeout'),
    lockWait: text('lockWait'),
    embeddedDirectory: text('embeddedDirectory'),
    embeddedPort: text('embeddedPort'),
  };
}
