import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ADD PRIMARY KEY without USING INDEX. */
export const rule: Rule = {
  id: 'add-pk-builds-index',
  group: 'locks',
  severity: 'error',
  summary: 'ADD PRIMARY KEY that builds its index',
  why: 'The index is built from all rows while the statement holds ACCESS EXCLUSIVE, and columns that may be null are read once more.',
  rewrite:
    'CREATE UNIQUE INDEX CONCURRENTLY in a file with "-- @transaction off", make the columns NOT NULL by way of a validated CHECK, then ADD CONSTRAINT … PRIMARY KEY USING INDEX',
  bad: {
    before: 'CREATE TABLE courses (id bigint NOT NULL);',
    up: 'ALTER TABLE courses ADD CONSTRAINT courses_pkey PRIMARY KEY (id);',
  },
  good: {
    before: `CREATE TABLE courses (id bigint NOT NULL);
CREATE UNIQUE INDEX courses_pkey ON courses (id);`,
    up: 'ALTER TABLE courses ADD CONSTRAINT courses_pkey PRIMARY KEY USING INDEX courses_pkey;',
  },
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
  ],
  look: (_, context) => effectHits(context, 'add-pk-builds-index'),
};
