import type { Relation } from '../schema/model.ts';
import { sameName } from '../schema/names.ts';
import type { ObjectName } from '../schema/names.ts';
import type { Schema } from '../schema/schema.ts';
import { clientRoles } from './policies.ts';
import { isOn } from './policy-loops.ts';

/** The tables with row level security that a view reads with the rights of its owner; those behind its views too. */
export function guardedBehind(schema: Schema, view: Relation): readonly Relation[] {
  return view.reads.flatMap((name) => {
    const relation = schema.relation(name);
    if (relation === undefined || sameName(relation, view)) return [];
    if (relation.rowSecurity) return [relation];
    // A view with the caller's rights asks as the owner of the view around it.
    return relation.kind === 'view' ? guardedBehind(schema, relation) : [];
  });
}

/** Whether a view asks with the rights of whoever reads it. */
export function asksAsCaller({ options }: Relation): boolean {
  return isOn(options['security_invoker']);
}

/** The roles bound by row level security that may read a relation; undefined where no file grants anything on it. */
export function clientsOf(schema: Schema, relation: ObjectName): readonly string[] | undefined {
  const grants = schema.grants.filter(({ object, on }) => on === 'table' && sameName(object, relation));
  if (grants.length === 0) return undefined;
  const clients = clientRoles(schema);
  const reading = grants.filter(({ privileges }) => privileges.includes('select'));
  return [...new Set(reading.flatMap(({ roles }) => roles))].filter((role) => clients.has(role));
}
