import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ADD COLUMN … DEFAULT with a volatile function. */
export const rule: Rule = {
  id: 'add-column-volatile-default',
  group: 'locks',
  severity: 'error',
  summary: 'ADD COLUMN with a default that differs for each row',
  why: 'A constant default, and one that is computed once for all rows such as now(), is remembered in the catalog: the rows are not touched. A volatile function gives each row its own value, so the whole table and all of its indexes are written anew under ACCESS EXCLUSIVE.',
  rewrite:
    'add the column without a default, then SET DEFAULT, which is for new rows, and fill the old ones in batches; NOT NULL comes last',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD COLUMN token uuid DEFAULT gen_random_uuid();',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: `ALTER TABLE courses ADD COLUMN token uuid;
ALTER TABLE courses ALTER COLUMN token SET DEFAULT gen_random_uuid();`,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  look: (_, context) => effectHits(context, 'add-column-volatile-default'),
};
