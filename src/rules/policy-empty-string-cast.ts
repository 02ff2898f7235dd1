import { textOf } from '../core/lint/expressions.ts';
import { conditionsOf, policyHits } from '../core/lint/policies.ts';
import type { Rule } from '../core/lint/rule.ts';
import { functionNameOf, nodesOf } from '../core/lint/syntax.ts';
import { nameText } from '../core/schema/names.ts';
import { dataTypeOf, typeText } from '../core/schema/types.ts';

const TEXTS = new Set(['text', 'varchar', 'bpchar', 'name']);

/** A setting that is cast in a policy, and that may be the empty string. */
export const rule: Rule = {
  id: 'policy-empty-string-cast',
  group: 'tenancy',
  severity: 'warning',
  summary: 'current_setting cast in a policy without nullif',
  why: 'Once a session has set a setting with SET LOCAL, it is the empty string after the transaction, not NULL. The cast of an empty string to uuid or a number fails with 22P02: behind a pool of connections a request without a tenant gets no rows at first, and that error later.',
  rewrite: "write nullif(current_setting('app.tenant', true), '')::uuid",
  bad: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, tenant uuid NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (tenant = (SELECT current_setting('app.tenant', true)::uuid));`,
  },
  good: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, tenant uuid NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (tenant = (SELECT nullif(current_setting('app.tenant', true), '')::uuid));`,
  },
  lookAtEnd: (schema) =>
    policyHits(schema, ({ policy, table }) => {
      for (const { arg, typeName } of nodesOf(conditionsOf(policy), 'TypeCast')) {
        const type = dataTypeOf(typeName);
        if (arg === undefined || !('FuncCall' in arg) || type === undefined || TEXTS.has(type.name)) continue;
        if (functionNameOf(arg.FuncCall) !== 'current_setting') continue;
        const name = textOf(arg.FuncCall.args?.[0]) ?? 'the setting';
        return {
          message: `queries of ${nameText(table)} fail while ${name} is the empty string, which is no ${typeText(type)} (22P02): policy ${policy.name}`,
        };
      }
      return undefined;
    }),
};
