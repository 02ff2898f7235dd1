import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** REFRESH MATERIALIZED VIEW without CONCURRENTLY. */
export const rule: Rule = {
  id: 'refresh-matview',
  group: 'locks',
  severity: 'warning',
  summary: 'REFRESH MATERIALIZED VIEW that keeps its readers waiting',
  why: 'The view is built anew under ACCESS EXCLUSIVE: nobody reads it for as long as its query takes. CONCURRENTLY lets them read; it needs a unique index over columns of all rows.',
  rewrite: 'write REFRESH MATERIALIZED VIEW CONCURRENTLY; it may stand in a transaction',
  bad: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));
CREATE MATERIALIZED VIEW course_count AS SELECT level, count(*) AS courses FROM courses GROUP BY level;`,
    up: 'REFRESH MATERIALIZED VIEW course_count;',
  },
  good: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));
CREATE MATERIALIZED VIEW course_count AS SELECT level, count(*) AS courses FROM courses GROUP BY level;`,
    up: 'REFRESH MATERIALIZED VIEW CONCURRENTLY course_count;',
  },
  look: (_, context) => effectHits(context, 'refresh-matview'),
};
