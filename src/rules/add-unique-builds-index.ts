import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ADD CONSTRAINT … UNIQUE without USING INDEX. */
export const rule: Rule = {
  id: 'add-unique-builds-index',
  group: 'locks',
  severity: 'error',
  summary: 'ADD CONSTRAINT … UNIQUE that builds its index',
  why: 'The index is built from all rows while the statement holds ACCESS EXCLUSIVE.',
  rewrite:
    'CREATE UNIQUE INDEX CONCURRENTLY in a file with "-- @transaction off"; then ADD CONSTRAINT … UNIQUE USING INDEX',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD CONSTRAINT courses_title UNIQUE (title);',
  },
  good: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));
CREATE UNIQUE INDEX courses_title ON courses (title);`,
    up: 'ALTER TABLE courses ADD CONSTRAINT courses_title UNIQUE USING INDEX courses_title;',
  },
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
  ],
  look: (_, context) => effectHits(context, 'add-unique-builds-index'),
};
