import { textOf } from '../core/lint/expressions.ts';
import type { Hit, Rule, StatementContext } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import type { LintStatement } from '../core/lint/statement.ts';
import { nodesOf, stringsOf, walk } from '../core/lint/syntax.ts';
import type { RangeVar } from '../core/lint/syntax.ts';
import type { Enum } from '../core/schema/model.ts';
import { nameText, sameName, writtenName, writtenRelation } from '../core/schema/names.ts';

/** A label of an enum that is used before the transaction that adds it is committed. */
export const rule: Rule = {
  id: 'enum-value-used-same-tx',
  group: 'transactions',
  severity: 'error',
  summary: 'new enum label used in the transaction that adds it',
  why: 'ALTER TYPE … ADD VALUE may run in a transaction, but the label cannot be used before COMMIT: whoever reads it as a value of the enum gets 55P04, unsafe use of new value. The migration fails, every time.',
  rewrite: 'add the label in a migration of its own, and use it in the next one',
  bad: {
    before: `CREATE TYPE status AS ENUM ('draft', 'published');
CREATE TABLE courses (id bigint PRIMARY KEY, status status);`,
    up: `ALTER TYPE status ADD VALUE 'archived';
UPDATE courses SET status = 'archived' WHERE id = 1;`,
  },
  good: {
    before: `CREATE TYPE status AS ENUM ('draft', 'published');
CREATE TABLE courses (id bigint PRIMARY KEY, status status);
ALTER TYPE status ADD VALUE 'archived';`,
    up: "UPDATE courses SET status = 'archived' WHERE id = 1;",
  },
  sources: ['https://www.postgresql.org/docs/current/sql-altertype.html'],
  look: (statement, context) => {
    if (!context.file.directives.transaction || statementAs(statement, 'CommentStmt') !== undefined)
      return [];
    return addedBefore(context).flatMap(({ type, label }) => use(statement, context, type, label));
  },
};

/** Labels that statements before this one add. */
function addedBefore({
  schema,
  file,
  postgres,
}: StatementContext): readonly { readonly type: Enum; readonly label: string }[] {
  return schema.enums.flatMap((type) => {
    // From 17 on, the labels of an enum that the same transaction made can be used.
    if (postgres >= 17 && type.origin?.path === file.path) return [];
    return type.added
      .filter(({ origin }) => origin?.path === file.path)
      .map(({ label }) => ({ type, label }));
  });
}

function use(statement: LintStatement, context: StatementContext, type: Enum, label: string): readonly Hit[] {
  const constant = nodesOf(statement.node, 'A_Const').find((node) => textOf({ A_Const: node }) === label);
  if (constant === undefined || !speaksOf(statement, context, type)) return [];
  return [
    {
      message: `'${label}' is added to ${nameText(type)} by this transaction, and cannot be used before it is committed (55P04)`,
      offset: statement.offsetOf(constant.location),
    },
  ];
}

/** Whether a statement names the enum, or a table that has a column of it. */
function speaksOf({ node }: LintStatement, { schema }: StatementContext, type: Enum): boolean {
  let found = false;
  const isType = (names: readonly string[]): boolean => {
    const known = schema.enum(writtenName([...names]));
    return known !== undefined && sameName(known, type);
  };
  const holds = (range: RangeVar): boolean =>
    schema
      .relation(writtenRelation(range))
      ?.columns.some(
        ({ type: of }) =>
          of !== undefined && isType(of.schema === undefined ? [of.name] : [of.schema, of.name]),
      ) === true;
  const look = (content: unknown): void => {
    if (typeof content !== 'object' || content === null) return;
    // Both stand unwrapped in some fields: they are known by what they have.
    if ('relname' in content) found ||= holds(content as RangeVar);
    if ('names' in content && Array.isArray(content.names)) found ||= isType(stringsOf(content.names));
    if ('relation' in content) look(content.relation);
    if ('typeName' in content) look(content.typeName);
    if ('table' in content) look(content.table);
  };
  walk([node], (_, content) => {
    look(content);
    return undefined;
  });
  return found;
}
