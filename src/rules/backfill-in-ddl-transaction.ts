import { heldLocks } from '../core/lint/lock-window.ts';
import type { Rule } from '../core/lint/rule.ts';
import type { LintStatement } from '../core/lint/statement.ts';
import { stringsOf } from '../core/lint/syntax.ts';
import type { Node, RangeVar } from '../core/lint/syntax.ts';
import { relationsIn } from '../core/schema/apply-create.ts';
import { nameText, writtenRelation } from '../core/schema/names.ts';
import type { ObjectName } from '../core/schema/names.ts';
import type { Schema } from '../core/schema/schema.ts';

/** UPDATE, DELETE or INSERT … SELECT behind DDL, in one transaction. */
export const rule: Rule = {
  id: 'backfill-in-ddl-transaction',
  group: 'locks',
  severity: 'error',
  summary: 'rows filled in the transaction that changed the table',
  why: 'The lock of the ALTER TABLE before it is held until COMMIT: nobody can read or write the table for as long as its rows are being written.',
  rewrite:
    'fill the rows in a file of its own, in batches by key; the file that needs them filled comes after it',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, price int);',
    up: 'ALTER TABLE courses ADD COLUMN cents int;\nUPDATE courses SET cents = price * 100 WHERE cents IS NULL;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, price int, cents int);',
    up: 'UPDATE courses SET cents = price * 100 WHERE id BETWEEN 1 AND 10000 AND cents IS NULL;',
  },
  look: (statement, context) => {
    const found = writtenTable(statement, context.schema);
    const [held] = heldLocks(context);
    if (found === undefined || held === undefined || isOneRow(found, context.schema)) return [];
    // What reads nothing but tables of this file, and writes such a one, is done in a moment.
    if ([found.table, ...found.reads].every((name) => context.isNew(name))) return [];
    const message = `${found.verb} ${nameText(found.table)} runs while the ${held.lock} of ${held.what} is held`;
    return [{ message, offset: statement.offset }];
  },
};

/** What a statement writes, and what it reads for that. */
interface Written {
  readonly verb: string;
  readonly table: ObjectName;
  readonly reads: readonly ObjectName[];
  readonly where?: Node | undefined;
}

function writtenTable({ node }: LintStatement, schema: Schema): Written | undefined {
  const nameOf = (relation: RangeVar | undefined): ObjectName =>
    schema.relationName(writtenRelation(relation));
  if ('UpdateStmt' in node) {
    const { relation, fromClause, whereClause: where } = node.UpdateStmt;
    return { verb: 'UPDATE of', table: nameOf(relation), reads: relationsIn(schema, fromClause), where };
  }
  if ('DeleteStmt' in node) {
    const { relation, usingClause, whereClause: where } = node.DeleteStmt;
    return { verb: 'DELETE from', table: nameOf(relation), reads: relationsIn(schema, usingClause), where };
  }
  if (!('InsertStmt' in node)) return undefined;
  // VALUES are as many rows as were written down, and a query without a table is one row.
  const reads = relationsIn(schema, node.InsertStmt.selectStmt);
  if (reads.length === 0) return undefined;
  return { verb: 'INSERT … SELECT into', table: nameOf(node.InsertStmt.relation), reads };
}

/** `WHERE id = 7`: a key that is compared with one value. */
function isOneRow({ table, where }: Written, schema: Schema): boolean {
  if (where === undefined) return false;
  const parts =
    'BoolExpr' in where && where.BoolExpr.boolop === 'AND_EXPR' ? (where.BoolExpr.args ?? []) : [where];
  const fixed = new Set(parts.flatMap((part) => comparedColumn(part) ?? []));
  return schema
    .indexesOf(table)
    .some(
      ({ unique, partial, columns }) =>
        unique && !partial && columns.every((column) => column !== undefined && fixed.has(column)),
    );
}

function comparedColumn(expression: Node): string | undefined {
  if (!('A_Expr' in expression) || expression.A_Expr.kind !== 'AEXPR_OP') return undefined;
  const { name, lexpr, rexpr } = expression.A_Expr;
  if (stringsOf(name)[0] !== '=' || lexpr === undefined || rexpr === undefined) return undefined;
  const constant = 'TypeCast' in rexpr ? rexpr.TypeCast.arg : rexpr;
  if (!('ColumnRef' in lexpr) || constant === undefined || !('A_Const' in constant)) return undefined;
  return stringsOf(lexpr.ColumnRef.fields).at(-1);
}
