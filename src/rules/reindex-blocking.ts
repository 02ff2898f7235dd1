import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** REINDEX without CONCURRENTLY. */
export const rule: Rule = {
  id: 'reindex-blocking',
  group: 'locks',
  severity: 'error',
  summary: 'REINDEX that blocks writes, and queries that could use the index',
  why: 'A plain REINDEX holds SHARE on the table and ACCESS EXCLUSIVE on the index while it is built. Writers wait, and so does nearly every query: the planner locks all indexes of a table before it chooses one.',
  rewrite: 'write REINDEX (CONCURRENTLY) in a file of its own with "-- @transaction off"',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'REINDEX TABLE courses;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: `-- @transaction off
REINDEX TABLE CONCURRENTLY courses;`,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-reindex.html'],
  look: (_, context) => effectHits(context, 'reindex-blocking'),
};
