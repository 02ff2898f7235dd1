import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ADD COLUMN … UNIQUE or PRIMARY KEY. */
export const rule: Rule = {
  id: 'add-column-inline-unique',
  group: 'locks',
  severity: 'error',
  summary: 'ADD COLUMN with UNIQUE or PRIMARY KEY behind it',
  why: 'The index of the constraint is built from all rows while ADD COLUMN holds ACCESS EXCLUSIVE.',
  rewrite:
    'add the column alone; then CREATE UNIQUE INDEX CONCURRENTLY in a file with "-- @transaction off", then ADD CONSTRAINT … UNIQUE USING INDEX',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD COLUMN slug text UNIQUE;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD COLUMN slug text;',
  },
  look: (_, context) => effectHits(context, 'add-column-inline-unique'),
};
