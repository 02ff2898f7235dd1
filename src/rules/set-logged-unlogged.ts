import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** SET LOGGED and SET UNLOGGED. */
export const rule: Rule = {
  id: 'set-logged-unlogged',
  group: 'locks',
  severity: 'error',
  summary: 'SET LOGGED or SET UNLOGGED',
  why: 'The whole table is written anew under ACCESS EXCLUSIVE.',
  rewrite: 'make a new table as it should be, and move the rows over in batches',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses SET UNLOGGED;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'CREATE UNLOGGED TABLE course_cache (id bigint PRIMARY KEY);',
  },
  look: (_, context) => effectHits(context, 'set-logged-unlogged'),
};
