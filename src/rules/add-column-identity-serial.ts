import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ADD COLUMN serial, or GENERATED … AS IDENTITY. */
export const rule: Rule = {
  id: 'add-column-identity-serial',
  group: 'locks',
  severity: 'error',
  summary: 'ADD COLUMN as serial or identity',
  why: 'Each row gets a number, so the whole table and all of its indexes are written anew under ACCESS EXCLUSIVE.',
  rewrite:
    'add a plain bigint, fill it in batches from a sequence, SET NOT NULL by way of a validated CHECK, then ADD GENERATED … AS IDENTITY',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD COLUMN number bigint;',
  },
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
  look: (_, context) => effectHits(context, 'add-column-identity-serial'),
};
