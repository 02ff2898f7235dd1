import { parseDuration } from '../core/duration.ts';
import type { Parsed } from '../core/parsed.ts';
import { DEFAULT_SETTINGS } from '../core/settings.ts';

/** What the command line hands over: values as they were typed. */
export interface ConfigFlags {
  readonly config?: string | undefined;
  readonly project?: string | undefined;
  readonly url?: string | undefined;
  readonly env?: string | undefined;
  readonly embedded?: boolean | undefined;
  readonly container?: boolean | undefined;
  readonly historySchema?: string | undefined;
  readonly lockTimeout?: string | undefined;
  readonly lockAttempts?: string | undefined;
  readonly statementTimeout?: string | undefined;
  readonly idleInTransactionTimeout?: string | undefined;
  readonly lockWait?: string | undefined;
  readonly embeddedDirectory?: string | undefined;
  readonly embeddedPort?: string | undefined;
}

/** One setting, with every way to give it: the one list that the loader and the documentation read. */
export interface Setting<Value> {
  /** Path of the key in the config file; undefined for what a file cannot say. */
  readonly key: string;
  readonly flag?: { readonly name: keyof ConfigFlags; readonly text: string } | undefined;
  readonly variable?: string | undefined;
  /** The default, as it would be written; undefined for none. */
  readonly fallback?: string | undefined;
  readonly value: Value;
  /** What it takes, as the documentation writes it. */
  readonly form: string;
  readonly meaning: string;
  /** Reads a value of a file, or the text of a flag or variable. */
  readonly parse: (value: unknown) => Parsed<Value>;
}

function setting<Value>(facts: Setting<Value>): Setting<Value> {
  return facts;
}

/** The settings of a run, in the order in which the documentation lists them. */
export const SETTINGS = {
  defaultProject: setting<string | undefined>({
    key: 'defaultProject',
    flag: { name: 'project', text: '-p, --project NAME' },
    variable: 'LMS_DB_PROJECT',
    value: undefined,
    form: 'name',
    meaning: 'the project that a command works on where the repository has several',
    parse: nameOf,
  }),
  url: setting<string | undefined>({
    key: 'url',
    flag: { name: 'url', text: '--url URL' },
    variable: 'LMS_DB_URL',
    value: undefined,
    form: 'URL or key=value string',
    meaning: 'the database; without it DATABASE_URL, then the PG* variables, then the embedded PostgreSQL',
    parse: textOf,
  }),
  environment: setting<string>({
    key: 'environment',
    flag: { name: 'env', text: '--env NAME' },
    variable: 'LMS_DB_ENV',
    fallback: 'development',
    value: 'development',
    form: 'name',
    meaning: 'the environment that the database belongs to; a database remembers it',
    parse: environmentOf,
  }),
  protectedEnvironments: setting<readonly string[]>({
    key: 'protectedEnvironments',
    variable: 'LMS_DB_PROTECTED_ENVIRONMENTS',
    fallback: 'production',
    value: ['production'],
    form: 'list of names',
    meaning:
      'environments in which reset and development seeds are refused and down asks for a typed confirmation',
    parse: environmentsOf,
  }),
  historySchema: setting<string>({
    key: 'historySchema',
    flag: { name: 'historySchema', text: '--history-schema NAME' },
    variable: 'LMS_DB_HISTORY_SCHEMA',
    fallback: 'lms_db',
    value: 'lms_db',
    form: 'name',
    meaning: 'the schema in which lms-db keeps its own tables',
    parse: schemaOf,
  }),
  lockTimeout: setting<number>({
    key: 'lockTimeout',
    flag: { name: 'lockTimeout', text: '--lock-timeout DURATION' },
    variable: 'LMS_DB_LOCK_TIMEOUT',
    fallback: '3s',
    value: DEFAULT_SETTINGS.lockTimeout,
    form: 'duration',
    meaning:
      'the longest wait for one lock of a statement, so that the application is not kept waiting behind it',
    parse: durationOf,
  }),
  lockAttempts: setting<number>({
    key: 'lockAttempts',
    flag: { name: 'lockAttempts', text: '--lock-attempts NUMBER' },
    variable: 'LMS_DB_LOCK_ATTEMPTS',
    fallback: '5',
    value: DEFAULT_SETTINGS.lockAttempts,
    form: 'number from 1 to 100',
    meaning: 'how often a migration is tried when a lock is not to be had',
    parse: integerBetween(1, 100),
  }),
  statementTimeout: setting<number>({
    key: 'statementTimeout',
    flag: { name: 'statementTimeout', text: '--statement-timeout DURATION' },
    variable: 'LMS_DB_STATEMENT_TIMEOUT',
    fallback: '10min',
    value: DEFAULT_SETTINGS.statementTimeout,
    form: 'duration',
    meaning: 'how long one statement may take',
    parse: durationOf,
  }),
  idleInTransactionTimeout: setting<number>({
    key: 'idleInTransactionTimeout',
    flag: { name: 'idleInTransactionTimeout', text: '--idle-in-transaction-timeout DURATION' },
    variable: 'LMS_DB_IDLE_IN_TRANSACTION_TIMEOUT',
    fallback: '1min',
    value: DEFAULT_SETTINGS.idleInTransactionTimeout,
    form: 'duration',
    meaning: 'after how long the server ends a transaction in which nothing happens',
    parse: durationOf,
  }),
  lockWait: setting<number>({
    key: 'lockWait',
    flag: { name: 'lockWait', text: '--lock-wait DURATION' },
    variable: 'LMS_DB_LOCK_WAIT',
    fallback: '1min',
    value: DEFAULT_SETTINGS.lockWait,
    form: 'duration',
    meaning: 'how long to wait for another run on the same database to end; 0 waits without limit',
    parse: durationOf,
  }),
  embeddedDirectory: setting<string>({
    key: 'embedded.directory',
    flag: { name: 'embeddedDirectory', text: '--embedded-directory FOLDER' },
    variable: 'LMS_DB_EMBEDDED_DIRECTORY',
    fallback: '.lms-db',
    value: '.lms-db',
    form: 'folder',
    meaning: 'where the embedded PostgreSQL keeps its data, relative to the root',
    parse: textOf,
  }),
  embeddedPort: setting<number | undefined>({
    key: 'embedded.port',
    flag: { name: 'embeddedPort', text: '--embedded-port NUMBER' },
    variable: 'LMS_DB_EMBEDDED_PORT',
    value: undefined,
    form: 'number from 1 to 65535',
    meaning: 'the loopback port on which serve opens the embedded PostgreSQL; without it any free one',
    parse: integerBetween(1, 65_535),
  }),
} as const;

