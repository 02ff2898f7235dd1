import { mayConcern } from '../core/lint/dynamic.ts';
import { conditionsOf, policiesOf } from '../core/lint/policies.ts';
import { isTriggerFunction } from '../core/lint/routine-facts.ts';
import type { Rule } from '../core/lint/rule.ts';
import { nodesOf } from '../core/lint/syntax.ts';
import { nameText, sameName, writtenName } from '../core/schema/names.ts';

/** SECURITY DEFINER that everybody may call. */
export const rule: Rule = {
  id: 'security-definer-public-execute',
  group: 'tenancy',
  severity: 'warning',
  summary: 'SECURITY DEFINER that PUBLIC may execute',
  why: 'PostgreSQL lets PUBLIC call every new function. One that runs with the rights of its owner is a door for every role that can connect. Trigger functions cannot be called, and functions that a policy calls have to be open to whom it binds: neither is reported.',
  rewrite:
    'REVOKE EXECUTE ON FUNCTION … FROM PUBLIC in the same file, then GRANT it to the role that needs it',
  bad: {
    before: 'CREATE TABLE notes (id bigint PRIMARY KEY);',
    up: `CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = ''
  AS 'SELECT count(*) FROM public.notes';`,
  },
  good: {
    before: 'CREATE TABLE notes (id bigint PRIMARY KEY);',
    up: `CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = ''
  AS 'SELECT count(*) FROM public.notes';
REVOKE EXECUTE ON FUNCTION total() FROM PUBLIC;`,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY'],
  lookAtEnd: (schema) => {
    const called = policiesOf(schema)
      .flatMap(({ policy }) => nodesOf(conditionsOf(policy), 'FuncCall'))
      .map(({ funcname }) => schema.routineName(writtenName(funcname)));
    // Privileges that EXECUTE of an unknown text changed are not known.
    if (mayConcern(schema, /revoke/i)) return [];
    return schema.routines
      .filter(
        (routine) =>
          routine.securityDefiner &&
          routine.closed !== true &&
          !isTriggerFunction(routine) &&
          !called.some((name) => sameName(name, routine)),
      )
      .map((routine) => ({
        message: `every role may call ${nameText(routine)}, which runs with the rights of its owner`,
        origin: routine.origin,
      }));
  },
};
