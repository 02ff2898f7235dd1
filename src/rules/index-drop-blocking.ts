import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** DROP INDEX without CONCURRENTLY. */
export const rule: Rule = {
  id: 'index-drop-blocking',
  group: 'locks',
  severity: 'warning',
  summary: 'DROP INDEX that waits for every reader',
  why: 'DROP INDEX takes ACCESS EXCLUSIVE on the table of the index. It is held for a moment only, but while it waits for a long query, every later query waits behind it. CONCURRENTLY waits without keeping anybody else waiting.',
  rewrite: 'write DROP INDEX CONCURRENTLY, one index a statement, in a file with "-- @transaction off"',
  bad: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));
CREATE INDEX courses_title ON courses (title);`,
    up: 'DROP INDEX courses_title;',
  },
  good: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));
CREATE INDEX courses_title ON courses (title);`,
    up: `-- @transaction off
DROP INDEX CONCURRENTLY courses_title;`,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-dropindex.html'],
  look: (_, context) => effectHits(context, 'index-drop-blocking'),
};
