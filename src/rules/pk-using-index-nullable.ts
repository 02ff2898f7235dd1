import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ADD PRIMARY KEY USING INDEX that has to prove NOT NULL. */
export const rule: Rule = {
  id: 'pk-using-index-nullable',
  group: 'locks',
  severity: 'error',
  summary: 'PRIMARY KEY USING INDEX over a column that may be null',
  why: 'USING INDEX takes a moment only where all columns are NOT NULL already. Else the primary key makes them so on the way, and reads the whole table under ACCESS EXCLUSIVE for that.',
  rewrite: 'make the columns NOT NULL first, by way of a validated CHECK (column IS NOT NULL)',
  bad: {
    before: `CREATE TABLE courses (id bigint);
CREATE UNIQUE INDEX courses_pkey ON courses (id);`,
    up: 'ALTER TABLE courses ADD CONSTRAINT courses_pkey PRIMARY KEY USING INDEX courses_pkey;',
  },
  good: {
    before: `CREATE TABLE courses (id bigint NOT NULL);
CREATE UNIQUE INDEX courses_pkey ON courses (id);`,
    up: 'ALTER TABLE courses ADD CONSTRAINT courses_pkey PRIMARY KEY USING INDEX courses_pkey;',
  },
  sources: [
    'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
  ],
  look: (_, context) => effectHits(context, 'pk-using-index-nullable'),
};
