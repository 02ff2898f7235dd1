import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ADD COLUMN … GENERATED ALWAYS AS (…) STORED. */
export const rule: Rule = {
  id: 'add-column-generated-stored',
  group: 'locks',
  severity: 'error',
  summary: 'ADD COLUMN with a stored generated value',
  why: 'The value of a stored generated column is computed and written for every row under ACCESS EXCLUSIVE, and all indexes are built again.',
  rewrite:
    'on PostgreSQL 18 make it VIRTUAL; before, add a plain column that a trigger fills, and fill the old rows in batches',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD COLUMN heading text GENERATED ALWAYS AS (upper(title)) STORED;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD COLUMN heading text GENERATED ALWAYS AS (upper(title)) VIRTUAL;',
    postgres: 18,
  },
  sources: ['https://www.postgresql.org/docs/current/ddl-generated-columns.html'],
  look: (_, context) => effectHits(context, 'add-column-generated-stored'),
};
