import { ofNoExtension, OWN_SCHEMA } from '../core/builtin-check.ts';
import type { BuiltinCheck } from '../core/builtin-check.ts';

/** No SECURITY DEFINER function can be called by everybody. */
export const check: BuiltinCheck = {
  id: 'definer-open-to-public',
  title: 'definers closed to PUBLIC',
  why: 'PostgreSQL lets PUBLIC call every new function. One that runs with the rights of its owner is a door for every role that can connect, unless it is meant to be: functions that policies use have to stay open. Trigger functions cannot be called and do not count.',
  example: `create function total() returns bigint language sql security definer
  set search_path = '' as 'select count(*) from pg_catalog.pg_class';`,
  severity: 'warning',
  question: ({ historySchema }) => ({
    values: [historySchema],
    sql: `select pg_catalog.format('%s.%s(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) as object,
      pg_catalog.format('every role may call %s, which runs as its owner %s', p.proname, pg_catalog.pg_get_userbyid(p.proowner)) as problem,
      pg_catalog.format('REVOKE EXECUTE ON ROUTINE %I.%I(%s) FROM PUBLIC;', n.nspname, p.proname,
        pg_catalog.pg_get_function_identity_arguments(p.oid)) as fix
    from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    where p.prosecdef and ${OWN_SCHEMA} and ${ofNoExtension('pg_proc', 'p.oid')}
      and p.prorettype not in ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
      -- grantee 0 is PUBLIC; no list at all is the default, which lets it in
      and exists (select from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) as acl
        where acl.grantee = 0 and acl.privilege_type = 'EXECUTE')
    order by 1`,
  }),
};
