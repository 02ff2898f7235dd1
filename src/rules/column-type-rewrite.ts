import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ALTER COLUMN … TYPE that is not binary coercible. */
export const rule: Rule = {
  id: 'column-type-rewrite',
  group: 'locks',
  severity: 'error',
  summary: 'ALTER COLUMN … TYPE that writes all rows anew',
  why: 'Most changes of a type change the bytes of each value: the table and all of its indexes are written anew under ACCESS EXCLUSIVE. Some do not, and are not reported: a longer varchar, varchar to text, a higher precision of numeric with the same scale, cidr to inet.',
  rewrite:
    'add a column of the new type, keep both equal with a trigger, fill the old rows in batches, move the readers over, and drop the old column in a later release',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ALTER COLUMN price TYPE numeric(12,4);',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ALTER COLUMN price TYPE numeric(12,2);',
  },
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  look: (_, context) => effectHits(context, 'column-type-rewrite'),
};
