import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ADD COLUMN … CHECK (…). */
export const rule: Rule = {
  id: 'add-column-inline-check',
  group: 'locks',
  severity: 'error',
  summary: 'ADD COLUMN with a CHECK behind it',
  why: 'The CHECK is proven for every row while ADD COLUMN holds ACCESS EXCLUSIVE, also where the column is new and null in all of them.',
  rewrite:
    'add the column alone; then ADD CONSTRAINT … CHECK … NOT VALID, and VALIDATE CONSTRAINT in a later file',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD COLUMN seats int CHECK (seats > 0);',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: `ALTER TABLE courses ADD COLUMN seats int;
ALTER TABLE courses ADD CONSTRAINT courses_seats CHECK (seats > 0) NOT VALID;`,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  look: (_, context) => effectHits(context, 'add-column-inline-check'),
};
