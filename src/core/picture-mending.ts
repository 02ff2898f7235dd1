import { grantDifference } from './picture-grants.ts';
import type { Difference } from './picture-difference.ts';
import type { Fact, PictureObject } from './picture.ts';
import { targetOf } from './snapshot/said-of.ts';
import { literal, quoted } from './sql-text.ts';

/**
 * The statements that would make `actual` what is expected, in order; empty where nothing is certain.
 * They are for a person to read and paste, and are never run by the tool.
 */
export function mendingOf(difference: Difference): readonly string[] {
  switch (difference.kind) {
    case 'missing':
      return some(difference.expected.create);
    case 'extra':
      return some(difference.actual.drop);
    case 'column-order':
      return [];
    case 'changed':
      return mendedFact(difference.expected, difference.actual, difference.fact).map(terminated);
  }
}

function some(statement: string | undefined): readonly string[] {
  return statement === undefined ? [] : [terminated(statement)];
}

function terminated(statement: string): string {
  return `${statement.trim().replace(/;$/, '')};`;
}

function mendedFact(expected: PictureObject, actual: PictureObject, fact: string): readonly string[] {
  const wanted = expected.facts[fact] ?? null;
  if (fact === 'comment')
    return [`COMMENT ON ${target(expected)} IS ${wanted === null ? 'NULL' : literal(String(wanted))}`];
  if (fact === 'grants') return mendedGrants(expected, actual);
  if (fact === 'owner')
    return typeof wanted === 'string' ? [`ALTER ${target(expected)} OWNER TO ${quoted(wanted)}`] : [];
  switch (expected.kind) {
    case 'column':
      return mendedColumn(expected, fact, wanted);
    case 'table':
      return mendedTable(expected, fact, wanted);
    case 'constraint':
      if (fact === 'validated') {
        return wanted === true
          ? [
              `ALTER ${onDomain(expected) ? 'DOMAIN' : 'TABLE'} ${expected.on ?? ''} VALIDATE CONSTRAINT ${expected.sql}`,
            ]
          : [];
      }
      return anew(expected, actual);
    case 'index':
      if (fact === 'valid' || fact === 'ready') return [`REINDEX INDEX CONCURRENTLY ${expected.sql}`];
      return fact === 'definition' ? anew(expected, actual) : [];
    case 'trigger':
    case 'rule':
      return fact === 'enabled' ? [switched(expected, wanted)] : anew(expected, actual);
    case 'policy':
    case 'view':
    case 'materialized view':
    case 'statistics':
    case 'event trigger':
      return anew(expected, actual);
    case 'function':
    case 'procedure':
      return fact === 'definition' ? some(expected.create) : [];
    case 'type':
      return fact === 'labels' ? appendedLabels(expected, actual) : [];
    case 'extension':
      return fact === 'version'
        ? [`ALTER EXTENSION ${expected.sql} UPDATE TO ${literal(String(wanted))}`]
        : [];
    case 'sequence':
      return fact === 'owned by'
        ? [`ALTER SEQUENCE ${expected.sql} OWNED BY ${wanted === null ? 'NONE' : String(wanted)}`]
        : mendedSequence(expected, fact, wanted);
    default:
      return [];
  }
}

function mendedColumn(column: PictureObject, fact: string, wanted: Fact): readonly string[] {
  const alter = `ALTER TABLE ${column.on ?? ''} ALTER COLUMN ${column.sql}`;
  switch (fact) {
    case 'not null':
      return [`${alter} ${wanted === true ? 'SET' : 'DROP'} NOT NULL`];
    case 'default':
      return [wanted === null ? `${alter} DROP DEFAULT` : `${alter} SET DEFAULT ${String(wanted)}`];
    case 'type':
      return [`${alter} TYPE ${String(wanted)}`];
    case 'statistics target':
      return [`${alter} SET STATISTICS ${wanted === null ? '-1' : String(wanted)}`];
    case 'storage': {
      const modes: Readonly<Record<string, string>> = { p: 'PLAIN', e: 'EXTERNAL', x: 'EXTENDED', m: 'MAIN' };
      const mode = modes[String(wanted)];
      return mode === undefined ? [] : [`${alter} SET STORAGE ${mode}`];
    }
    default:
      return [];
  }
}

