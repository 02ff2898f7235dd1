import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';

/** CREATE INDEX CONCURRENTLY IF NOT EXISTS. */
export const rule: Rule = {
  id: 'invalid-index-if-not-exists',
  group: 'transactions',
  severity: 'warning',
  summary: 'IF NOT EXISTS on a concurrent index build',
  why: 'A concurrent build that fails leaves an invalid index behind. IF NOT EXISTS finds its name, says so in a NOTICE and builds nothing: a tool that runs the file again records an index that no query uses. It passes over an index with other columns as well. lms-db drops what a failed build left and builds it again, and needs no IF NOT EXISTS for that.',
  rewrite: 'leave out IF NOT EXISTS',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);',
    up: '-- @transaction off\nCREATE INDEX CONCURRENTLY IF NOT EXISTS courses_title ON courses (title);',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);',
    up: '-- @transaction off\nCREATE INDEX CONCURRENTLY courses_title ON courses (title);',
  },
  sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
  look: (statement) => {
    const index = statementAs(statement, 'IndexStmt');
    if (index?.concurrent !== true || index.if_not_exists !== true) return [];
    return [
      { message: `IF NOT EXISTS takes any index ${index.idxname ?? ''} for this one, an invalid one too` },
    ];
  },
};
