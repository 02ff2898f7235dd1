import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ADD CONSTRAINT … EXCLUDE. */
export const rule: Rule = {
  id: 'add-exclusion',
  group: 'locks',
  severity: 'error',
  summary: 'ADD CONSTRAINT … EXCLUDE',
  why: 'The index of an exclusion constraint is built from all rows under ACCESS EXCLUSIVE, and every row is looked up in it. There is no form of it that lets others work.',
  rewrite:
    'make a new table with the constraint and move the rows over, or plan a window and say so: -- @allow add-exclusion why',
  bad: {
    before: 'CREATE TABLE bookings (id bigint PRIMARY KEY, room int, during tstzrange);',
    up: 'ALTER TABLE bookings ADD CONSTRAINT bookings_during EXCLUDE USING gist (during WITH &&);',
  },
  good: {
    before: 'SELECT;',
    up: 'CREATE TABLE bookings (id bigint PRIMARY KEY, during tstzrange, CONSTRAINT bookings_during EXCLUDE USING gist (during WITH &&));',
  },
  look: (_, context) => effectHits(context, 'add-exclusion'),
};
