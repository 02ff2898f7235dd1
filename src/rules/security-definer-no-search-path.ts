import { isAtomic } from '../core/lint/routine-facts.ts';
import type { Rule } from '../core/lint/rule.ts';
import { nameText } from '../core/schema/names.ts';

/** SECURITY DEFINER without a search_path of its own. */
export const rule: Rule = {
  id: 'security-definer-no-search-path',
  group: 'tenancy',
  severity: 'error',
  summary: 'SECURITY DEFINER without SET search_path',
  why: 'The function runs with the rights of its owner and looks names up in the search_path of its caller. A caller who may make a table or function of the same name, in a temporary schema for one, runs their own code as the owner.',
  rewrite:
    "add SET search_path = '' and write the schema of each name; or SET search_path = pg_catalog, pg_temp",
  bad: {
    before: 'CREATE TABLE notes (id bigint PRIMARY KEY);',
    up: `CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM public.notes';
REVOKE EXECUTE ON FUNCTION total() FROM PUBLIC;`,
  },
  good: {
    before: 'CREATE TABLE notes (id bigint PRIMARY KEY);',
    up: `CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = ''
  AS 'SELECT count(*) FROM public.notes';
REVOKE EXECUTE ON FUNCTION total() FROM PUBLIC;`,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY'],
  lookAtEnd: (schema) =>
    schema.routines
      .filter(
        ({ securityDefiner, settings, language, source }) =>
          securityDefiner &&
          !settings.includes('search_path') &&
          (language === 'sql' || language.startsWith('pl')) &&
          // The names of BEGIN ATOMIC are looked up when the function is made.
          !isAtomic(source),
      )
      .map((routine) => ({
        message: `${nameText(routine)} runs with the rights of its owner and the search_path of its caller`,
        origin: routine.origin,
      })),
};