function mendedTable(table: PictureObject, fact: string, wanted: Fact): readonly string[] {
  const alter = `ALTER TABLE ${table.sql}`;
  switch (fact) {
    case 'row security':
      return [`${alter} ${wanted === true ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`];
    case 'forced row security':
      return [`${alter} ${wanted === true ? 'FORCE' : 'NO FORCE'} ROW LEVEL SECURITY`];
    case 'persistence':
      return wanted === 'permanent'
        ? [`${alter} SET LOGGED`]
        : wanted === 'unlogged'
          ? [`${alter} SET UNLOGGED`]
          : [];
    case 'replica identity':
      return wanted === 'index' ? [] : [`${alter} REPLICA IDENTITY ${String(wanted).toUpperCase()}`];
    default:
      return [];
  }
}

function mendedSequence(sequence: PictureObject, fact: string, wanted: Fact): readonly string[] {
  const words: Readonly<Record<string, string>> = {
    start: 'START',
    increment: 'INCREMENT',
    minimum: 'MINVALUE',
    maximum: 'MAXVALUE',
    cache: 'CACHE',
    type: 'AS',
  };
  const alter = `ALTER SEQUENCE ${sequence.sql}`;
  if (fact === 'cycle') return [`${alter} ${wanted === true ? 'CYCLE' : 'NO CYCLE'}`];
  const word = words[fact];
  return word === undefined ? [] : [`${alter} ${word} ${String(wanted)}`];
}

/** Drops it and makes it again as it should be. */
function anew(expected: PictureObject, actual: PictureObject): readonly string[] {
  return actual.drop === undefined || expected.create === undefined ? [] : [actual.drop, expected.create];
}

function switched(object: PictureObject, wanted: Fact): string {
  const words: Readonly<Record<string, string>> = {
    enabled: 'ENABLE',
    disabled: 'DISABLE',
    always: 'ENABLE ALWAYS',
    replica: 'ENABLE REPLICA',
  };
  const word = words[String(wanted)] ?? 'ENABLE';
  return `ALTER TABLE ${object.on ?? ''} ${word} ${object.kind === 'rule' ? 'RULE' : 'TRIGGER'} ${object.sql}`;
}

/** PostgreSQL can add a label to an enum and rename one, but not remove or move one. */
function appendedLabels(expected: PictureObject, actual: PictureObject): readonly string[] {
  const wanted = listOf(expected.facts['labels']);
  const found = listOf(actual.facts['labels']);
  if (!found.every((label, index) => wanted[index] === label)) return [];
  return wanted.slice(found.length).map((label) => `ALTER TYPE ${expected.sql} ADD VALUE ${literal(label)}`);
}

/** Privileges that are only on one side. */
function mendedGrants(expected: PictureObject, actual: PictureObject): readonly string[] {
  if (expected.kind === 'default privileges') return [];
  const { missing, extra } = grantDifference(expected, actual);
  const column = expected.kind === 'column' ? ` (${expected.sql})` : '';
  const on = column === '' ? `${grantWord(expected)} ${expected.sql}` : `TABLE ${expected.on ?? ''}`;
  const statement = (line: string, verb: 'GRANT' | 'REVOKE'): readonly string[] => {
    const match = /^(.*) ([A-Z ]+?)( with grant option)?$/.exec(line);
    if (match === null) return [];
    const [, grantee = '', privilege = '', option = ''] = match;
    const who = grantee === 'PUBLIC' ? grantee : quoted(grantee);
    return [
      verb === 'GRANT'
        ? `GRANT ${privilege}${column} ON ${on} TO ${who}${option.toUpperCase()}`
        : `REVOKE ${privilege}${column} ON ${on} FROM ${who}`,
    ];
  };
  return [
    ...extra.flatMap((line) => statement(line, 'REVOKE')),
    ...missing.flatMap((line) => statement(line, 'GRANT')),
  ];
}

function grantWord(object: PictureObject): string {
  if (['table', 'view', 'materialized view', 'foreign table'].includes(object.kind)) return 'TABLE';
  if (object.kind === 'aggregate') return 'FUNCTION';
  return object.kind === 'server' ? 'FOREIGN SERVER' : object.kind.toUpperCase();
}

/** How COMMENT ON and ALTER … OWNER TO name it. */
function target(object: PictureObject): string {
  return targetOf(object, onDomain(object));
}

/** True for a constraint of a domain: it is added with ALTER DOMAIN. */
function onDomain({ create }: PictureObject): boolean {
  return create?.startsWith('ALTER DOMAIN ') === true;
}

function listOf(fact: Fact | undefined): readonly string[] {
  return typeof fact === 'object' && fact !== null ? fact : [];
}
