import { ofNoExtension, OWN_SCHEMA } from '../core/builtin-check.ts';
import type { BuiltinCheck } from '../core/builtin-check.ts';

/** Every SECURITY DEFINER function fixes its search_path. */
export const check: BuiltinCheck = {
  id: 'definer-without-search-path',
  title: 'definers fix their search_path',
  why: 'A SECURITY DEFINER function runs with the rights of its owner, but finds names by the search_path of its caller, who can put a table or function of the same name in front. See "Writing SECURITY DEFINER Functions Safely" in the manual of CREATE FUNCTION. A path that contains "$user" is not fixed.',
  example: `create function total() returns bigint language sql security definer as 'select count(*) from pg_class';
revoke execute on function total() from public;`,
  severity: 'error',
  question: ({ historySchema }) => ({
    values: [historySchema],
    sql: `select pg_catalog.format('%s.%s(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) as object,
      pg_catalog.format('%s %s runs as its owner %s with the search_path of its caller',
        case p.prokind when 'p' then 'procedure' else 'function' end, p.proname, pg_catalog.pg_get_userbyid(p.proowner)) as problem,
      -- pg_temp last: otherwise it is searched first
      pg_catalog.format('ALTER ROUTINE %I.%I(%s) SET search_path = %I, pg_temp;', n.nspname, p.proname,
        pg_catalog.pg_get_function_identity_arguments(p.oid), n.nspname) as fix
    from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    where p.prosecdef and ${OWN_SCHEMA} and ${ofNoExtension('pg_proc', 'p.oid')}
      and not exists (select from pg_catalog.unnest(p.proconfig) as own (setting)
        where own.setting like 'search\\_path=%' and own.setting not like '%$user%')
    order by 1`,
  }),
};
