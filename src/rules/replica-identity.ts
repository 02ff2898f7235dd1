import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** REPLICA IDENTITY. */
export const rule: Rule = {
  id: 'replica-identity',
  group: 'locks',
  severity: 'notice',
  summary: 'REPLICA IDENTITY of a table in use',
  why: 'The change takes ACCESS EXCLUSIVE for a moment. FULL writes every old row whole into the log, with each UPDATE and DELETE.',
  rewrite: 'use REPLICA IDENTITY USING INDEX with a unique index of columns that are NOT NULL',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses REPLICA IDENTITY FULL;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD COLUMN subtitle text;',
  },
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-REPLICA-IDENTITY'],
  direction: 'up',
  look: (_, context) => effectHits(context, 'replica-identity'),
};
