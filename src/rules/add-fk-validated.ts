import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ADD FOREIGN KEY without NOT VALID. */
export const rule: Rule = {
  id: 'add-fk-validated',
  group: 'locks',
  severity: 'error',
  summary: 'ADD FOREIGN KEY that reads both tables',
  why: 'Every row is looked up while the statement holds SHARE ROW EXCLUSIVE on both tables: nobody writes to the table, nor to the one it refers to. With NOT VALID it takes a moment; VALIDATE CONSTRAINT in a later transaction checks the rows, and lets everybody work.',
  rewrite: 'add NOT VALID, and ALTER TABLE … VALIDATE CONSTRAINT in the next file',
  bad: {
    before: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint);`,
    up: 'ALTER TABLE courses ADD CONSTRAINT courses_academy FOREIGN KEY (academy_id) REFERENCES academies (id);',
  },
  good: {
    before: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint);`,
    up: 'ALTER TABLE courses ADD CONSTRAINT courses_academy FOREIGN KEY (academy_id) REFERENCES academies (id) NOT VALID;',
  },
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT',
  ],
  look: (_, context) => effectHits(context, 'add-fk-validated'),
};
