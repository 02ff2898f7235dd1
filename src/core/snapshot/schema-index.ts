import type { Fact, ObjectKind, Picture, PictureObject } from '../picture.ts';

/** The objects of a picture, found by what other objects say of them. */
export interface SchemaIndex {
  readonly serverVersion: number;
  /** Tables, foreign tables and views, by their name in SQL. */
  readonly tables: ReadonlyMap<string, PictureObject>;
  readonly domains: ReadonlyMap<string, PictureObject>;
  readonly indexes: ReadonlyMap<string, PictureObject>;
  /** Columns of a table, view or composite type, in their order. */
  columnsOf(on: string): readonly PictureObject[];
  /** Constraints of a table or domain. */
  constraintsOf(on: string): readonly PictureObject[];
  /** The sequence behind an identity column. */
  identityOf(column: PictureObject): PictureObject | undefined;
}

const TABLES: ReadonlySet<ObjectKind> = new Set<ObjectKind>([
  'table',
  'foreign table',
  'view',
  'materialized view',
]);

/** Finds its way about a picture. */
export function schemaIndex({ objects, serverVersion }: Picture): SchemaIndex {
  const tables = new Map<string, PictureObject>();
  const domains = new Map<string, PictureObject>();
  const indexes = new Map<string, PictureObject>();
  const columns = new Map<string, PictureObject[]>();
  const constraints = new Map<string, PictureObject[]>();
  const identities = new Map<string, PictureObject>();
  const put = (lists: Map<string, PictureObject[]>, object: PictureObject): void => {
    const list = lists.get(object.on ?? '');
    if (list === undefined) lists.set(object.on ?? '', [object]);
    else list.push(object);
  };
  for (const object of objects) {
    if (object.kind === 'domain') domains.set(object.sql, object);
    if (object.kind === 'index') indexes.set(object.sql, object);
    if (TABLES.has(object.kind)) tables.set(object.sql, object);
    if (object.kind === 'column') put(columns, object);
    if (object.kind === 'constraint') put(constraints, object);
    if (object.kind === 'sequence' && object.facts['identity'] === true) {
      identities.set(String(object.facts['owned by']), object);
    }
  }
  for (const list of columns.values())
    list.sort((left, right) => (left.position ?? 0) - (right.position ?? 0));
  return {
    serverVersion,
    tables,
    domains,
    indexes,
    columnsOf: (on) => columns.get(on) ?? [],
    constraintsOf: (on) => constraints.get(on) ?? [],
    identityOf: (column) => identities.get(`${column.on ?? ''}.${column.sql}`),
  };
}

/** A fact as text; undefined for none. */
export function textFact(object: PictureObject, name: string): string | undefined {
  const fact = object.facts[name];
  return typeof fact === 'string' || typeof fact === 'number' ? String(fact) : undefined;
}

/** A fact as a list; empty for none. */
export function listFact(object: PictureObject, name: string): readonly string[] {
  const fact: Fact | undefined = object.facts[name];
  return typeof fact === 'object' && fact !== null ? fact : [];
}

/** A fact that is either so or not. */
export function isFact(object: PictureObject, name: string): boolean {
  return object.facts[name] === true;
}
