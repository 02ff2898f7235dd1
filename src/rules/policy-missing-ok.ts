import { textOf } from '../core/lint/expressions.ts';
import { conditionsOf, policyHits } from '../core/lint/policies.ts';
import type { Rule } from '../core/lint/rule.ts';
import { functionNameOf, nodesOf } from '../core/lint/syntax.ts';
import { nameText } from '../core/schema/names.ts';

/** current_setting in a policy that fails while nobody has set it. */
export const rule: Rule = {
  id: 'policy-missing-ok',
  group: 'tenancy',
  severity: 'warning',
  summary: 'current_setting in a policy without missing_ok',
  why: "current_setting('app.tenant') fails with 42704 in a session that has not set it. Every query of the table then ends with that error, in a psql session, a report or a backup, and not only for whoever has no tenant.",
  rewrite: "write current_setting('app.tenant', true): it gives NULL where nobody has set it, and no row",
  bad: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, tenant text NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (tenant = (SELECT current_setting('app.tenant')));`,
  },
  good: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, tenant text NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (tenant = (SELECT current_setting('app.tenant', true)));`,
  },
  sources: ['https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET'],
  lookAtEnd: (schema) =>
    policyHits(schema, ({ policy, table }) => {
      const call = nodesOf(conditionsOf(policy), 'FuncCall').find(
        // Only settings of one's own, with a dot, may be unknown.
        (one) =>
          functionNameOf(one) === 'current_setting' &&
          one.args?.length === 1 &&
          textOf(one.args[0])?.includes('.'),
      );
      if (call === undefined) return undefined;
      const name = textOf(call.args?.[0]) ?? '';
      return {
        message: `every query of ${nameText(table)} fails while ${name} is not set (42704): policy ${policy.name}`,
      };
    }),
};
