import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** SET TABLESPACE and SET ACCESS METHOD. */
export const rule: Rule = {
  id: 'set-tablespace-access-method',
  group: 'locks',
  severity: 'error',
  summary: 'SET TABLESPACE or SET ACCESS METHOD',
  why: 'The whole table is copied under ACCESS EXCLUSIVE when it is not there already.',
  rewrite:
    'make a new table there and move the rows over in batches, or plan a window and say so with @allow',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses SET TABLESPACE fast;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'CREATE TABLE course_archive (id bigint PRIMARY KEY) TABLESPACE fast;',
  },
  look: (_, context) => effectHits(context, 'set-tablespace-access-method'),
};
