import { nodesOf, optionOf, stringsOf } from '../lint/syntax.ts';
import type { CreateStmt, IndexStmt, Node, NodeOf, RangeVar } from '../lint/syntax.ts';
import { addColumn, addConstraint, columnsIn, freeIndexName } from './definitions.ts';
import type { Target } from './definitions.ts';
import type { Origin, Relation, RelationKind } from './model.ts';
import { sameName, writtenRelation } from './names.ts';
import type { ObjectName } from './names.ts';
import { emptyRelation, noAdditions, withAdditions } from './relations.ts';
import type { Schema } from './schema.ts';

/** CREATE TABLE; IF NOT EXISTS of a table that is known changes nothing. */
export function applyCreateTable(
  schema: Schema,
  statement: CreateStmt,
  origin: Origin,
  kind: RelationKind = 'table',
): void {
  const name = newRelationName(schema, statement.relation);
  if (statement.if_not_exists === true && schema.relation(name) !== undefined) return;
  const parentName = statement.inhRelations?.flatMap((node) =>
    'RangeVar' in node ? [schema.relationName(writtenRelation(node.RangeVar))] : [],
  )[0];
  const parent = parentName === undefined ? undefined : schema.relation(parentName);
  const empty: Relation = {
    ...emptyRelation(name, statement.partspec === undefined ? kind : 'partitioned-table', origin),
    persistence: persistenceOf(statement.relation),
    parent: parentName,
    partition: partitionOf(statement),
    partitionKey: statement.partspec?.partParams?.flatMap((node) =>
      'PartitionElem' in node && node.PartitionElem.name !== undefined ? [node.PartitionElem.name] : [],
    ),
    options: optionsOf(statement.options),
    columns: (parent?.columns ?? []).map((column) => ({ ...column, origin })),
    constraints: (parent?.constraints ?? []).filter(
      ({ kind: what }) => what === 'check' || what === 'not-null',
    ),
    complete: parentName === undefined || parent !== undefined,
  };
  schema.putRelation(empty);
  const target: Target = { schema, table: name, origin, taken: empty.constraints };
  const additions = noAdditions();
  let table = empty;
  for (const element of statement.tableElts ?? []) {
    if ('ColumnDef' in element) addColumn(target, element.ColumnDef, additions);
    else if ('Constraint' in element) addConstraint(target, element.Constraint, additions);
    else if ('TableLikeClause' in element) table = withLike(schema, table, element.TableLikeClause, origin);
  }
  for (const element of statement.constraints ?? []) {
    if ('Constraint' in element) addConstraint(target, element.Constraint, additions);
  }
  schema.putRelation(withAdditions(schema, table, additions));
  if (parent !== undefined && statement.partbound !== undefined)
    partitionIndexes(schema, parent, name, origin);
}

/** A partition gets the indexes of its parent. */
function partitionIndexes(schema: Schema, parent: ObjectName, name: ObjectName, origin: Origin): void {
  for (const index of schema.indexesOf(parent)) {
    const own = freeIndexName(schema, name, index.columns);
    schema.putIndex({ ...index, name: own, schema: name.schema, table: name, origin });
  }
}

function partitionOf({ partbound }: CreateStmt): Relation['partition'] {
  if (partbound === undefined) return undefined;
  return partbound.is_default === true ? 'default' : 'range';
}

/** Bits of TableLikeOption (parsenodes.h). */
const LIKE = { constraints: 4, defaults: 8, indexes: 64 };

function withLike(
  schema: Schema,
  table: Relation,
  clause: NodeOf<'TableLikeClause'>,
  origin: Origin,
): Relation {
  const source = schema.relation(writtenRelation(clause.relation));
  if (source === undefined) return { ...table, complete: false };
  const options = clause.options ?? 0;
  if ((options & LIKE.indexes) !== 0) {
    for (const index of schema.indexesOf(source)) {
      const name = freeIndexName(schema, table, index.columns);
      schema.putIndex({ ...index, name, schema: table.schema, table, origin });
    }
  }
  return {
    ...table,
    columns: [
      ...table.columns,
      ...source.columns.map((column) => ({
        ...column,
        default: (options & LIKE.defaults) === 0 ? undefined : column.default,
        origin,
      })),
    ],
    constraints: [
      ...table.constraints,
      ...source.constraints.filter(
        ({ kind }) =>
          kind === 'not-null' ||
          (kind === 'check' && (options & LIKE.constraints) !== 0) ||
          (['primary-key', 'unique', 'exclusion'].includes(kind) && (options & LIKE.indexes) !== 0),
      ),
    ],
    complete: table.complete && source.complete,
  };
}

/** CREATE TABLE AS, SELECT INTO, CREATE MATERIALIZED VIEW. */
export function applyCreateTableAs(
  schema: Schema,
  statement: NodeOf<'CreateTableAsStmt'>,
  origin: Origin,
): void {
  const { into, query, objtype, if_not_exists: ifNotExists } = statement;
  const name = newRelationName(schema, into?.rel);
  if (ifNotExists === true && schema.relation(name) !== undefined) return;
  const kind = objtype === 'OBJECT_MATVIEW' ? 'materialized-view' : 'table';
  schema.putRelation({
    ...emptyRelation(name, kind, origin),
    persistence: persistenceOf(into?.rel),
    columns: outputColumns(query).map((column) => ({
      name: column,
      type: undefined,
      notNull: false,
      origin,
    })),
    reads: kind === 'table' ? [] : relationsIn(schema, query),
    query: kind === 'table' ? undefined : query,
    options: optionsOf(into?.options),
    complete: false,
  });
}

