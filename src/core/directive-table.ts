import { parseDuration } from './duration.ts';
import type { Directives } from './migration.ts';
import type { Parsed } from './parsed.ts';

/** The files that directives stand in. */
export type DirectiveFile = 'migration' | 'rollback' | 'check';

/** Directives while they are being read. */
export type MutableDirectives = { -readonly [Key in keyof Directives]: Directives[Key] };

/** One directive of migrations and rollbacks, as the documentation lists it. */
export interface Directive {
  readonly name: string;
  /** The files that it may stand in. */
  readonly files: readonly DirectiveFile[];
  /** What comes after the name, as the documentation writes it. */
  readonly form: string;
  readonly meaning: string;
  /** May stand several times. */
  readonly repeats?: true;
  /** Puts the value where it belongs, or says what is wrong with it. */
  readonly read: (value: string, into: MutableDirectives) => Parsed<undefined>;
}

const READ: Parsed<undefined> = { value: undefined };

/** What a file says that says nothing. */
export const NO_DIRECTIVES: Directives = { transaction: true, requires: [], allow: [] };

/** The directives of migrations and rollbacks: the one list that the parser and the documentation read. */
export const DIRECTIVES: readonly Directive[] = [
  {
    name: 'transaction',
    files: ['migration', 'rollback'],
    form: 'off',
    meaning:
      'runs the file without a transaction, statement by statement, each one recorded: for statements that PostgreSQL refuses inside one, such as CREATE INDEX CONCURRENTLY',
    read(value, into) {
      if (value !== 'off') {
        return {
          problem: value === '' ? '@transaction says nothing' : `@transaction takes off, not "${value}"`,
          hint: 'write `-- @transaction off`; without the line the file runs in one transaction',
        };
      }
      into.transaction = false;
      return READ;
    },
  },
  {
    name: 'lock-timeout',
    files: ['migration', 'rollback'],
    form: '2s',
    meaning: 'how long a statement of this file waits for a lock before it gives up and is tried again',
    read: (value, into) => readDuration('lock-timeout', value, (duration) => (into.lockTimeout = duration)),
  },
  {
    name: 'statement-timeout',
    files: ['migration', 'rollback'],
    form: '10min',
    meaning: 'how long one statement of this file may take',
    read: (value, into) =>
      readDuration('statement-timeout', value, (duration) => (into.statementTimeout = duration)),
  },
  {
    name: 'phase',
    files: ['migration'],
    form: 'text',
    meaning: 'the phase of a larger plan that this migration belongs to; shown by plan and status',
    read: (value, into) => readText('phase', 'name it', value, (text) => (into.phase = text)),
  },
  {
    name: 'risk',
    files: ['migration'],
    form: 'low|medium|high why',
    meaning: 'how risky the migration is and why; shown by plan, status --long and the reports',
    read(value, into) {
      const { word, rest } = firstWord(value);
      const hint = 'write `-- @risk low why`, with low, medium or high and the reason';
      if (word !== 'low' && word !== 'medium' && word !== 'high') {
        return {
          problem: word === '' ? '@risk says nothing' : `@risk takes low, medium or high, not "${word}"`,
          hint,
        };
      }
      if (rest === '') return { problem: `@risk ${word} does not say why`, hint };
      into.risk = { level: word, why: rest };
      return READ;
    },
  },
  {
    name: 'downtime',
    files: ['migration'],
    form: 'none|why',
    meaning: 'none, or why the application has to stand still',
    read: (value, into) =>
      readText('downtime', 'write none, or why there is one', value, (text) => (into.downtime = text)),
  },
  {
    name: 'app-change',
    files: ['migration'],
    form: 'what',
    meaning: 'what has to change in the application, and when',
    read: (value, into) =>
      readText('app-change', 'say what changes', value, (text) => (into.appChange = text)),
  },
  {
    name: 'requires',
    files: ['migration'],
    form: 'VERSION …',
    meaning: 'versions that must be applied before this one; checked without a database',
    repeats: true,
    read(value, into) {
      const versions = value.split(/[\s,]+/).filter((version) => version !== '');
      const hint = 'write `-- @requires 20251103000000`, with one or more versions';
      if (versions.length === 0) return { problem: '@requires names no version', hint };
      const wrong = versions.find((version) => !/^\d+$/.test(version));
      if (wrong !== undefined) {
        return { problem: `@requires takes versions, which are digits only, not "${wrong}"`, hint };
      }
      const again = versions.find(
        (version, index) => into.requires.includes(version) || versions.indexOf(version) < index,
      );
      if (again !== undefined) return { problem: `@requires names ${again} twice`, hint: 'name it once' };
      into.requires = [...into.requires, ...versions];
      return READ;
    },
  },
  {
    name: 'irreversible',
    files: ['migration'],
    form: 'why',
    meaning: 'stands in for the rollback file, with the reason; down refuses to go past it',
    read: (value, into) =>
      readText('irreversible', 'say why there is no way back', value, (text) => (into.irreversible = text)),
  },
  {
    name: 'allow',
    files: ['migration', 'rollback'],
    form: 'RULE why',
    meaning: 'accepts the findings of one lint rule in this file, with the reason',
    repeats: true,
    read(value, into) {
      const { word, rest } = firstWord(value);
      const hint = 'write `-- @allow RULE why`';
      if (word === '') return { problem: '@allow names no rule', hint };
      if (!/^[a-z0-9][a-z0-9-]*$/.test(word)) return { problem: `"${word}" is not the name of a rule`, hint };
      if (rest === '') return { problem: `@allow ${word} does not say why`, hint };
      if (into.allow.some(({ rule }) => rule === word)) {
        return { problem: `@allow ${word} stands twice`, hint: 'give both reasons in one line' };
      }
      into.allow = [...into.allow, { rule: word, why: rest }];
      return READ;
    },
  },
];

/** The directives of a checks file, as the documentation lists them. */
export const CHECK_DIRECTIVES: readonly Pick<Directive, 'name' | 'form' | 'meaning'>[] = [
  { name: 'check', form: 'NAME', meaning: 'starts a named check; the SQL up to the next one is its query' },
  {
    name: 'expect',
    form: 'no rows · rows · 42 · >= 60 · between 1 and 5 · true · (42, 26)',
    meaning: 'what the query must return; without it no rows, and then the rows that come are the offenders',
  },
  { name: 'severity', form: 'error|warning', meaning: 'what a failure is; without it an error' },
  { name: 'since', form: 'VERSION', meaning: 'the check holds from this version on' },
  { name: 'until', form: 'VERSION', meaning: 'the check holds up to this version, and not after it' },
  {
    name: 'extension',
    form: 'NAME',
    meaning:
      'the check holds only where this extension is installed; elsewhere it is skipped, and the report says why',
  },
];

function readDuration(name: string, value: string, put: (milliseconds: number) => void): Parsed<undefined> {
  if (value === '')
    return { problem: `@${name} says nothing`, hint: 'write 500ms, 2s, 10min or 1h; 0 is no limit' };
  const parsed = parseDuration(value);
  if (parsed.problem !== undefined) return { problem: `@${name}: ${parsed.problem}`, hint: parsed.hint };
  put(parsed.value);
  return READ;
}

function readText(name: string, hint: string, value: string, put: (text: string) => void): Parsed<undefined> {
  if (value === '') return { problem: `@${name} says nothing`, hint };
  put(value);
  return READ;
}

function firstWord(value: string): { word: string; rest: string } {
  const match = /^(\S*)\s*(.*)$/.exec(value);
  return { word: match?.[1] ?? '', rest: match?.[2] ?? '' };
}
