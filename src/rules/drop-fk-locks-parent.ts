import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** DROP CONSTRAINT of a foreign key, DROP TABLE of a table that has one. */
export const rule: Rule = {
  id: 'drop-fk-locks-parent',
  group: 'locks',
  severity: 'notice',
  summary: 'dropping a foreign key locks the table that it refers to',
  why: 'DROP CONSTRAINT of a foreign key, and DROP TABLE of a table that has one, take ACCESS EXCLUSIVE on the referenced table too: often the busiest one. It is held for a moment, and lms-db tries again where it is not to be had.',
  rewrite: 'drop foreign keys in files of their own, one a file, before the table goes',
  bad: {
    before: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint, CONSTRAINT courses_academy FOREIGN KEY (academy_id) REFERENCES academies (id));`,
    up: `-- @allow drop-constraint no longer needed
ALTER TABLE courses DROP CONSTRAINT courses_academy;`,
  },
  good: {
    before: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint);`,
    up: 'ALTER TABLE courses ADD COLUMN title text;',
  },
  direction: 'up',
  look: (_, context) => effectHits(context, 'drop-fk-locks-parent'),
};
