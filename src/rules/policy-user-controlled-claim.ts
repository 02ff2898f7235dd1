import { textOf } from '../core/lint/expressions.ts';
import { conditionsOf, policyHits } from '../core/lint/policies.ts';
import type { Rule } from '../core/lint/rule.ts';
import { nodesOf, stringsOf } from '../core/lint/syntax.ts';
import { nameText } from '../core/schema/names.ts';

const CLAIMS = new Set(['user_metadata', 'raw_user_meta_data']);

/** A policy that believes what users say about themselves. */
export const rule: Rule = {
  id: 'policy-user-controlled-claim',
  group: 'tenancy',
  severity: 'error',
  summary: 'policy that trusts metadata which users write themselves',
  why: 'Every user changes their own user_metadata with one call of the authentication API. A policy that reads a role or tenant from there lets each of them become whoever they like.',
  rewrite: 'read app_metadata, which only the server writes, or a table of memberships',
  bad: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, tenant text NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO authenticated
  USING (tenant = (SELECT auth.jwt() -> 'user_metadata' ->> 'tenant'));`,
  },
  good: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, tenant text NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO authenticated
  USING (tenant = (SELECT auth.jwt() -> 'app_metadata' ->> 'tenant'));`,
  },
  sources: ['https://supabase.com/docs/guides/database/postgres/row-level-security'],
  lookAtEnd: (schema) =>
    policyHits(schema, ({ policy, table }) => {
      const conditions = conditionsOf(policy);
      const claim =
        nodesOf(conditions, 'A_Const')
          .map((node) => textOf({ A_Const: node }))
          // A path is one text too: '{user_metadata,role}'.
          .flatMap((text) => text?.split(/[{},"]/) ?? [])
          .find((text) => CLAIMS.has(text)) ??
        nodesOf(conditions, 'ColumnRef')
          .map(({ fields }) => stringsOf(fields).at(-1) ?? '')
          .find((name) => CLAIMS.has(name));
      return claim === undefined
        ? undefined
        : {
            message: `the policy ${policy.name} on ${nameText(table)} believes ${claim}, which every user writes for themselves`,
          };
    }),
};
