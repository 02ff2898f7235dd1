import { policiesAreUnknown } from '../core/lint/policies.ts';
import type { Rule } from '../core/lint/rule.ts';
import { nameText } from '../core/schema/names.ts';

/** Row level security that is on, and no policy. */
export const rule: Rule = {
  id: 'rls-enabled-no-policy',
  group: 'tenancy',
  severity: 'warning',
  summary: 'row level security without a policy',
  why: 'Without a policy nobody but the owner sees a row, and no error says so: the application finds the table empty. Where nobody is meant to, a policy that says so makes it visible.',
  rewrite: 'add a policy in the same file; CREATE POLICY nobody ON … USING (false) says that it is meant',
  bad: {
    up: 'CREATE TABLE notes (id bigint PRIMARY KEY);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
  },
  good: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (owner = CURRENT_USER);`,
  },
  lookAtEnd: (schema) =>
    policiesAreUnknown(schema)
      ? []
      : schema.relations
          .filter(
            ({ rowSecurity, policies, origin, partition }) =>
              rowSecurity && policies.length === 0 && origin !== undefined && partition === undefined,
          )
          .map((table) => ({
            message: `row level security of ${nameText(table)} is on, and there is no policy: nobody but the owner sees a row`,
            origin: table.origin,
          })),
};
