import { ofNoExtension, OWN_SCHEMA } from '../core/builtin-check.ts';
import type { BuiltinCheck } from '../core/builtin-check.ts';

/** Every table with a policy has row level security on. */
export const check: BuiltinCheck = {
  id: 'policy-without-row-security',
  title: 'policies in force',
  why: 'A policy does nothing while row level security of its table is off: everybody who may read the table reads every row, although the policy is there to be seen.',
  example: `create table orders (id int primary key, owner text);
create policy own_orders on orders using (owner = current_user);`,
  severity: 'error',
  question: ({ historySchema }) => ({
    values: [historySchema],
    sql: `select pg_catalog.format('%s.%s', n.nspname, c.relname) as object,
      pg_catalog.format('%s.%s', n.nspname, c.relname) as "table",
      pg_catalog.format('%s has a policy (%s), and row level security is off: the policy does nothing', c.relname,
        (select pg_catalog.string_agg(p.polname, ', ' order by p.polname) from pg_catalog.pg_policy as p where p.polrelid = c.oid)) as problem,
      pg_catalog.format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY;', n.nspname, c.relname) as fix
    from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relrowsecurity and ${OWN_SCHEMA} and ${ofNoExtension('pg_class', 'c.oid')}
      and exists (select from pg_catalog.pg_policy as p where p.polrelid = c.oid)
    order by 1`,
  }),
};
