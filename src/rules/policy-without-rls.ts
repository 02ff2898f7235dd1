import { policiesAreUnknown } from '../core/lint/policies.ts';
import type { Rule } from '../core/lint/rule.ts';
import { nameText } from '../core/schema/names.ts';

/** Policies on a table whose row level security is off. */
export const rule: Rule = {
  id: 'policy-without-rls',
  group: 'tenancy',
  severity: 'error',
  summary: 'policy on a table whose row level security is off',
  why: 'CREATE POLICY switches nothing on. The table looks guarded, and everybody sees every row.',
  rewrite: 'add ALTER TABLE … ENABLE ROW LEVEL SECURITY',
  bad: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
CREATE POLICY own ON notes TO app USING (owner = CURRENT_USER);`,
  },
  good: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (owner = CURRENT_USER);`,
  },
  lookAtEnd: (schema) =>
    policiesAreUnknown(schema)
      ? []
      : schema.relations.flatMap((table) => {
          const [first] = table.policies;
          if (first === undefined || table.rowSecurity || table.origin === undefined) return [];
          const message = `${nameText(table)} has the policy ${first.name}, but its row level security is off: everybody sees every row`;
          return [{ message, origin: first.origin }];
        }),
};
