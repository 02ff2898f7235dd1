import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** CREATE TABLE with REFERENCES to a table that is there. */
export const rule: Rule = {
  id: 'create-table-with-fk',
  group: 'locks',
  severity: 'notice',
  summary: 'a new table with a foreign key locks the table that it refers to',
  why: 'SHARE ROW EXCLUSIVE is held on the referenced table until COMMIT: nobody writes to it until the rest of the file has run.',
  rewrite: 'keep the file short: nothing that takes long after it',
  bad: {
    before: 'CREATE TABLE academies (id bigint PRIMARY KEY);',
    up: 'CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint REFERENCES academies (id));',
  },
  good: {
    before: 'CREATE TABLE academies (id bigint PRIMARY KEY);',
    up: 'CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint);',
  },
  direction: 'up',
  look: (_, context) => effectHits(context, 'create-table-with-fk'),
};
