import type { PictureObject } from '../picture.ts';
import { quoted } from '../sql-text.ts';
import { columnStatements, columnText, extrasOf, notNullConstraintOf } from './column.ts';
import { foreignOptionsText, optionsText, saidOf } from './said-of.ts';
import { isFact, listFact, textFact } from './schema-index.ts';
import type { SchemaIndex } from './schema-index.ts';

/** True for a partition: it is made alone and attached, so that its columns keep their order. */
export function isPartition(table: PictureObject): boolean {
  return textFact(table, 'partition bound') !== undefined;
}

/** The columns that CREATE TABLE writes: all but those that come from a parent. */
export function ownColumns(table: PictureObject, index: SchemaIndex): readonly PictureObject[] {
  const columns = index.columnsOf(table.sql);
  return isPartition(table) ? columns : columns.filter((column) => isFact(column, 'local'));
}

/** The statements that make a table; `inline` names the defaults and checks that stand inside it. */
export function tableStatements(
  table: PictureObject,
  index: SchemaIndex,
  inline: { readonly defaults: ReadonlySet<PictureObject>; readonly checks: readonly PictureObject[] },
): readonly string[] {
  const { sql } = table;
  const own = ownColumns(table, index);
  const ofType = textFact(table, 'of type');
  const lines = [
    ...own
      .filter(
        (column) =>
          ofType === undefined || extrasOf(column, table, index, inline.defaults.has(column)).length > 0,
      )
      .map((column) => columnText(column, table, index, inline.defaults.has(column))),
    ...localNotNulls(table, index),
    ...inline.checks.map((check) => `CONSTRAINT ${check.sql} ${String(check.facts['definition'])}`),
  ];
  const foreign = table.kind === 'foreign table';
  const body = lines.length === 0 ? '()' : `(\n${lines.map((line) => `    ${line}`).join(',\n')}\n)`;
  const opening = [
    'CREATE',
    ...(textFact(table, 'persistence') === 'unlogged' ? ['UNLOGGED'] : []),
    foreign ? 'FOREIGN TABLE' : 'TABLE',
    sql,
    ...(ofType === undefined ? [body] : [`OF ${ofType}`, ...(lines.length === 0 ? [] : [body])]),
  ].join(' ');
  return [
    [opening, ...closings(table)].join('\n'),
    ...inheritedColumns(table, index),
    ...rowSecurity(table),
    ...replicaIdentity(table),
    ...saidOf(table, index.serverVersion),
    ...index.columnsOf(sql).flatMap((column) => columnStatements(column)),
  ];
}

function closings(table: PictureObject): readonly string[] {
  const partitionKey = textFact(table, 'partition key');
  const method = textFact(table, 'access method');
  const tablespace = textFact(table, 'tablespace');
  const server = textFact(table, 'foreign server');
  const foreignOptions = listFact(table, 'foreign options');
  const parents = isPartition(table) ? [] : listFact(table, 'inherits');
  const options = [
    ...listFact(table, 'options'),
    ...listFact(table, 'toast options').map((option) => `toast.${option}`),
  ];
  return [
    ...(parents.length === 0 ? [] : [`INHERITS (${parents.join(', ')})`]),
    ...(partitionKey === undefined ? [] : [`PARTITION BY ${partitionKey}`]),
    ...(server === undefined ? [] : [`SERVER ${quoted(server)}`]),
    ...(foreignOptions.length === 0 ? [] : [`OPTIONS (${foreignOptionsText(foreignOptions)})`]),
    ...(method === undefined || method === 'heap' ? [] : [`USING ${quoted(method)}`]),
    ...(options.length === 0 ? [] : [`WITH (${optionsText(options)})`]),
    ...(tablespace === undefined ? [] : [`TABLESPACE ${quoted(tablespace)}`]),
  ];
}

/** A NOT NULL of the table's own on a column that comes from a parent (PostgreSQL 18 and newer). */
function localNotNulls(table: PictureObject, index: SchemaIndex): readonly string[] {
  if (isPartition(table)) return [];
  return index
    .columnsOf(table.sql)
    .filter((column) => !isFact(column, 'local'))
    .flatMap((column) => {
      const constraint = notNullConstraintOf(column, index);
      if (constraint === undefined || !isFact(constraint, 'local') || !isFact(constraint, 'validated'))
        return [];
      return [`CONSTRAINT ${constraint.sql} ${String(constraint.facts['definition'])}`];
    });
}

/** What a column has otherwise than the one of its parent that CREATE TABLE merges it with. */
function inheritedColumns(table: PictureObject, index: SchemaIndex): readonly string[] {
  const parents = listFact(table, 'inherits');
  if (isPartition(table) || parents.length === 0) return [];
  return index.columnsOf(table.sql).flatMap((column) => {
    const given = parents
      .flatMap((parent) => index.columnsOf(parent))
      .find(({ name }) => name === column.name);
    if (given === undefined) return [];
    const alter = `ALTER TABLE ONLY ${table.sql} ALTER COLUMN ${column.sql}`;
    const local = isFact(column, 'local');
    const value = textFact(column, 'default');
    const start = textFact(given, 'default');
    const late =
      !local &&
      isFact(column, 'not null') &&
      notNullConstraintOf(column, index) === undefined &&
      !isFact(given, 'not null');
    return [
      ...(value === undefined && start !== undefined ? [`${alter} DROP DEFAULT`] : []),
      ...(value !== undefined && value !== start && !local ? [`${alter} SET DEFAULT ${value}`] : []),
      ...(late ? [`${alter} SET NOT NULL`] : []),
    ];
  });
}

function rowSecurity(table: PictureObject): readonly string[] {
  const alter = `ALTER TABLE ONLY ${table.sql}`;
  return [
    ...(isFact(table, 'row security') ? [`${alter} ENABLE ROW LEVEL SECURITY`] : []),
    ...(isFact(table, 'forced row security') ? [`${alter} FORCE ROW LEVEL SECURITY`] : []),
  ];
}

/** That of an index is said where the index is. */
function replicaIdentity(table: PictureObject): readonly string[] {
  const identity = textFact(table, 'replica identity') ?? 'default';
  return ['nothing', 'full'].includes(identity)
    ? [`ALTER TABLE ONLY ${table.sql} REPLICA IDENTITY ${identity.toUpperCase()}`]
    : [];
}
