import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ALTER COLUMN … TYPE or COLLATE that leaves the rows and builds indexes again. */
export const rule: Rule = {
  id: 'column-type-index-rebuild',
  group: 'locks',
  severity: 'error',
  summary: 'ALTER COLUMN … TYPE that builds indexes again',
  why: 'The rows stay as they are, but an index that sorts by another collation or other operators, or that holds the column in an expression or in its WHERE, is built again under ACCESS EXCLUSIVE.',
  rewrite: 'drop the index CONCURRENTLY first, change the type, and create it again CONCURRENTLY',
  bad: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY, slug varchar(50));
CREATE INDEX courses_slug ON courses (lower(slug));`,
    up: 'ALTER TABLE courses ALTER COLUMN slug TYPE varchar(100);',
  },
  good: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY, slug varchar(50));
CREATE INDEX courses_slug ON courses (slug);`,
    up: 'ALTER TABLE courses ALTER COLUMN slug TYPE varchar(100);',
  },
  look: (_, context) => effectHits(context, 'column-type-index-rebuild'),
};
