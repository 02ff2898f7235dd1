import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** CREATE, DROP, ENABLE and DISABLE TRIGGER, and rules. */
export const rule: Rule = {
  id: 'trigger-ddl',
  group: 'locks',
  severity: 'notice',
  summary: 'triggers and rules of a table in use',
  why: 'CREATE, ENABLE and DISABLE TRIGGER take SHARE ROW EXCLUSIVE on the table, DROP TRIGGER and rules ACCESS EXCLUSIVE; for a moment.',
  rewrite: 'keep it alone in its file on a busy table',
  bad: {
    before: `CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN RETURN new; END $$;`,
    up: 'CREATE TRIGGER courses_touch BEFORE UPDATE ON courses FOR EACH ROW EXECUTE FUNCTION touch();',
  },
  good: {
    before: `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN RETURN new; END $$;`,
    up: `CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));
CREATE TRIGGER courses_touch BEFORE UPDATE ON courses FOR EACH ROW EXECUTE FUNCTION touch();`,
  },
  direction: 'up',
  look: (_, context) => effectHits(context, 'trigger-ddl'),
};
