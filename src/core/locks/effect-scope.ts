import type { LintStatement } from '../lint/statement.ts';
import type { ObjectName } from '../schema/names.ts';
import type { Relation } from '../schema/model.ts';
import type { Schema } from '../schema/schema.ts';
import type { Effect } from './effect.ts';

/** What the locks of a statement depend on. */
export interface EffectScope {
  readonly statement: LintStatement;
  /** What is known right before the statement. */
  readonly schema: Schema;
  /** The oldest major version of PostgreSQL. */
  readonly postgres: number;
  /** Made by the same file, or applied nowhere yet: nobody else uses it, and it has no rows. */
  readonly isNew: (name: ObjectName) => boolean;
}

/** What stays the same over the effects of one sub-command. */
export interface Doing {
  readonly what: string;
  readonly offset: number;
}

/** An effect on a table. */
export function onTable(
  relation: ObjectName,
  lock: Effect['lock'],
  { what, offset }: Doing,
  facts: Pick<Effect, 'work' | 'cause' | 'detail'> = {},
): Effect {
  const { schema, name } = relation;
  return { relation: { schema, name }, kind: 'table', lock, what, offset, ...facts };
}

/** The tables that hold the rows of a table: itself, or its partitions and what inherits from it. */
export function storesOf(schema: Schema, table: ObjectName): readonly ObjectName[] {
  const below = schema.descendantsOf(table).filter(({ kind }) => kind !== 'partitioned-table');
  const known: Relation | undefined = schema.relation(table);
  // Partitions that no file made may be there all the same.
  return known?.kind === 'partitioned-table' && below.length > 0 ? below : [table, ...below];
}
