import type { Kysely } from 'kysely';
import { columnsQuery, relationsQuery, rulesQuery, typesQuery } from './catalog-queries.ts';
import type { ColumnRow, RelationRow, TypeRow } from './catalog-queries.ts';
import type { ColumnModel, RelationModel, TypeModel } from './model.ts';
import { viewColumns } from './view-columns.ts';
import type { ColumnId, ViewColumn } from './view-columns.ts';

type Database = Kysely<Record<string, never>>;

const KINDS = {
  r: 'table',
  p: 'table',
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
} as const satisfies Record<RelationRow['kind'], RelationModel['kind']>;

/** INSERT and UPDATE in the bits of pg_relation_is_updatable: 1 << CMD_UPDATE, 1 << CMD_INSERT. */
const UPDATE = 4;
const INSERT = 8;

/** Which relations are wanted. */
export interface SchemaRequest {
  readonly historySchema: string;
  readonly schemas: readonly string[];
  readonly wanted: (relation: RelationRow) => boolean;
}

/** Reads the catalog. Takes no lock that a reader would not take, and needs no right on the tables. */
export async function readSchema(db: Database, request: SchemaRequest): Promise<readonly RelationModel[]> {
  const all = await relationsQuery(request.historySchema, request.schemas).execute(db);
  const relations = all.rows.filter(request.wanted);
  const { rows: columns } = await columnsQuery(relations.map(({ oid }) => oid)).execute(db);
  const { rows: typeRows } = await typesQuery([...new Set(columns.map(({ type }) => type))]).execute(db);
  const types = typesOf(typeRows);
  const facts = new Facts(columns, types);
  const views = relations.filter(({ kind }) => kind === 'v' || kind === 'm').map(({ oid }) => oid);
  await addViews(db, facts, views);
  return relations.map((relation) => relationOf(relation, facts));
}

/** The rules of views, and of the relations below them as far as they are not known yet. */
async function addViews(db: Database, facts: Facts, views: readonly number[]): Promise<void> {
  let wanted = views;
  while (wanted.length > 0) {
    const { rows } = await rulesQuery(wanted).execute(db);
    for (const { relation, rule } of rows) facts.rules.set(relation, rule);
    const below = new Set<number>();
    for (const { rule } of rows)
      for (const [, oid] of rule.matchAll(/ :relid (\d+) /g)) below.add(Number(oid));
    const unknown = [...below].filter((oid) => !facts.knows(oid));
    if (unknown.length === 0) return;
    const { rows: columns } = await columnsQuery(unknown).execute(db);
    facts.add(columns, unknown);
    wanted = unknown;
  }
}

/** What is known of the columns of every relation that matters, by oid. */
class Facts {
  readonly types: ReadonlyMap<number, TypeModel>;
  readonly rules = new Map<number, string>();
  readonly #columns = new Map<number, ColumnRow[]>();
  readonly #proofs = new Map<number, readonly ViewColumn[] | undefined>();

  constructor(columns: readonly ColumnRow[], types: ReadonlyMap<number, TypeModel>) {
    this.types = types;
    this.add(columns, []);
  }

  add(columns: readonly ColumnRow[], relations: readonly number[]): void {
    for (const oid of relations) this.#columns.set(oid, []);
    for (const column of columns) {
      const list = this.#columns.get(column.relation);
      if (list === undefined) this.#columns.set(column.relation, [column]);
      else list.push(column);
    }
  }

  knows(relation: number): boolean {
    return this.#columns.has(relation);
  }

  columnsOf(relation: number): readonly ColumnRow[] {
    return this.#columns.get(relation) ?? [];
  }

