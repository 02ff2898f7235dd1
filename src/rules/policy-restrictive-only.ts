import { policiesAreUnknown } from '../core/lint/policies.ts';
import type { Rule } from '../core/lint/rule.ts';
import { nameText } from '../core/schema/names.ts';

/** A table all of whose policies are restrictive. */
export const rule: Rule = {
  id: 'policy-restrictive-only',
  group: 'tenancy',
  severity: 'error',
  summary: 'restrictive policies without a permissive one',
  why: 'Permissive policies let rows through, restrictive ones take some of them away again. Without a permissive policy there is nothing to take away from: nobody but the owner sees a row.',
  rewrite: 'add a permissive policy that lets the rows through',
  bad: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes AS RESTRICTIVE TO app USING (owner = CURRENT_USER);`,
  },
  good: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL, hidden boolean NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (owner = CURRENT_USER);
CREATE POLICY visible ON notes AS RESTRICTIVE TO app USING (NOT hidden);`,
  },
  lookAtEnd: (schema) =>
    policiesAreUnknown(schema)
      ? []
      : schema.relations.flatMap((table) => {
          const [first] = table.policies;
          const isGuarded = table.rowSecurity && table.origin !== undefined;
          if (first === undefined || !isGuarded || table.policies.some(({ permissive }) => permissive))
            return [];
          const message = `all policies of ${nameText(table)} are restrictive: nobody but the owner sees a row`;
          return [{ message, origin: first.origin }];
        }),
};
