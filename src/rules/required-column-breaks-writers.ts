import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { nameText, writtenRelation } from '../core/schema/names.ts';

/** A column that is added to a table in use and made NOT NULL, without a default, in one file. */
export const rule: Rule = {
  id: 'required-column-breaks-writers',
  group: 'data-loss',
  severity: 'warning',
  summary: 'new column that the running application does not fill is NOT NULL',
  why: 'The application that is running does not know the column. From COMMIT on each of its INSERTs fails with 23502, until the new version is deployed. A migration that says `@downtime` and why is not reported: there somebody knows.',
  rewrite:
    'give the column a default, or leave it nullable until every running version fills it and set NOT NULL in a later migration; or say what stands still meanwhile: -- @downtime why',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);',
    up: `-- @allow set-not-null-scan shown for another rule
-- @allow dml-without-where a small table
-- @allow backfill-in-ddl-transaction a small table
ALTER TABLE courses ADD COLUMN level text;
UPDATE courses SET level = 'beginner';
ALTER TABLE courses ALTER COLUMN level SET NOT NULL;`,
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);',
    up: "ALTER TABLE courses ADD COLUMN level text NOT NULL DEFAULT 'beginner';",
  },
  direction: 'up',
  look: (statement, { schema, isNew, file }) => {
    const alter = statementAs(statement, 'AlterTableStmt');
    const { downtime = 'none' } = file.directives;
    if (alter === undefined || downtime !== 'none') return [];
    const name = schema.relationName(writtenRelation(alter.relation));
    if (isNew(name)) return [];
    const table = file.after.relation(name);
    // A trigger of this file may fill it.
    if (table?.triggers.some(({ origin, row }) => row && origin?.path === file.path) !== false) return [];
    return (alter.cmds ?? []).flatMap((node, index) => {
      if (!('AlterTableCmd' in node) || node.AlterTableCmd.subtype !== 'AT_SetNotNull') return [];
      const column = table.columns.find((one) => one.name === node.AlterTableCmd.name);
      const isFilled =
        column?.default !== undefined ||
        column?.serial === true ||
        column?.identity !== undefined ||
        column?.generated !== undefined;
      if (column?.origin?.path !== file.path || !column.notNull || isFilled) return [];
      return [
        {
          message: `${nameText(name)}.${column.name} is new, NOT NULL and without a default: every INSERT of the running application fails`,
          offset: statement.commandOffset(index),
        },
      ];
    });
  },
};
