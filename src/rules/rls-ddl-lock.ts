import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** Row level security and policies of a table that is there. */
export const rule: Rule = {
  id: 'rls-ddl-lock',
  group: 'locks',
  severity: 'notice',
  summary: 'row level security of a table in use',
  why: 'ENABLE, FORCE and DISABLE ROW LEVEL SECURITY and CREATE, ALTER and DROP POLICY take ACCESS EXCLUSIVE on the table, for a moment.',
  rewrite: 'change the policies of one table in one file, and nothing else in it',
  bad: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY, owner text);
ALTER TABLE courses ENABLE ROW LEVEL SECURITY;
CREATE POLICY courses_all ON courses USING (owner = current_user);`,
    up: 'ALTER POLICY courses_all ON courses USING (owner = session_user);',
  },
  good: {
    before: 'SELECT;',
    up: `CREATE TABLE courses (id bigint PRIMARY KEY, owner text);
ALTER TABLE courses ENABLE ROW LEVEL SECURITY;
CREATE POLICY courses_all ON courses USING (owner = current_user);`,
  },
  direction: 'up',
  look: (_, context) => effectHits(context, 'rls-ddl-lock'),
};
