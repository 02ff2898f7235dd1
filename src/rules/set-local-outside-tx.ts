import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';

/** SET LOCAL in a file whose statements have a transaction each. */
export const rule: Rule = {
  id: 'set-local-outside-tx',
  group: 'transactions',
  severity: 'warning',
  summary: 'SET LOCAL in a file without a transaction',
  why: 'SET LOCAL lasts until the end of the transaction. In a file with `@transaction off` each statement is a transaction of its own, so it is over before the next statement begins: the file runs without the setting that it seems to have.',
  rewrite:
    'write SET: lms-db resets the session after the file. Timeouts are directives: -- @lock-timeout 2s',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);',
    up: `-- @transaction off
SET LOCAL maintenance_work_mem = '1GB';
CREATE INDEX CONCURRENTLY courses_title ON courses (title);`,
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);',
    up: `-- @transaction off
SET maintenance_work_mem = '1GB';
CREATE INDEX CONCURRENTLY courses_title ON courses (title);`,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-set.html'],
  look: (statement, { file }) => {
    const set = statementAs(statement, 'VariableSetStmt');
    if (set?.is_local !== true || file.directives.transaction || statement.nesting.in !== 'file') return [];
    return [{ message: `SET LOCAL ${set.name ?? ''} is over before the next statement begins` }];
  },
};
