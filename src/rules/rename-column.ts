import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { nameText, writtenRelation } from '../core/schema/names.ts';

/** RENAME COLUMN of a column that the running application uses. */
export const rule: Rule = {
  id: 'rename-column',
  group: 'data-loss',
  severity: 'error',
  summary: 'RENAME COLUMN',
  why: 'From COMMIT on the old name does not exist: the version of the application that is running fails, and the new one fails until the migration ran. Function bodies that are texts keep the old name and fail when they are called.',
  rewrite:
    'add the new column, write both for a while, fill it in batches, and drop the old one when no version uses it',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, titel text);',
    up: 'ALTER TABLE courses RENAME COLUMN titel TO title;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, titel text);',
    up: 'ALTER TABLE courses ADD COLUMN title text;',
  },
  direction: 'up',
  look: (statement, { schema, isNew, file }) => {
    const rename = statementAs(statement, 'RenameStmt');
    if (rename?.renameType !== 'OBJECT_COLUMN') return [];
    const name = schema.relationName(writtenRelation(rename.relation));
    const column = schema.relation(name)?.columns.find((one) => one.name === rename.subname);
    if (isNew(name) || column?.origin?.path === file.path) return [];
    return [
      {
        message: `${nameText(name)}.${rename.subname ?? ''} is ${rename.newname ?? ''} from now on: whoever uses the old name fails`,
      },
    ];
  },
};
