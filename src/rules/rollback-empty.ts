import { doesNothing } from '../core/lint/pair-difference.ts';
import type { Rule } from '../core/lint/rule.ts';

/** A rollback that does nothing. */
export const rule: Rule = {
  id: 'rollback-empty',
  group: 'rollback',
  severity: 'error',
  summary: 'rollback that does nothing',
  why: '`lms-db down` would run it, record that the migration is rolled back, and leave the database as it is. The next `up` then fails, because everything is there already.',
  rewrite:
    'write what takes the migration back; where there is no way back, remove the rollback and say so: -- @irreversible why',
  bad: { up: 'CREATE TABLE courses (id bigint PRIMARY KEY);', down: 'SELECT 1;' },
  good: { up: 'CREATE TABLE courses (id bigint PRIMARY KEY);', down: 'DROP TABLE courses;' },
  lookAtPair: ({ up, down }) => {
    if (down === undefined || !down.statements.every(doesNothing) || up.statements.every(doesNothing))
      return [];
    const [first] = down.statements;
    return [
      { message: 'this rollback does nothing, and its migration does something', offset: first?.offset },
    ];
  },
};
