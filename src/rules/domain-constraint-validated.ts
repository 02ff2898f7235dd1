import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ALTER DOMAIN ADD CONSTRAINT, SET NOT NULL, VALIDATE CONSTRAINT. */
export const rule: Rule = {
  id: 'domain-constraint-validated',
  group: 'locks',
  severity: 'error',
  summary: 'ALTER DOMAIN that reads every table that uses it',
  why: 'A new constraint of a domain is checked in every column of that type: each of those tables is read under SHARE, and nobody writes to it meanwhile. VALIDATE CONSTRAINT takes the same lock.',
  rewrite:
    'put the CHECK on the tables instead: there it can be added NOT VALID, and VALIDATE lets everybody work',
  bad: {
    before: `CREATE DOMAIN percent AS int;
CREATE TABLE courses (id bigint PRIMARY KEY, discount percent);`,
    up: 'ALTER DOMAIN percent ADD CONSTRAINT percent_range CHECK (value BETWEEN 0 AND 100);',
  },
  good: {
    before: `CREATE DOMAIN percent AS int;
CREATE TABLE courses (id bigint PRIMARY KEY, discount percent);`,
    up: 'ALTER DOMAIN percent ADD CONSTRAINT percent_range CHECK (value BETWEEN 0 AND 100) NOT VALID;',
  },
  sources: ['https://www.postgresql.org/docs/current/sql-alterdomain.html'],
  look: (_, context) => effectHits(context, 'domain-constraint-validated'),
};
