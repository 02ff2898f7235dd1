import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ALTER COLUMN … TYPE that leaves the rows and proves a CHECK again. */
export const rule: Rule = {
  id: 'column-type-check-scan',
  group: 'locks',
  severity: 'error',
  summary: 'ALTER COLUMN … TYPE below a CHECK',
  why: 'The rows stay as they are, but a CHECK constraint that names the column is made again with the new type and proven again: the whole table is read under ACCESS EXCLUSIVE.',
  rewrite:
    'drop the CHECK first, change the type, add the CHECK again NOT VALID, and VALIDATE it in the next file',
  bad: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY, slug varchar(50) CHECK (slug <> ''));`,
    up: 'ALTER TABLE courses ALTER COLUMN slug TYPE varchar(100);',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, slug varchar(50));',
    up: 'ALTER TABLE courses ALTER COLUMN slug TYPE varchar(100);',
  },
  look: (_, context) => effectHits(context, 'column-type-check-scan'),
};
