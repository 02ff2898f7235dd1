import { relationsIn } from '../schema/apply-create.ts';
import type { Policy, Relation } from '../schema/model.ts';
import { sameName } from '../schema/names.ts';
import type { Schema } from '../schema/schema.ts';
import { conditionsOf, countsFor, policiesOf, rolesMeet } from './policies.ts';
import type { TablePolicy } from './policies.ts';
import { nodesOf } from './syntax.ts';
import type { Node } from './syntax.ts';

/** A chain of policies that ends where it began. */
export interface PolicyLoop {
  /** The tables, each once, from the one that is read. */
  readonly tables: readonly Relation[];
  /** The policies that lead from one to the next. */
  readonly policies: readonly TablePolicy[];
  /** The commands that fail. */
  readonly command: string;
}

/**
 * The loops in which PostgreSQL ends with 42P17. It expands the policies of a table, then those of SELECT on every
 * table that their subqueries read, and stops at a table that it is already in and whose policies hold any subquery,
 * even `(SELECT auth.uid())` (fireRIRrules in rewriteHandler.c). Functions are not expanded, and views only where
 * security_invoker is on.
 */
export function policyLoops(schema: Schema): readonly PolicyLoop[] {
  const roles = new Set(['', ...policiesOf(schema).flatMap(({ policy }) => policy.roles)]);
  const found = new Map<string, PolicyLoop>();
  for (const table of schema.relations) {
    for (const role of roles) {
      for (const command of ['select', 'insert', 'update', 'delete']) {
        for (const loop of loopsFrom(schema, table, command, { role, start: command, way: [] })) {
          const key = loop.tables
            .map(({ schema: of, name }) => `${of}.${name}`)
            .sort()
            .join();
          if (!found.has(key)) found.set(key, loop);
        }
      }
    }
  }
  return [...found.values()];
}

/** The policies that were expanded on the way, from a command of a role. */
interface Walk {
  readonly role: string;
  readonly start: string;
  readonly way: readonly TablePolicy[];
}

function loopsFrom(schema: Schema, table: Relation, command: string, walk: Walk): readonly PolicyLoop[] {
  const { role, start, way } = walk;
  // Of a table that no file made it is not known whether row security is on.
  if (!table.rowSecurity && table.origin !== undefined) return [];
  const policies = table.policies.filter(
    (policy) =>
      (countsFor(policy, command) || (command !== 'insert' && countsFor(policy, 'select'))) &&
      rolesMeet(policy.roles, role === '' ? ['public'] : [role]),
  );
  const holding = policies.filter(hasSubquery);
  if (holding.length === 0) return [];
  const at = way.findIndex((step) => sameName(step.table, table));
  if (at !== -1) {
    const steps = way.slice(at);
    return [
      { tables: steps.map((step) => step.table), policies: steps, command: at === 0 ? start : 'select' },
    ];
  }
  return holding.flatMap((policy) =>
    tablesReadBy(schema, policy).flatMap((next) =>
      loopsFrom(schema, next, 'select', { ...walk, way: [...way, { table, policy }] }),
    ),
  );
}

function hasSubquery(policy: Policy): boolean {
  return nodesOf(conditionsOf(policy), 'SubLink').length > 0;
}

/** The tables that the subqueries of a policy read, those behind views with the caller's rights too. */
function tablesReadBy(schema: Schema, policy: Policy): readonly Relation[] {
  return behind(
    schema,
    nodesOf(conditionsOf(policy), 'SubLink').map(({ subselect }) => subselect),
    0,
  );
}

function behind(schema: Schema, queries: readonly (Node | undefined)[], depth: number): readonly Relation[] {
  return relationsIn(schema, queries).flatMap((name) => {
    const relation = schema.relation(name);
    if (relation === undefined) return [];
    if (relation.kind !== 'view') return [relation];
    const invoker = isOn(relation.options['security_invoker']);
    return invoker && depth < 4 ? behind(schema, [relation.query], depth + 1) : [];
  });
}

/** Whether a view option is switched on. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:on|true|yes|1|t|y)$/i.test(value);
}
