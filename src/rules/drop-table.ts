import { isTemporary } from '../core/lint/dropped.ts';
import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { nameText, writtenBy } from '../core/schema/names.ts';

/** DROP TABLE of a table that an earlier migration made. */
export const rule: Rule = {
  id: 'drop-table',
  group: 'data-loss',
  severity: 'error',
  summary: 'DROP TABLE',
  why: 'The rows are gone, and no rollback brings them back. The version of the application that is still running fails with its next query.',
  rewrite:
    'deploy the application that no longer uses it, rename or revoke for a while, then drop and say why: -- @allow drop-table unused since release 41',
  bad: {
    before: 'CREATE TABLE old_courses (id bigint PRIMARY KEY);',
    up: 'DROP TABLE old_courses;',
  },
  good: {
    up: 'CREATE TABLE staging (id bigint PRIMARY KEY);\nDROP TABLE staging;',
  },
  direction: 'up',
  look: (statement, { schema, isNew }) => {
    const drop = statementAs(statement, 'DropStmt');
    if (drop?.removeType !== 'OBJECT_TABLE' && drop?.removeType !== 'OBJECT_FOREIGN_TABLE') return [];
    return (drop.objects ?? []).flatMap((object) => {
      const written = writtenBy(object);
      const name = schema.relationName(written);
      if (isTemporary(schema, written) || isNew(name)) return [];
      if (schema.relation(name) === undefined && drop.missing_ok === true) {
        const message = `no migration makes ${nameText(name)}: this does nothing, or destroys a table that the files do not know`;
        return [{ message, severity: 'warning' as const }];
      }
      return [{ message: `DROP TABLE ${nameText(name)} destroys its rows` }];
    });
  },
};
