import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import type { LintStatement } from '../core/lint/statement.ts';
import type { Node, RangeVar } from '../core/lint/syntax.ts';
import { nameText, writtenRelation } from '../core/schema/names.ts';

/** UPDATE or DELETE of a whole table. */
export const rule: Rule = {
  id: 'dml-without-where',
  group: 'locks',
  severity: 'warning',
  summary: 'UPDATE or DELETE of all rows in one statement',
  why: 'One statement over a whole table is one long transaction: it locks every row until COMMIT, writes all of them anew, holds vacuum back, and replicas fall behind. Whoever updates one of the rows waits. Batches by key are short transactions, and an interrupted one goes on where it was.',
  rewrite:
    'update in batches by key, in a file of its own with "-- @transaction off", or say why all rows at once are fine: -- @allow dml-without-where the table has 20 rows',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, level text);',
    up: "UPDATE courses SET level = 'beginner';",
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, level text);',
    up: "UPDATE courses SET level = 'beginner' WHERE id BETWEEN 1 AND 10000 AND level IS NULL;",
  },
  look: (statement, { schema, isNew }) => {
    const found = wholeTable(statement);
    if (found === undefined) return [];
    const name = schema.relationName(writtenRelation(found.relation));
    if (isNew(name)) return [];
    return [
      {
        message: `${found.verb} of all rows of ${nameText(name)} in one transaction`,
        offset: statement.offsetOf(found.relation?.location),
      },
    ];
  },
};

function wholeTable(
  statement: LintStatement,
): { readonly verb: string; readonly relation: RangeVar | undefined } | undefined {
  const update = statementAs(statement, 'UpdateStmt');
  if (update !== undefined && update.fromClause === undefined && isAlwaysTrue(update.whereClause)) {
    return { verb: 'UPDATE', relation: update.relation };
  }
  const remove = statementAs(statement, 'DeleteStmt');
  if (remove !== undefined && remove.usingClause === undefined && isAlwaysTrue(remove.whereClause)) {
    return { verb: 'DELETE', relation: remove.relation };
  }
  return undefined;
}

/** No WHERE, WHERE true, WHERE 1 = 1. */
function isAlwaysTrue(where: Node | undefined): boolean {
  if (where === undefined) return true;
  if ('A_Const' in where) return where.A_Const.boolval?.boolval === true;
  if (!('A_Expr' in where)) return false;
  const { lexpr, rexpr } = where.A_Expr;
  if (lexpr === undefined || rexpr === undefined || !('A_Const' in lexpr) || !('A_Const' in rexpr))
    return false;
  const value = ({ A_Const: constant }: Extract<Node, { A_Const: unknown }>): string =>
    JSON.stringify({ ...constant, location: undefined });
  return value(lexpr) === value(rexpr);
}
