import { nameText, sameName } from '../schema/names.ts';
import type { ObjectName, WrittenName } from '../schema/names.ts';
import type { Schema } from '../schema/schema.ts';

/** Whether a name is that of a temporary table of the session. */
export function isTemporary(schema: Schema, { schema: written, name }: WrittenName): boolean {
  if (written !== undefined) return written === 'pg_temp';
  return schema.relation({ schema: 'pg_temp', name }) !== undefined;
}

/** What depends on a relation, as far as files made it, in words: `view v`, `foreign key f of orders`. */
export function dependentsOf(schema: Schema, relation: ObjectName): readonly string[] {
  return [
    ...schema.viewsOf(relation).map((view) => `view ${nameText(view)}`),
    ...schema
      .referencesTo(relation)
      .filter(({ from }) => !sameName(from, relation))
      .map(({ from, name }) => `foreign key ${name} of ${nameText(from)}`),
  ];
}
