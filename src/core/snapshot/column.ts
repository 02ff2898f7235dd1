import type { PictureObject } from '../picture.ts';
import { quoted } from '../sql-text.ts';
import { columnPrivilegeStatements } from './privileges.ts';
import { commentStatements, foreignOptionsText, optionsText } from './said-of.ts';
import { isFact, listFact, textFact } from './schema-index.ts';
import type { SchemaIndex } from './schema-index.ts';

/** PostgreSQL cuts names at 63 bytes, and then a default name is no longer the plain one. */
const LONGEST_NAME = 63;

/** A column as CREATE TABLE writes it. `inline` says whether its default stands here or comes later. */
export function columnText(
  column: PictureObject,
  table: PictureObject,
  index: SchemaIndex,
  inlineDefault: boolean,
): string {
  return [
    column.sql,
    ...(textFact(table, 'of type') === undefined ? [String(column.facts['type'])] : ['WITH OPTIONS']),
    ...extrasOf(column, table, index, inlineDefault),
  ].join(' ');
}

/** Everything about a column but its name and type; empty for the plainest. */
export function extrasOf(
  column: PictureObject,
  table: PictureObject,
  index: SchemaIndex,
  inlineDefault: boolean,
): readonly string[] {
  const foreign = listFact(column, 'foreign options');
  const collation = textFact(column, 'collation');
  const value = textFact(column, 'default');
  const notNull = notNullText(column, table, index);
  return [
    ...(foreign.length === 0 ? [] : [`OPTIONS (${foreignOptionsText(foreign)})`]),
    ...(collation === undefined || textFact(table, 'of type') !== undefined ? [] : [`COLLATE ${collation}`]),
    ...generatedText(column),
    ...identityText(column, table, index),
    ...(value === undefined || !inlineDefault ? [] : [`DEFAULT ${value}`]),
    ...(notNull === undefined ? [] : [notNull]),
  ];
}

/** The picture says `stored: ` or `virtual: ` before the expression. */
function generatedText(column: PictureObject): readonly string[] {
  const match = /^(stored|virtual): ([^]*)$/.exec(textFact(column, 'generated') ?? '');
  if (match === null) return [];
  return [`GENERATED ALWAYS AS (${match[2] ?? ''}) ${match[1] === 'stored' ? 'STORED' : 'VIRTUAL'}`];
}

/** Nothing on a partition, which since PostgreSQL 17 has the sequence of its parent. */
function identityText(column: PictureObject, table: PictureObject, index: SchemaIndex): readonly string[] {
  const identity = textFact(column, 'identity');
  const sequence = identity === undefined ? undefined : index.identityOf(column);
  if (identity === undefined || sequence === undefined) return [];
  const usual = quotedIn(table.schema, `${table.name}_${column.name}_seq`);
  const options = [
    ...(sequence.sql === usual ? [] : [`SEQUENCE NAME ${sequence.sql}`]),
    ...sequenceOptions(sequence),
  ];
  const list = options.length === 0 ? '' : ` (${options.join(' ')})`;
  return [`GENERATED ${identity.toUpperCase()} AS IDENTITY${list}`];
}

function quotedIn(schema: string | undefined, name: string): string {
  return `${quoted(schema ?? 'public')}.${quoted(name)}`;
}

const LARGEST: Readonly<Record<string, string>> = {
  smallint: '32767',
  integer: '2147483647',
  bigint: '9223372036854775807',
};
const SMALLEST: Readonly<Record<string, string>> = {
  smallint: '-32768',
  integer: '-2147483648',
  bigint: '-9223372036854775808',
};

/** The options of a sequence that are not what CREATE SEQUENCE gives anyway (its type aside). */
export function sequenceOptions(sequence: PictureObject): readonly string[] {
  const fact = (name: string): string => textFact(sequence, name) ?? '';
  const type = fact('type');
  const down = fact('increment').startsWith('-');
  const least = down ? SMALLEST[type] : '1';
  const most = down ? '-1' : LARGEST[type];
  const start = down ? fact('maximum') : fact('minimum');
  return [
    ...(fact('start') === start ? [] : [`START WITH ${fact('start')}`]),
    ...(fact('increment') === '1' ? [] : [`INCREMENT BY ${fact('increment')}`]),
    ...(fact('minimum') === least ? [] : [`MINVALUE ${fact('minimum')}`]),
    ...(fact('maximum') === most ? [] : [`MAXVALUE ${fact('maximum')}`]),
    ...(fact('cache') === '1' ? [] : [`CACHE ${fact('cache')}`]),
    ...(isFact(sequence, 'cycle') ? ['CYCLE'] : []),
  ];
}

/** The NOT NULL of a column, which since PostgreSQL 18 is a constraint with a name. */
export function notNullConstraintOf(column: PictureObject, index: SchemaIndex): PictureObject | undefined {
  const start = `NOT NULL ${column.sql}`;
  return index
    .constraintsOf(column.on ?? '')
    .find(({ facts: { definition } }) => definition === start || definition === `${start} NO INHERIT`);
}

/** Undefined where there is none, where it came from a parent, and where it comes later because it does not hold yet. */
function notNullText(column: PictureObject, table: PictureObject, index: SchemaIndex): string | undefined {
  if (!isFact(column, 'not null')) return undefined;
  const constraint = notNullConstraintOf(column, index);
  if (constraint === undefined) return 'NOT NULL';
  if (!isFact(constraint, 'validated')) return undefined;
  const alone = textFact(table, 'partition bound') === undefined && !isFact(constraint, 'local');
  if (alone) return undefined;
  const noInherit = String(constraint.facts['definition']).endsWith(' NO INHERIT') ? ' NO INHERIT' : '';
  const usual = `${table.name}_${column.name}_not_null`;
  const plain = constraint.name === usual && Buffer.byteLength(usual) <= LONGEST_NAME;
  return `${plain ? '' : `CONSTRAINT ${constraint.sql} `}NOT NULL${noInherit}`;
}

const STORAGE: Readonly<Record<string, string>> = { p: 'PLAIN', e: 'EXTERNAL', x: 'EXTENDED', m: 'MAIN' };
const COMPRESSION: Readonly<Record<string, string>> = { p: 'pglz', l: 'lz4' };

/** What is said of a column once its table is there: how it is stored, who may use it, its comment. */
export function columnStatements(column: PictureObject): readonly string[] {
  const alter = `ALTER TABLE ONLY ${column.on ?? ''} ALTER COLUMN ${column.sql}`;
  const storage = STORAGE[textFact(column, 'storage') ?? ''];
  const compression = COMPRESSION[textFact(column, 'compression') ?? ''];
  const statistics = textFact(column, 'statistics target');
  const options = listFact(column, 'options');
  return [
    ...(storage === undefined ? [] : [`${alter} SET STORAGE ${storage}`]),
    ...(compression === undefined ? [] : [`${alter} SET COMPRESSION ${compression}`]),
    ...(statistics === undefined ? [] : [`${alter} SET STATISTICS ${statistics}`]),
    ...(options.length === 0 ? [] : [`${alter} SET (${optionsText(options)})`]),
    ...columnPrivilegeStatements(column),
    ...commentStatements(column),
  ];
}
