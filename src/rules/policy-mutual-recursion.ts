import { policyLoops } from '../core/lint/policy-loops.ts';
import type { Rule } from '../core/lint/rule.ts';
import { compareVersions } from '../core/migration.ts';
import { nameText } from '../core/schema/names.ts';

/** Policies of several tables that read each other. */
export const rule: Rule = {
  id: 'policy-mutual-recursion',
  group: 'tenancy',
  severity: 'error',
  summary: 'policies that read each other',
  why: 'The policy of one table reads a second one, whose policy reads the first. PostgreSQL expands policies without end and fails with 42P17 on every query of these tables. Each of the policies is right for itself, so that the mistake shows only together.',
  rewrite:
    'let one of them call a SECURITY DEFINER function with SET search_path, which row level security does not bind, in place of the subquery',
  bad: {
    up: `CREATE TABLE teams (id bigint PRIMARY KEY);
CREATE TABLE members (team bigint, person name, PRIMARY KEY (team, person));
ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON teams TO app USING (EXISTS (SELECT FROM members WHERE members.team = teams.id));
CREATE POLICY seen ON members TO app USING (EXISTS (SELECT FROM teams WHERE teams.id = members.team));`,
  },
  good: {
    up: `CREATE TABLE teams (id bigint PRIMARY KEY);
CREATE TABLE members (team bigint, person name, PRIMARY KEY (team, person));
ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON teams TO app USING (EXISTS (SELECT FROM members WHERE members.team = teams.id));
CREATE POLICY own ON members TO app USING (person = CURRENT_USER);`,
  },
  lookAtEnd: (schema) =>
    policyLoops(schema).flatMap(({ tables, policies }) => {
      if (tables.length < 2) return [];
      // The newest of them closes the loop.
      const origins = policies.flatMap(({ policy: { origin } }) => origin ?? []);
      const [newest] = origins.sort(
        (left, right) => compareVersions(right.version, left.version) || right.offset - left.offset,
      );
      const way = [...tables, ...tables.slice(0, 1)].map(nameText).join(' → ');
      return newest === undefined
        ? []
        : [
            {
              message: `the policies of these tables read each other, and every query fails (42P17): ${way}`,
              origin: newest,
            },
          ];
    }),
};
