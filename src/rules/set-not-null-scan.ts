import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ALTER COLUMN … SET NOT NULL without a proof. */
export const rule: Rule = {
  id: 'set-not-null-scan',
  group: 'locks',
  severity: 'error',
  summary: 'SET NOT NULL that reads the whole table',
  why: 'PostgreSQL looks for nulls in every row while it holds ACCESS EXCLUSIVE. A valid CHECK (column IS NOT NULL) proves it beforehand, and then SET NOT NULL takes a moment. On PostgreSQL 18 the constraint itself can be NOT VALID first.',
  rewrite:
    'ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID; VALIDATE it in the next file; then SET NOT NULL and drop the CHECK. On PostgreSQL 18: ADD CONSTRAINT … NOT NULL column NOT VALID, and VALIDATE in the next file',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ALTER COLUMN title SET NOT NULL;',
  },
  good: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));
ALTER TABLE courses ADD CONSTRAINT courses_title CHECK (title IS NOT NULL);`,
    up: 'ALTER TABLE courses ALTER COLUMN title SET NOT NULL;',
  },
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL',
  ],
  look: (_, context) => effectHits(context, 'set-not-null-scan'),
};
