import { countsFor, policyHits, rolesMeet } from '../core/lint/policies.ts';
import type { Rule } from '../core/lint/rule.ts';
import { nameText } from '../core/schema/names.ts';

/** A policy for UPDATE or DELETE where no row can be read. */
export const rule: Rule = {
  id: 'update-policy-without-select',
  group: 'tenancy',
  severity: 'warning',
  summary: 'policy for UPDATE or DELETE without one for SELECT',
  why: 'UPDATE … WHERE has to read the rows that it changes, and needs a policy for SELECT for that. Without one it changes nothing and reports no error, while an UPDATE without WHERE changes all rows that its policy allows.',
  rewrite: 'add a policy for SELECT to the same roles',
  bad: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes FOR UPDATE TO app USING (owner = CURRENT_USER);`,
  },
  good: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON notes FOR SELECT TO app USING (owner = CURRENT_USER);
CREATE POLICY own ON notes FOR UPDATE TO app USING (owner = CURRENT_USER);`,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-createpolicy.html#SQL-CREATEPOLICY-SUMMARY'],
  lookAtEnd: (schema) =>
    policyHits(schema, ({ policy, table }) => {
      const { command, permissive, roles } = policy;
      // Of a table that no file made there may be other policies.
      if (!permissive || table.origin === undefined || (command !== 'update' && command !== 'delete'))
        return undefined;
      const isReadable = table.policies.some(
        (other) => other.permissive && countsFor(other, 'select') && rolesMeet(other.roles, roles),
      );
      return isReadable
        ? undefined
        : {
            message: `${command.toUpperCase()} … WHERE finds no row of ${nameText(table)}: it has the policy ${policy.name} and none for SELECT`,
          };
    }),
};
