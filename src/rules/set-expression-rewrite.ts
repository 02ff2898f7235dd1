import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ALTER COLUMN … SET EXPRESSION, of PostgreSQL 17. */
export const rule: Rule = {
  id: 'set-expression-rewrite',
  group: 'locks',
  severity: 'error',
  summary: 'SET EXPRESSION of a stored generated column',
  why: 'The new expression is computed for every row: the table and its indexes are written anew under ACCESS EXCLUSIVE.',
  rewrite:
    'add a column with the new expression, move the readers over, and drop the old one later; on PostgreSQL 18 a VIRTUAL column is changed in a moment',
  bad: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));
ALTER TABLE courses ADD COLUMN heading text GENERATED ALWAYS AS (upper(title)) STORED;`,
    up: 'ALTER TABLE courses ALTER COLUMN heading SET EXPRESSION AS (lower(title));',
    postgres: 17,
  },
  good: {
    before:
      'CREATE TABLE courses (id bigint PRIMARY KEY, title text, heading text GENERATED ALWAYS AS (upper(title)) VIRTUAL);',
    up: 'ALTER TABLE courses ALTER COLUMN heading SET EXPRESSION AS (lower(title));',
    postgres: 18,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
  look: (_, context) => effectHits(context, 'set-expression-rewrite'),
};
