import type { Origin, Relation } from '../schema/model.ts';
import { nameText } from '../schema/names.ts';
import type { ObjectName } from '../schema/names.ts';
import type { Schema } from '../schema/schema.ts';
import { typeText } from '../schema/types.ts';
import { treeText } from './expressions.ts';

/** Something that a file makes, of the kinds that the model knows for sure. */
export interface SchemaObject {
  readonly kind: string;
  /** As a person would name it: `courses.level`, `courses_slug_key on courses`. */
  readonly name: string;
  readonly key: string;
  /** The key of the table that it is a part of. */
  readonly table?: string | undefined;
  readonly origin: Origin | undefined;
  /** What is to be the same again after a rollback: by name, as text. */
  readonly facts: Readonly<Record<string, string>>;
}

/** PostgreSQL cuts names off at 63 bytes: of a longer one it is not known which name it has. */
const LONGEST = 63;

/** What the model knows, by key. Temporary tables, partitions' own parts, and what belongs to another object are left out. */
export function objectsOf(schema: Schema): ReadonlyMap<string, SchemaObject> {
  const objects = [
    ...schema.relations.filter(({ persistence }) => persistence !== 'temporary').flatMap(relationObjects),
    ...schema.indexes
      .filter(({ constraint, table }) => !constraint && schema.relation(table)?.partition === undefined)
      .map((index): SchemaObject => ({
        kind: 'index',
        name: index.name,
        key: keyOf('index', index),
        table: keyOf('relation', index.table),
        origin: index.origin,
        facts: { definition: treeText([index.columns, index.uses, index.unique, index.partial]) },
      })),
    ...schema.routines.map((routine): SchemaObject => ({
      kind: routine.procedure ? 'procedure' : 'function',
      name: nameText(routine),
      // Types can be written in several ways, so the number of arguments has to do.
      key: `${keyOf('routine', routine)} ${routine.arguments.length}`,
      origin: routine.origin,
      facts: { body: routine.text },
    })),
    ...schema.enums.map((one) => typeObject('enum', one)),
    ...schema.domains.map((one) => typeObject('domain', one)),
    ...schema.sequences
      .filter(({ ownedBy }) => ownedBy === undefined)
      .map((one): SchemaObject => ({
        kind: 'sequence',
        name: nameText(one),
        key: keyOf('relation', one),
        origin: one.origin,
        facts: {},
      })),
  ];
  return new Map(
    objects
      // A part is named together with its table: `courses_slug_key on courses`.
      .filter(({ name }) => Buffer.byteLength(name.split(' on ')[0] ?? '') <= LONGEST)
      .map((object) => [object.key, object]),
  );
}

function keyOf(kind: string, { schema, name }: ObjectName, part = ''): string {
  return [kind, schema, name, part].join('\0');
}

function typeObject(
  kind: 'enum' | 'domain',
  one: ObjectName & { readonly origin: Origin | undefined },
): SchemaObject {
  return { kind, name: nameText(one), key: keyOf('type', one), origin: one.origin, facts: {} };
}

const CONSTRAINTS = {
  'primary-key': 'primary key',
  unique: 'unique constraint',
  check: 'check',
  'foreign-key': 'foreign key',
  exclusion: 'exclusion constraint',
  'not-null': 'NOT NULL constraint',
} as const;

const RELATIONS = {
  table: 'table',
  'partitioned-table': 'table',
  view: 'view',
  'materialized-view': 'materialized view',
  'foreign-table': 'foreign table',
} as const;

/** Records never change, and most of them are the same before and after a migration. */
const KNOWN = new WeakMap<Relation, readonly SchemaObject[]>();

function relationObjects(relation: Relation): readonly SchemaObject[] {
  const known = KNOWN.get(relation) ?? partsOf(relation);
  KNOWN.set(relation, known);
  return known;
}

function partsOf(relation: Relation): readonly SchemaObject[] {
  const table = keyOf('relation', relation);
  const own = nameText(relation);
  const part = (
    kind: string,
    name: string,
    origin: Origin | undefined,
    facts: SchemaObject['facts'],
  ): SchemaObject => ({
    kind,
    name: `${name} on ${own}`,
    key: keyOf(kind, relation, name),
    table,
    origin,
    facts,
  });
  const { kind, rowSecurity, forcedRowSecurity, persistence, query, origin } = relation;
  const itself: SchemaObject = {
    kind: RELATIONS[kind],
    name: own,
    key: table,
    origin,
    facts: {
      'row level security': String(rowSecurity),
      'FORCE ROW LEVEL SECURITY': String(forcedRowSecurity),
      persistence,
      query: treeText(query),
    },
  };
  const policies = relation.policies.map((one) =>
    part('policy', one.name, one.origin, { condition: treeText([one.roles, one.using, one.check]) }),
  );
  const triggers = relation.triggers.map((one) =>
    part('trigger', one.name, one.origin, { state: one.enabled ? 'enabled' : 'disabled' }),
  );
  // Parts of a partition follow its parent, and columns of a view its query.
  if (relation.parent !== undefined || (kind !== 'table' && kind !== 'partitioned-table'))
    return [itself, ...policies];
  const columns = relation.columns.map((column): SchemaObject => ({
    kind: 'column',
    name: `${own}.${column.name}`,
    key: keyOf('column', relation, column.name),
    table,
    origin: column.origin,
    facts: {
      type: typeText(column.type === undefined ? undefined : { ...column.type, schema: undefined }),
      'NOT NULL': String(column.notNull),
      default: column.serial === true ? 'serial' : treeText(column.default),
    },
  }));
  const constraints = relation.constraints
    // Before 18 the catalog had no constraints for NOT NULL.
    .filter((one) => one.kind !== 'not-null')
    .map((one) =>
      part(CONSTRAINTS[one.kind], one.name, one.origin, {
        validity: one.valid ? 'valid' : 'NOT VALID',
        definition: treeText([one.columns, one.references, one.expression]),
      }),
    );
  return [itself, ...columns, ...constraints, ...policies, ...triggers];
}
