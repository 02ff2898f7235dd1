import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ADD CONSTRAINT … CHECK without NOT VALID. */
export const rule: Rule = {
  id: 'add-check-validated',
  group: 'locks',
  severity: 'error',
  summary: 'ADD CONSTRAINT … CHECK that reads the whole table',
  why: 'Every row is checked while the statement holds ACCESS EXCLUSIVE. With NOT VALID only new rows are; VALIDATE CONSTRAINT in a later transaction checks the old ones, and lets everybody work.',
  rewrite: 'add NOT VALID, and ALTER TABLE … VALIDATE CONSTRAINT in the next file',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD CONSTRAINT courses_price CHECK (price >= 0);',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD CONSTRAINT courses_price CHECK (price >= 0) NOT VALID;',
  },
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT',
  ],
  look: (_, context) => effectHits(context, 'add-check-validated'),
};
