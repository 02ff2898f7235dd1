import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ALTER COLUMN … TYPE between timestamp and timestamptz. */
export const rule: Rule = {
  id: 'type-change-timezone-dependent',
  group: 'locks',
  severity: 'error',
  summary: 'timestamp to timestamptz, or back, in the time zone of the session',
  why: 'The instant that a value becomes depends on the TimeZone of whoever runs the migration: the same file gives different data on a laptop and on a server. With any zone but UTC all rows are written anew under ACCESS EXCLUSIVE.',
  rewrite: `write SET LOCAL timezone = 'UTC' before it, where the values are UTC: then the rows stay as they are; else add a column of the new type and fill it in batches`,
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, starts timestamp);',
    up: 'ALTER TABLE courses ALTER COLUMN starts TYPE timestamptz;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, starts timestamp);',
    up: `SET LOCAL timezone = 'UTC';
ALTER TABLE courses ALTER COLUMN starts TYPE timestamptz;`,
  },
  sources: ['https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-TIMEZONES'],
  look: (_, context) => effectHits(context, 'type-change-timezone-dependent'),
};
