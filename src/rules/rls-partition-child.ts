import { policiesAreUnknown } from '../core/lint/policies.ts';
import type { Rule } from '../core/lint/rule.ts';
import { nameText } from '../core/schema/names.ts';
import type { Schema } from '../core/schema/schema.ts';
import type { Relation } from '../core/schema/model.ts';

/** A partition that row level security of its parent does not guard. */
export const rule: Rule = {
  id: 'rls-partition-child',
  group: 'tenancy',
  severity: 'warning',
  summary: 'partition without the row level security of its parent',
  why: 'Policies of a partitioned table count for queries of the parent. Whoever names the partition goes around them and sees everything that its privileges allow.',
  rewrite:
    'give the partition row level security too (without a policy nobody reads it directly, and the parent still works), or grant nothing on it',
  bad: {
    up: `CREATE TABLE events (id bigint, owner name NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON events TO app USING (owner = CURRENT_USER);`,
  },
  good: {
    up: `CREATE TABLE events (id bigint, owner name NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events_2026 ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON events TO app USING (owner = CURRENT_USER);`,
  },
  sources: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
  lookAtEnd: (schema) =>
    policiesAreUnknown(schema)
      ? []
      : schema.relations
          .filter(
            (table) => table.partition !== undefined && !table.rowSecurity && isBelowGuarded(schema, table),
          )
          .map((table) => ({
            message: `whoever reads the partition ${nameText(table)} directly goes around the policies of its parent`,
            origin: table.origin,
          })),
};

function isBelowGuarded(schema: Schema, table: Relation): boolean {
  const parent = table.parent === undefined ? undefined : schema.relation(table.parent);
  return parent !== undefined && (parent.rowSecurity || isBelowGuarded(schema, parent));
}
