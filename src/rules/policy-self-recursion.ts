import { policyLoops } from '../core/lint/policy-loops.ts';
import type { Rule } from '../core/lint/rule.ts';
import { nameText } from '../core/schema/names.ts';

/** A policy whose condition reads the table that it guards. */
export const rule: Rule = {
  id: 'policy-self-recursion',
  group: 'tenancy',
  severity: 'error',
  summary: 'policy that reads its own table',
  why: 'To answer the subquery of a policy PostgreSQL needs the policies of the table that it reads. Where that is the same table there is no end, and every query of it fails with 42P17, infinite recursion detected in policy. A policy for INSERT alone fails too, as soon as the one for SELECT has a subquery of any kind.',
  rewrite:
    'put the question into a SECURITY DEFINER function with SET search_path, which row level security does not bind, and call that',
  bad: {
    up: `CREATE TABLE members (team bigint, person name, PRIMARY KEY (team, person));
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
CREATE POLICY team ON members TO app
  USING (team IN (SELECT own.team FROM members AS own WHERE own.person = CURRENT_USER));`,
  },
  good: {
    up: `CREATE TABLE members (team bigint, person name, PRIMARY KEY (team, person));
CREATE FUNCTION my_teams() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
  AS 'SELECT team FROM public.members WHERE person = session_user';
REVOKE EXECUTE ON FUNCTION my_teams() FROM PUBLIC;
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
CREATE POLICY team ON members TO app USING (team IN (SELECT my_teams()));`,
  },
  lookAtEnd: (schema) =>
    policyLoops(schema).flatMap(({ tables, policies, command }) => {
      const [table] = tables;
      const [step] = policies;
      if (tables.length !== 1 || table === undefined || step?.policy.origin === undefined) return [];
      const message = `the policy ${step.policy.name} reads ${nameText(table)}, which it guards: every ${command.toUpperCase()} fails (42P17)`;
      return [{ message, origin: step.policy.origin }];
    }),
};
