import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ADD COLUMN of a domain type that has a constraint. */
export const rule: Rule = {
  id: 'add-column-checked-domain',
  group: 'locks',
  severity: 'error',
  summary: 'ADD COLUMN of a domain with a constraint',
  why: 'The constraint of the domain is checked for each row, also where the column is null: PostgreSQL writes the whole table anew for that, under ACCESS EXCLUSIVE. A domain without a constraint costs nothing.',
  rewrite: 'use the type below the domain, and a CHECK that is added NOT VALID and validated in a later file',
  bad: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));
CREATE DOMAIN percent AS int CHECK (value BETWEEN 0 AND 100);`,
    up: 'ALTER TABLE courses ADD COLUMN discount percent;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: `ALTER TABLE courses ADD COLUMN discount int;
ALTER TABLE courses ADD CONSTRAINT courses_discount CHECK (discount BETWEEN 0 AND 100) NOT VALID;`,
  },
  look: (_, context) => effectHits(context, 'add-column-checked-domain'),
};