  /** What the definition of a view proves; undefined for a table, and for a definition that cannot be read. */
  proofOf(relation: number): readonly ViewColumn[] | undefined {
    if (this.#proofs.has(relation)) return this.#proofs.get(relation);
    // Views cannot refer to each other in a circle; should a rule say otherwise, nothing is proven.
    this.#proofs.set(relation, undefined);
    const rule = this.rules.get(relation);
    const proof = rule === undefined ? undefined : viewColumns(rule, (column) => this.isNotNull(column));
    this.#proofs.set(relation, proof);
    return proof;
  }

  isNotNull(id: ColumnId): boolean {
    if (this.rules.has(id.relation)) {
      return this.proofOf(id.relation)?.[this.#position(id)]?.notNull === true;
    }
    const column = this.#find(id);
    return column !== undefined && (column.notNull || this.types.get(column.type)?.notNull === true);
  }

  /** Whether an INSERT through a view must, may or cannot give a value to this column of the table below. */
  insertOf(id: ColumnId): ColumnModel['insert'] {
    const column = this.#find(id);
    if (column === undefined) return 'optional';
    const origin = this.rules.has(id.relation)
      ? this.proofOf(id.relation)?.[this.#position(id)]?.origin
      : undefined;
    if (origin !== undefined && !column.hasDefault) return this.insertOf(origin);
    if (this.rules.has(id.relation)) return 'optional';
    return insertOfColumn(column, this.types.get(column.type));
  }

  #find(id: ColumnId): ColumnRow | undefined {
    return this.columnsOf(id.relation).find(({ number }) => number === id.number);
  }

  /** Columns of a view are never dropped, so that its target list and its columns go together. */
  #position(id: ColumnId): number {
    return id.number - 1;
  }
}

function relationOf(relation: RelationRow, facts: Facts): RelationModel {
  const { schema, name, kind, comment } = relation;
  const isView = kind === 'v' || kind === 'm';
  const proof = isView ? facts.proofOf(relation.oid) : undefined;
  return {
    schema,
    name,
    kind: KINDS[kind],
    comment: comment ?? undefined,
    columns: facts.columnsOf(relation.oid).map((column, index) => {
      const type = facts.types.get(column.type) ?? UNKNOWN_TYPE;
      const shared = { name: column.name, type, comment: column.comment ?? undefined };
      return isView
        ? { ...shared, ...viewColumnOf(relation, column, proof?.[index], facts) }
        : { ...shared, ...tableColumnOf(column, type) };
    }),
    writable: !isView || (relation.eventsWithTriggers & (INSERT | UPDATE)) !== 0,
  };
}

function tableColumnOf(
  column: ColumnRow,
  type: TypeModel,
): Pick<ColumnModel, 'nullable' | 'insert' | 'update'> {
  const insert = insertOfColumn(column, type);
  return { nullable: !column.notNull && !type.notNull, insert, update: insert !== 'never' };
}

/** GENERATED ALWAYS takes no value, neither as an expression nor as an identity, and no UPDATE but to DEFAULT. */
function insertOfColumn(column: ColumnRow, type: TypeModel | undefined): ColumnModel['insert'] {
  if (column.generated !== '' || column.identity === 'a') return 'never';
  return column.identity === 'd' || column.hasDefault || type?.hasDefault === true ? 'optional' : 'required';
}

function viewColumnOf(
  relation: RelationRow,
  column: ColumnRow,
  proof: ViewColumn | undefined,
  facts: Facts,
): Pick<ColumnModel, 'nullable' | 'insert' | 'update'> {
  const nullable = proof?.notNull !== true;
  const inserts = (relation.eventsWithTriggers & INSERT) !== 0;
  const updates = (relation.eventsWithTriggers & UPDATE) !== 0;
  // What a view with INSTEAD OF triggers needs and takes, only its triggers know.
  if (relation.triggers) return { nullable, insert: inserts ? 'optional' : 'never', update: updates };
  if (!column.updatable || (!inserts && !updates)) return { nullable, insert: 'never', update: false };
  const origin = column.hasDefault ? undefined : proof?.origin;
  const insert = origin === undefined ? 'optional' : facts.insertOf(origin);
  return { nullable, insert: inserts ? insert : 'never', update: updates && insert !== 'never' };
}

const TYPE_KINDS: Readonly<Record<string, TypeModel['kind']>> = {
  b: 'base',
  c: 'composite',
  d: 'domain',
  e: 'enum',
  m: 'multirange',
  p: 'pseudo',
  r: 'range',
};

const UNKNOWN_TYPE: TypeModel = {
  schema: 'pg_catalog',
  name: 'unknown',
  kind: 'pseudo',
  comment: undefined,
  labels: [],
  element: undefined,
  base: undefined,
  notNull: false,
  hasDefault: false,
};

/** The types by oid, each one object however often it is used. */
function typesOf(rows: readonly TypeRow[]): ReadonlyMap<number, TypeModel> {
  const byOid = new Map(rows.map((row) => [row.oid, row]));
  const types = new Map<number, TypeModel>();
  const typeOf = (oid: number): TypeModel | undefined => {
    const known = types.get(oid);
    if (known !== undefined) return known;
    const row = byOid.get(oid);
    if (row === undefined) return undefined;
    const element = row.element === 0 ? undefined : typeOf(row.element);
    const base = row.base === 0 ? undefined : typeOf(row.base);
    const type: TypeModel = {
      schema: row.schema,
      name: row.name,
      kind: element === undefined ? (TYPE_KINDS[row.kind] ?? 'pseudo') : 'array',
      comment: row.comment ?? undefined,
      labels: row.labels ?? [],
      element,
      base,
      notNull: row.notNull || base?.notNull === true,
      hasDefault: row.hasDefault,
    };
    types.set(oid, type);
    return type;
  };
  for (const row of rows) typeOf(row.oid);
  return types;
}
