import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { nameText, writtenRelation } from '../core/schema/names.ts';

const RELATIONS: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_FOREIGN_TABLE: 'table',
};

/** RENAME of a table or view that the running application uses. */
export const rule: Rule = {
  id: 'rename-table',
  group: 'data-loss',
  severity: 'error',
  summary: 'RENAME of a table or view',
  why: 'From COMMIT on the old name does not exist. The old version of the application fails until it is replaced, and the new one fails until the migration ran: there is no order in which both work.',
  rewrite:
    'keep the old name alive in the same file: CREATE VIEW old_name AS SELECT * FROM new_name; drop it when no version uses it any more',
  bad: {
    before: 'CREATE TABLE course (id bigint PRIMARY KEY);',
    up: 'ALTER TABLE course RENAME TO courses;',
  },
  good: {
    before: 'CREATE TABLE course (id bigint PRIMARY KEY);',
    up: `ALTER TABLE course RENAME TO courses;
CREATE VIEW course AS SELECT id FROM courses;`,
  },
  direction: 'up',
  look: (statement, { schema, isNew, file }) => {
    const rename = statementAs(statement, 'RenameStmt');
    const kind = RELATIONS[rename?.renameType ?? ''];
    if (rename === undefined || kind === undefined) return [];
    const name = schema.relationName(writtenRelation(rename.relation));
    if (isNew(name) || file.after.relation(name) !== undefined) return [];
    return [
      {
        message: `the ${kind} ${nameText(name)} is ${rename.newname ?? ''} from now on: whoever uses the old name fails`,
      },
    ];
  },
};
