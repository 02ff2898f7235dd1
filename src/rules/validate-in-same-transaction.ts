import { heldLocks } from '../core/lint/lock-window.ts';
import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { nameText, sameName, writtenRelation } from '../core/schema/names.ts';

/** VALIDATE CONSTRAINT while the lock of ADD CONSTRAINT is still held. */
export const rule: Rule = {
  id: 'validate-in-same-transaction',
  group: 'locks',
  severity: 'error',
  summary: 'VALIDATE CONSTRAINT under a lock that the file holds already',
  why: 'NOT VALID and VALIDATE are two steps so that the second one, which reads all rows, lets everybody work. In one transaction the lock of the first step is held until COMMIT: the table is read under it after all.',
  rewrite: 'move VALIDATE CONSTRAINT into the next file',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, price int);',
    up: 'ALTER TABLE courses ADD CONSTRAINT courses_price CHECK (price >= 0) NOT VALID;\nALTER TABLE courses VALIDATE CONSTRAINT courses_price;',
  },
  good: {
    before:
      'CREATE TABLE courses (id bigint PRIMARY KEY, price int);\nALTER TABLE courses ADD CONSTRAINT courses_price CHECK (price >= 0) NOT VALID;',
    up: 'ALTER TABLE courses VALIDATE CONSTRAINT courses_price;',
  },
  look: (statement, context) => {
    const alter = statementAs(statement, 'AlterTableStmt');
    const table = context.schema.relationName(writtenRelation(alter?.relation));
    if (alter === undefined || context.isNew(table)) return [];
    const held = heldLocks(context).find(({ relation }) => sameName(relation, table));
    if (held === undefined) return [];
    return (alter.cmds ?? []).flatMap((node, index) => {
      const command = 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
      const constraint = context.schema
        .relation(table)
        ?.constraints.find(({ name }) => name === command?.name);
      if (command?.subtype !== 'AT_ValidateConstraint' || constraint?.valid === true) return [];
      const message = `VALIDATE CONSTRAINT ${command.name ?? ''} reads all of ${nameText(table)} under the ${held.lock} of ${held.what}`;
      return [{ message, offset: statement.commandOffset(index) }];
    });
  },
};
