import type { Hit, LintPair, Rule } from '../core/lint/rule.ts';
import { executedStatements, statementAs } from '../core/lint/statement.ts';
import { nameText, sameName, writtenRelation } from '../core/schema/names.ts';
import type { ObjectName } from '../core/schema/names.ts';

/** A rollback that brings back a table or column without what was in it. */
export const rule: Rule = {
  id: 'rollback-cannot-restore-data',
  group: 'rollback',
  severity: 'warning',
  summary: 'rollback that brings back an empty table or column',
  why: 'The migration destroys rows or values, and the rollback makes the same table or column again, empty. It looks as if there were a way back, and whoever needs it finds out then.',
  rewrite:
    'keep a copy in the migration and fill it back in the rollback, or say that there is no way back: -- @irreversible why, without a rollback',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, level text);',
    up: '-- @allow drop-column unused\nALTER TABLE courses DROP COLUMN level;',
    down: 'ALTER TABLE courses ADD COLUMN level text;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, level text);',
    up: `-- @allow drop-column kept in courses_level
CREATE TABLE courses_level AS SELECT id, level FROM courses;
ALTER TABLE courses DROP COLUMN level;`,
    down: `-- @allow backfill-in-ddl-transaction a small table
ALTER TABLE courses ADD COLUMN level text;
UPDATE courses SET level = kept.level FROM courses_level AS kept WHERE kept.id = courses.id;
DROP TABLE courses_level;`,
  },
  lookAtPair: (pair) => restored(pair),
};

function restored({ up, down }: LintPair): readonly Hit[] {
  if (down === undefined) return [];
  const filled = filledBy(down);
  return up.before.relations.flatMap((table) => {
    if ((table.kind !== 'table' && table.kind !== 'partitioned-table') || table.persistence === 'temporary')
      return [];
    const between = up.after.relation(table);
    const after = down.after.relation(table);
    if (after === undefined || filled.some((name) => sameName(name, table))) return [];
    if (between === undefined) {
      if (after.origin?.path !== down.path) return [];
      return [
        {
          message: `the rollback brings back the table ${nameText(table)} without its rows`,
          offset: after.origin.offset,
        },
      ];
    }
    return table.columns
      .filter(({ generated }) => generated === undefined)
      .flatMap(({ name }) => {
        const isGone = !between.columns.some((column) => column.name === name);
        const again = after.columns.find((column) => column.name === name);
        if (!isGone || again?.origin?.path !== down.path) return [];
        return [
          {
            message: `the rollback brings back the column ${nameText(table)}.${name} without its values`,
            offset: again.origin.offset,
          },
        ];
      });
  });
}

/** Tables that the rollback writes to. */
function filledBy({ statements, after }: NonNullable<LintPair['down']>): readonly ObjectName[] {
  return executedStatements(statements).flatMap((statement) => {
    const target =
      statementAs(statement, 'InsertStmt')?.relation ??
      statementAs(statement, 'UpdateStmt')?.relation ??
      statementAs(statement, 'MergeStmt')?.relation;
    return target === undefined ? [] : [after.relationName(writtenRelation(target))];
  });
}