/** CREATE VIEW. */
export function applyView(schema: Schema, statement: NodeOf<'ViewStmt'>, origin: Origin): void {
  const name = newRelationName(schema, statement.view);
  const known = schema.relation(name);
  schema.putRelation({
    ...emptyRelation(name, 'view', known?.origin ?? origin),
    persistence: persistenceOf(statement.view),
    columns: viewColumns(statement).map((column) => ({
      name: column,
      type: undefined,
      notNull: false,
      origin,
    })),
    reads: relationsIn(schema, statement.query),
    query: statement.query,
    options: optionsOf(statement.options),
  });
}

/** The names behind that of the view go before those of its query. */
function viewColumns({ query, aliases }: NodeOf<'ViewStmt'>): readonly string[] {
  const written = stringsOf(aliases);
  return [...written, ...outputColumns(query).slice(written.length)];
}

/** CREATE INDEX; IF NOT EXISTS of one that is known changes nothing. */
export function applyCreateIndex(schema: Schema, statement: IndexStmt, origin: Origin): void {
  const table = schema.relationName(writtenRelation(statement.relation));
  const elements = (statement.indexParams ?? []).flatMap((node) =>
    'IndexElem' in node ? [node.IndexElem] : [],
  );
  const columns = elements.map(({ name }) => name);
  const name = statement.idxname ?? freeIndexName(schema, table, columns);
  if (statement.if_not_exists === true && schema.index({ schema: table.schema, name }) !== undefined) return;
  const included = (statement.indexIncludingParams ?? []).flatMap((node) =>
    'IndexElem' in node && node.IndexElem.name !== undefined ? [node.IndexElem.name] : [],
  );
  const uses = [
    ...elements.flatMap((element) => (element.name === undefined ? columnsIn(element.expr) : [element.name])),
    ...columnsIn(statement.whereClause),
    ...included,
  ];
  // A false field is left out: ONLY is the absence of `inh`.
  const only = statement.relation?.inh !== true;
  const index = {
    name,
    schema: table.schema,
    table,
    columns,
    uses: [...new Set(uses)],
    unique: statement.unique === true,
    partial: statement.whereClause !== undefined,
    constraint: false,
    origin,
  };
  schema.putIndex(only ? { ...index, only: true } : index);
  if (only) return;
  for (const child of schema.descendantsOf(table)) {
    if (child.partition === undefined) continue;
    schema.putIndex({
      ...index,
      name: freeIndexName(schema, child, columns),
      schema: child.schema,
      table: child,
    });
  }
}

/** Relations that a query reads, without the names of its own WITH clauses. */
export function relationsIn(schema: Schema, query: unknown): readonly ObjectName[] {
  const own = new Set(nodesOf(query, 'CommonTableExpr').map(({ ctename }) => ctename));
  const names: ObjectName[] = [];
  for (const range of nodesOf(query, 'RangeVar')) {
    if (range.schemaname === undefined && own.has(range.relname)) continue;
    const name = schema.relationName(writtenRelation(range));
    if (!names.some((other) => sameName(other, name))) names.push(name);
  }
  return names;
}

function newRelationName(schema: Schema, relation: RangeVar | undefined): ObjectName {
  const name = schema.newName(writtenRelation(relation));
  return persistenceOf(relation) === 'temporary' ? { ...name, schema: 'pg_temp' } : name;
}

function persistenceOf(relation: RangeVar | undefined): Relation['persistence'] {
  if (relation?.relpersistence === 't' || relation?.schemaname === 'pg_temp') return 'temporary';
  return relation?.relpersistence === 'u' ? 'unlogged' : 'permanent';
}

/** Storage parameters by name in lower case. */
export function optionsOf(options: readonly Node[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (options ?? []).flatMap((node) => {
      if (!('DefElem' in node)) return [];
      const { defname = '' } = node.DefElem;
      const arg = optionOf(options, defname)?.arg;
      return [[defname.toLowerCase(), arg === undefined ? 'true' : valueText(arg)] as const];
    }),
  );
}

function valueText(arg: Node): string {
  if ('String' in arg) return arg.String.sval ?? '';
  if ('Integer' in arg) return String(arg.Integer.ival ?? 0);
  if ('Float' in arg) return arg.Float.fval ?? '';
  if ('Boolean' in arg) return String(arg.Boolean.boolval === true);
  return 'TypeName' in arg ? (stringsOf(arg.TypeName.names).at(-1) ?? '') : '';
}

/** The columns that a query gives back, as far as they have names. */
function outputColumns(query: Node | undefined): readonly string[] {
  if (query === undefined || !('SelectStmt' in query)) return [];
  return (query.SelectStmt.targetList ?? []).flatMap((node) => {
    if (!('ResTarget' in node)) return [];
    const { name, val } = node.ResTarget;
    if (name !== undefined) return [name];
    if (val === undefined || !('ColumnRef' in val)) return [];
    const last = stringsOf(val.ColumnRef.fields).at(-1);
    return last === undefined ? [] : [last];
  });
}
