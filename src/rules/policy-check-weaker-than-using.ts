import { columnOf, conjunctsOf, isTrue, namesText } from '../core/lint/expressions.ts';
import { policyHits } from '../core/lint/policies.ts';
import type { Rule } from '../core/lint/rule.ts';
import { nodesOf } from '../core/lint/syntax.ts';
import type { Node } from '../core/lint/syntax.ts';
import { columnsIn } from '../core/schema/definitions.ts';
import { nameText } from '../core/schema/names.ts';

/** WITH CHECK that leaves out whom the row belongs to. */
export const rule: Rule = {
  id: 'policy-check-weaker-than-using',
  group: 'tenancy',
  severity: 'error',
  summary: 'WITH CHECK that lets a row move to another tenant',
  why: 'USING says which rows may be changed, WITH CHECK what they may become. Where USING asks for the tenant and WITH CHECK does not, an UPDATE puts the row into another tenant, and INSERT makes rows there. Without WITH CHECK the condition of USING counts for both: leaving it out is safe.',
  rewrite: 'leave WITH CHECK out, or ask for the tenant in it as well',
  bad: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL, title text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (owner = (SELECT CURRENT_USER)) WITH CHECK (title <> '');`,
  },
  good: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL, title text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (owner = (SELECT CURRENT_USER));`,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-createpolicy.html'],
  lookAtEnd: (schema, { tenancy }) =>
    policyHits(schema, ({ policy, table }) => {
      const { using, check, command, permissive, name } = policy;
      // WITH CHECK (true) is what policy-always-true speaks of.
      if (!permissive || using === undefined || check === undefined || isTrue(check)) return undefined;
      if (command !== 'all' && command !== 'update') return undefined;
      const checked = new Set(columnsIn(check));
      const asked = conjunctsOf(using).flatMap((part) => callerColumn(part) ?? []);
      const lost = [...new Set(asked)].filter((column) => !checked.has(column));
      if (lost.length === 0) return undefined;
      const message = `the policy ${name} asks for ${namesText(lost)} in USING and not in WITH CHECK: a row of ${nameText(table)} can be given away`;
      return tenancy === undefined || lost.includes(tenancy.column)
        ? { message }
        : { message, severity: 'warning' };
    }),
};

/** The column that a condition compares with who is asking: `owner` of `owner = CURRENT_USER`; a constant is no caller. */
function callerColumn(node: Node): string | undefined {
  if ('SubLink' in node) return columnOf(node.SubLink.testexpr);
  if (!('A_Expr' in node)) return undefined;
  const { lexpr, rexpr } = node.A_Expr;
  const [left, right] = [columnOf(lexpr), columnOf(rexpr)];
  if (left !== undefined && asksCaller(rexpr)) return left;
  return right !== undefined && asksCaller(lexpr) ? right : undefined;
}

function asksCaller(node: Node | undefined): boolean {
  return (['FuncCall', 'SubLink', 'SQLValueFunction'] as const).some(
    (kind) => nodesOf([node], kind).length > 0,
  );
}
