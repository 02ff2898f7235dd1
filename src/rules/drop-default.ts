import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { nameText, writtenRelation } from '../core/schema/names.ts';

/** DROP DEFAULT of a column that is NOT NULL. */
export const rule: Rule = {
  id: 'drop-default',
  group: 'data-loss',
  severity: 'warning',
  summary: 'DROP DEFAULT of a NOT NULL column',
  why: 'Whoever leaves the column out got the default so far. From now on such an INSERT fails with 23502.',
  rewrite: 'deploy the application that always gives a value first, then drop the default',
  bad: {
    before: "CREATE TABLE courses (id bigint PRIMARY KEY, level text NOT NULL DEFAULT 'beginner');",
    up: 'ALTER TABLE courses ALTER COLUMN level DROP DEFAULT;',
  },
  good: {
    before: "CREATE TABLE courses (id bigint PRIMARY KEY, level text NOT NULL DEFAULT 'beginner');",
    up: "ALTER TABLE courses ALTER COLUMN level SET DEFAULT 'advanced';",
  },
  direction: 'up',
  look: (statement, { schema, isNew, file }) => {
    const alter = statementAs(statement, 'AlterTableStmt');
    if (alter === undefined) return [];
    const name = schema.relationName(writtenRelation(alter.relation));
    if (isNew(name)) return [];
    return (alter.cmds ?? []).flatMap((node, index) => {
      if (!('AlterTableCmd' in node)) return [];
      const { subtype, name: column = '', def } = node.AlterTableCmd;
      if (subtype !== 'AT_ColumnDefault' || def !== undefined) return [];
      const before = schema.relation(name)?.columns.find((one) => one.name === column);
      const after = file.after.relation(name)?.columns.find((one) => one.name === column);
      // A column of this file had the default for old rows only; one that gets another default has one.
      if (before?.notNull !== true || before.origin?.path === file.path || after?.notNull !== true) return [];
      if (after.default !== undefined || after.identity !== undefined) return [];
      return [
        {
          message: `an INSERT without ${nameText(name)}.${column} fails from now on: it is NOT NULL and has no default`,
          offset: statement.commandOffset(index),
        },
      ];
    });
  },
};
