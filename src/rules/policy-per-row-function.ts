import { conditionsOf, policyHits } from '../core/lint/policies.ts';
import type { Hit, Rule } from '../core/lint/rule.ts';
import { nodesOf, stringsOf, walk } from '../core/lint/syntax.ts';
import type { FuncCall, Node } from '../core/lint/syntax.ts';
import { nameText, writtenName } from '../core/schema/names.ts';
import type { Schema } from '../core/schema/schema.ts';

/** A function of the session that a policy calls for each row. */
export const rule: Rule = {
  id: 'policy-per-row-function',
  group: 'tenancy',
  severity: 'warning',
  summary: 'policy that calls a function for every row',
  why: 'Who is asking does not change within a query, but the planner does not know that: without a subquery around it the function is called for every row that is looked at. With 300,000 rows and a function in PL/pgSQL that was 1,032 ms instead of 20 ms. Inside (SELECT …) it is called once.',
  rewrite: 'write (SELECT auth.uid()) in place of auth.uid()',
  bad: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner uuid NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO authenticated USING (owner = auth.uid());`,
  },
  good: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner uuid NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO authenticated USING (owner = (SELECT auth.uid()));`,
  },
  lookAtEnd: (schema) =>
    policyHits(schema, ({ policy, table }): Omit<Hit, 'origin'> | undefined => {
      const calls = conditionsOf(policy).flatMap((condition) => perRow(condition, schema));
      const [call] = calls;
      if (call === undefined) return undefined;
      const name = stringsOf(call.funcname).join('.');
      const message = `the policy ${policy.name} on ${nameText(table)} calls ${name} for every row`;
      const hint = `write (SELECT ${name}(…)) in place of ${name}(…)`;
      // current_setting is quick: it was 157 ms in place of 20.
      return calls.every((one) => stringsOf(one.funcname).at(-1) === 'current_setting')
        ? { message, hint, severity: 'notice' }
        : { message, hint };
    }),
};

/** Calls outside of every subquery, without a column among their arguments, of functions that ask the session or tables. */
function perRow(condition: Node, schema: Schema): readonly FuncCall[] {
  const found: FuncCall[] = [];
  walk([condition], (kind, content) => {
    if (kind === 'SubLink') return false;
    if (kind !== 'FuncCall') return undefined;
    // The key names the kind: that is how libpg-query writes nodes.
    const call = content as FuncCall;
    if (asksSession(call, schema) && nodesOf(call.args, 'ColumnRef').length === 0) found.push(call);
    return undefined;
  });
  return found;
}

function asksSession({ funcname, args }: FuncCall, schema: Schema): boolean {
  const { schema: written, name } = writtenName(funcname);
  if (written === 'auth' || name === 'current_setting') return true;
  const own = schema
    .routinesNamed({ schema: written, name })
    .filter((routine) => routine.arguments.length >= (args ?? []).length);
  return own.length > 0 && own.every(({ volatility }) => volatility !== 'immutable');
}
