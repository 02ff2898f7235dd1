import { isTrue } from '../core/lint/expressions.ts';
import { isTrusted, policyHits } from '../core/lint/policies.ts';
import type { TablePolicy } from '../core/lint/policies.ts';
import type { Rule } from '../core/lint/rule.ts';
import { nameText } from '../core/schema/names.ts';

/** A policy that lets every row be written. */
export const rule: Rule = {
  id: 'policy-always-true',
  group: 'tenancy',
  severity: 'error',
  summary: 'policy that lets everybody write every row',
  why: 'USING (true) or WITH CHECK (true) for a command that writes guards nothing: any tenant changes, moves or deletes the rows of another one. Policies are put together with OR, so that one of these takes away what all others guard. Reading for everybody is often meant, and not reported.',
  rewrite:
    'name the tenant or the owner in the condition; for a trusted role, BYPASSRLS says the same without a policy',
  bad: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY anybody ON notes FOR ALL USING (true);`,
  },
  good: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY readable ON notes FOR SELECT TO app USING (true);
CREATE POLICY own ON notes TO app USING (owner = CURRENT_USER);`,
  },
  lookAtEnd: (schema) =>
    policyHits(schema, (found) => {
      const { policy, table } = found;
      if (!policy.permissive || policy.command === 'select') return undefined;
      if (policy.roles.length > 0 && policy.roles.every(isTrusted)) return undefined;
      const open = openTo(found);
      if (open === undefined) return undefined;
      const message = `the policy ${policy.name} lets ${policy.roles.length === 0 ? 'everybody' : policy.roles.join(', ')} ${open} ${nameText(table)}`;
      // A role of its own may be one that is trusted with all rows.
      const isOpen =
        policy.roles.length === 0 ||
        policy.roles.some((role) => /^(?:public|anon|authenticated)$/.test(role));
      return isOpen ? { message } : { message, severity: 'warning' };
    }),
};

function openTo({ policy: { command, using, check } }: TablePolicy): string | undefined {
  if (command === 'insert') return isTrue(check) ? 'add any row to' : undefined;
  if (command === 'delete') return isTrue(using) ? 'delete every row of' : undefined;
  if (isTrue(using))
    return check === undefined || isTrue(check) ? 'change every row of' : 'take over every row of';
  return isTrue(check) ? 'make a row of another one in' : undefined;
}
