import type { Policy, Relation } from '../schema/model.ts';
import type { Schema } from '../schema/schema.ts';
import { mayConcern } from './dynamic.ts';
import type { Hit } from './rule.ts';
import type { Node } from './syntax.ts';

/** A policy with its table. */
export interface TablePolicy {
  readonly table: Relation;
  readonly policy: Policy;
}

/** Every policy that a file made. */
export function policiesOf(schema: Schema): readonly TablePolicy[] {
  return schema.relations.flatMap((table) => table.policies.map((policy) => ({ table, policy })));
}

/** The conditions of a policy. */
export function conditionsOf({ using, check }: Policy): readonly Node[] {
  return [using, check].flatMap((condition) => condition ?? []);
}

/** Whether a policy counts for a command: `select`, `insert`, `update`, `delete`. */
export function countsFor({ command }: Policy, other: string): boolean {
  return command === 'all' || command === other;
}

/** Whether two lists of roles have one in common; an empty one is PUBLIC. */
export function rolesMeet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === 0 || right.length === 0 || left.some((role) => right.includes(role));
}

/** Roles that row security does not bind, by convention: Supabase's, and PostgreSQL's own. */
export function isTrusted(role: string): boolean {
  return role === 'service_role' || role === 'postgres' || role === 'supabase_admin';
}

/** The roles that row security is written for: those of policies, and everybody. */
export function clientRoles(schema: Schema): ReadonlySet<string> {
  const named = policiesOf(schema).flatMap(({ policy }) => policy.roles.filter((role) => !isTrusted(role)));
  return new Set(['public', 'anon', 'authenticated', ...named]);
}

/** Whether EXECUTE of a text that is not known may have made policies or switched row security: then states say nothing. */
export function policiesAreUnknown(schema: Schema): boolean {
  return mayConcern(schema, /policy|security/i);
}

/** Hits for the policies of which something is the case, each where it stands. */
export function policyHits(
  schema: Schema,
  look: (found: TablePolicy) => (Omit<Hit, 'origin'> & { readonly message: string }) | undefined,
): readonly Hit[] {
  return policiesOf(schema).flatMap((found) => {
    const hit = look(found);
    const { origin } = found.policy;
    return hit === undefined || origin === undefined ? [] : [{ ...hit, origin }];
  });
}
