import type { Additions } from './definitions.ts';
import type { Constraint, Origin, Relation, RelationKind } from './model.ts';
import type { ObjectName } from './names.ts';
import type { Schema } from './schema.ts';

/** A relation of which nothing is known but its name. */
export function emptyRelation(name: ObjectName, kind: RelationKind, origin: Origin | undefined): Relation {
  return {
    schema: name.schema,
    name: name.name,
    kind,
    persistence: 'permanent',
    columns: [],
    constraints: [],
    policies: [],
    triggers: [],
    rowSecurity: false,
    forcedRowSecurity: false,
    options: {},
    reads: [],
    complete: origin !== undefined,
    origin,
  };
}

/** A known relation, or what is known of one that no file made: that it is there. */
export function knownRelation(schema: Schema, name: ObjectName): Relation {
  return schema.relation(name) ?? emptyRelation(name, 'table', undefined);
}

/** The table with what definitions add to it; its indexes and sequences go into the schema. */
export function withAdditions(schema: Schema, table: Relation, additions: Additions): Relation {
  for (const index of additions.indexes) schema.putIndex(index);
  for (const { column } of additions.sequences) {
    schema.putSequence({
      schema: table.schema,
      name: `${table.name}_${column}_seq`,
      ownedBy: { table, column },
      origin: table.origin,
    });
  }
  return withNotNulls({
    ...table,
    columns: [...table.columns, ...additions.columns],
    constraints: [...table.constraints, ...additions.constraints],
  });
}

/** Columns of a primary key, or of a NOT NULL constraint, are not null. */
function withNotNulls(table: Relation): Relation {
  const required = new Set(
    table.constraints
      .filter(({ kind }) => kind === 'primary-key' || kind === 'not-null')
      .flatMap(({ columns }: Constraint) => columns),
  );
  return {
    ...table,
    columns: table.columns.map((column) =>
      required.has(column.name) ? { ...column, notNull: true } : column,
    ),
  };
}

/** Additions that are still empty. */
export function noAdditions(): Additions {
  return { columns: [], constraints: [], indexes: [], sequences: [] };
}
