import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** LOCK TABLE. */
export const rule: Rule = {
  id: 'explicit-lock-table',
  group: 'locks',
  severity: 'warning',
  summary: 'LOCK TABLE',
  why: 'The lock is held until COMMIT, whatever else the file does.',
  rewrite:
    'leave it out: the statements take the locks that they need; else name the weakest mode that does, and say why with @allow',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'LOCK TABLE courses IN EXCLUSIVE MODE;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD COLUMN subtitle text;',
  },
  sources: ['https://www.postgresql.org/docs/current/sql-lock.html'],
  look: (_, context) => effectHits(context, 'explicit-lock-table'),
};