/** A text that is not empty. */
export function textOf(value: unknown): Parsed<string> {
  if (typeof value !== 'string') return { problem: `is ${typeName(value)} and must be text` };
  return value.trim() === '' ? { problem: 'is empty' } : { value };
}

function durationOf(value: unknown): Parsed<number> {
  if (value === 0) return { value: 0 };
  if (typeof value === 'number') {
    return { problem: `${value} has no unit; write "${value}ms" or "${value}s"` };
  }
  if (typeof value !== 'string')
    return { problem: `is ${typeName(value)} and must be a duration such as "2s"` };
  const parsed = parseDuration(value);
  if (parsed.problem === undefined) return parsed;
  return { problem: `${parsed.problem}; ${parsed.hint ?? ''}` };
}

function integerBetween(low: number, high: number): (value: unknown) => Parsed<number> {
  return (value) => {
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value;
    if (typeof number !== 'number')
      return { problem: `is ${shown(value)} and must be a number from ${low} to ${high}` };
    if (Number.isInteger(number) && number >= low && number <= high) return { value: number };
    return { problem: `${number} is not a whole number from ${low} to ${high}` };
  };
}

/** The name of a project: it is a folder and a part of names in the database. */
export function nameOf(value: unknown): Parsed<string> {
  const text = textOf(value);
  if (text.problem !== undefined || /^[a-z0-9][a-z0-9_-]{0,62}$/.test(text.value)) return text;
  return { problem: `${shown(value)} is not a name: lower-case letters, digits, - and _, at most 63` };
}

function environmentOf(value: unknown): Parsed<string> {
  const text = textOf(value);
  if (text.problem !== undefined) return text;
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(text.value)) {
    return { problem: `${shown(value)} is not a name: letters, digits, - and _, at most 63` };
  }
  if (text.value === 'reference') {
    return { problem: '"reference" cannot be an environment: seeds/reference is for all of them' };
  }
  return text;
}

function environmentsOf(value: unknown): Parsed<readonly string[]> {
  const list: unknown = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value;
  if (!Array.isArray(list)) return { problem: `is ${typeName(value)} and must be a list of names` };
  const names: string[] = [];
  for (const entry of list) {
    const name = environmentOf(entry);
    if (name.problem !== undefined) return { problem: name.problem };
    names.push(name.value);
  }
  return { value: names };
}

/** Quoted everywhere, it could be any name; only one that needs no quotes is pleasant to type in psql. */
function schemaOf(value: unknown): Parsed<string> {
  const text = textOf(value);
  if (text.problem !== undefined) return text;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(text.value)) {
    return {
      problem: `${shown(value)} is not a name: lower-case letters, digits and _, no digit first, at most 63`,
    };
  }
  if (text.value.startsWith('pg_') || text.value === 'information_schema') {
    return { problem: `${shown(value)} belongs to PostgreSQL` };
  }
  if (text.value === 'public') {
    return {
      problem: '"public" is for the tables of the application: the history needs a schema of its own',
    };
  }
  return text;
}

/** What a value is, in words: for a mistake that must not repeat it. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'not there';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return (
    { string: 'text', number: 'a number', boolean: 'true or false' }[typeof value as string] ??
    `a ${typeof value}`
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : typeName(value);
}
