import { dependentsOf } from '../core/lint/dropped.ts';
import { namesText } from '../core/lint/expressions.ts';
import type { Hit, Rule, StatementContext } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import type { LintStatement } from '../core/lint/statement.ts';
import { writtenBy, writtenRelation } from '../core/schema/names.ts';

/** CASCADE on a DROP in a migration. */
export const rule: Rule = {
  id: 'drop-cascade',
  group: 'data-loss',
  severity: 'error',
  summary: 'DROP … CASCADE',
  why: 'CASCADE drops whatever depends on the object, on this database, today: views, foreign keys, columns of a type, policies, triggers. What that is stands in no file, differs between databases, and no rollback can bring it back.',
  rewrite:
    'drop what depends on it by name, in this file, and leave CASCADE out; a rehearsal says what is missing',
  bad: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY);
CREATE VIEW course_ids AS SELECT id FROM courses;`,
    up: '-- @allow drop-table replaced by lessons\nDROP TABLE courses CASCADE;',
  },
  good: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY);
CREATE VIEW course_ids AS SELECT id FROM courses;`,
    up: `-- @allow drop-table replaced by lessons
-- @allow drop-view-function replaced by lessons
DROP VIEW course_ids;
DROP TABLE courses;`,
  },
  direction: 'up',
  look: (statement, context) => [...dropHits(statement, context), ...alterHits(statement, context)],
};

function dropHits(statement: LintStatement, { schema, isNew }: StatementContext): readonly Hit[] {
  const drop = statementAs(statement, 'DropStmt');
  if (drop?.behavior !== 'DROP_CASCADE') return [];
  const names = (drop.objects ?? []).map((object) => schema.relationName(writtenBy(object)));
  const isRelation = ['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW'].includes(drop.removeType ?? '');
  if (isRelation && names.every(isNew)) return [];
  const along = isRelation ? names.flatMap((name) => dependentsOf(schema, name)) : [];
  return [
    {
      message:
        along.length === 0
          ? 'CASCADE drops whatever depends on it, and names none of it'
          : `CASCADE takes along ${namesText(along)}`,
    },
  ];
}

function alterHits(statement: LintStatement, { schema, isNew }: StatementContext): readonly Hit[] {
  const alter = statementAs(statement, 'AlterTableStmt');
  if (alter === undefined || isNew(schema.relationName(writtenRelation(alter.relation)))) return [];
  return (alter.cmds ?? []).flatMap((node, index) =>
    'AlterTableCmd' in node && node.AlterTableCmd.behavior === 'DROP_CASCADE'
      ? [
          {
            message: `CASCADE drops whatever depends on ${node.AlterTableCmd.name ?? 'it'}, and names none of it`,
            offset: statement.commandOffset(index),
          },
        ]
      : [],
  );
}
