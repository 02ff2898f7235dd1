import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** VACUUM FULL and CLUSTER. */
export const rule: Rule = {
  id: 'vacuum-full-cluster',
  group: 'locks',
  severity: 'error',
  summary: 'VACUUM FULL or CLUSTER',
  why: 'Both write the whole table anew under ACCESS EXCLUSIVE. Plain VACUUM lets everybody work.',
  rewrite: 'leave it to autovacuum, or use pg_repack or pg_squeeze outside the migrations',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'CLUSTER courses USING courses_pkey;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: `-- @transaction off
VACUUM courses;`,
  },
  look: (_, context) => effectHits(context, 'vacuum-full-cluster'),
};
