import { isTemporary } from '../core/lint/dropped.ts';
import { isFollowed, pairDifference } from '../core/lint/pair-difference.ts';
import type { Hit, LintPair, Rule } from '../core/lint/rule.ts';
import { executedStatements, statementAs } from '../core/lint/statement.ts';
import type { LintStatement } from '../core/lint/statement.ts';
import { nameText, writtenBy } from '../core/schema/names.ts';

/** A rollback that drops what its migration did not make. */
export const rule: Rule = {
  id: 'rollback-drops-other',
  group: 'rollback',
  severity: 'error',
  summary: 'rollback that drops what the migration did not make',
  why: 'The object was there before the migration and is needed by what was applied before. Its rows are gone, and rolling forward does not bring them back. Most often the rollback was copied from another one.',
  rewrite: 'drop in a rollback only what its migration made',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);',
    up: 'CREATE TABLE lessons (id bigint PRIMARY KEY);',
    down: 'DROP TABLE lessons;\nDROP TABLE courses;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);',
    up: 'CREATE TABLE lessons (id bigint PRIMARY KEY);',
    down: 'DROP TABLE lessons;',
  },
  lookAtPair: (pair) => [
    ...pairDifference(pair).destroyed.map(({ kind, name, origin }) => ({
      message: `the rollback drops the ${kind} ${name}, which migration ${origin?.version ?? ''} made, and not this one`,
    })),
    ...unknownTables(pair),
  ],
};

/** Tables that neither the migration nor an earlier one made. */
function unknownTables({ up, down }: LintPair): readonly Hit[] {
  if (down === undefined || !isFollowed(up)) return [];
  return executedStatements(down.statements).flatMap((statement) => droppedUnknown(statement, { up, down }));
}

function droppedUnknown(statement: LintStatement, { up, down }: LintPair): readonly Hit[] {
  const drop = statementAs(statement, 'DropStmt');
  if (drop?.removeType !== 'OBJECT_TABLE' || drop.missing_ok === true || down === undefined) return [];
  return (drop.objects ?? []).flatMap((object) => {
    const written = writtenBy(object);
    const isMade = executedStatements(down.statements).some((one) =>
      [statementAs(one, 'CreateStmt')?.relation, statementAs(one, 'CreateTableAsStmt')?.into?.rel].some(
        (relation) => relation?.relname === written.name,
      ),
    );
    if (isMade || up.after.relation(written) !== undefined || isTemporary(up.after, written)) return [];
    const message = `the rollback drops the table ${nameText(up.after.relationName(written))}, which no migration makes`;
    return [{ message, offset: statement.offset }];
  });
}
