import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';

/** CASCADE in a rollback. */
export const rule: Rule = {
  id: 'rollback-cascade',
  group: 'rollback',
  severity: 'warning',
  summary: 'CASCADE in a rollback',
  why: 'A rollback drops what its migration made, and everything later is rolled back before it: nothing is left that CASCADE would be needed for. What it takes along then is what no file knows: a view that somebody made by hand, or an object of a migration that was applied out of order.',
  rewrite: 'name what the migration made, in the opposite order, and leave CASCADE out',
  bad: { up: 'CREATE TABLE courses (id bigint PRIMARY KEY);', down: 'DROP TABLE courses CASCADE;' },
  good: { up: 'CREATE TABLE courses (id bigint PRIMARY KEY);', down: 'DROP TABLE courses;' },
  direction: 'down',
  look: (statement) => {
    const message = 'CASCADE takes along whatever depends on it, and names none of it';
    if (statementAs(statement, 'DropStmt')?.behavior === 'DROP_CASCADE') return [{ message }];
    return (statementAs(statement, 'AlterTableStmt')?.cmds ?? []).flatMap((node, index) =>
      'AlterTableCmd' in node && node.AlterTableCmd.behavior === 'DROP_CASCADE'
        ? [{ message, offset: statement.commandOffset(index) }]
        : [],
    );
  },
};
