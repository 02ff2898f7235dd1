import { ofNoExtension, OWN_SCHEMA } from '../core/builtin-check.ts';
import type { BuiltinCheck } from '../core/builtin-check.ts';

/** Every table with row level security has a policy. */
export const check: BuiltinCheck = {
  id: 'row-security-without-policy',
  title: 'row security has policies',
  why: 'Row level security without a policy lets nobody but the owner see a row: the application finds the table empty. Where nobody is meant to, a policy that says so makes it visible.',
  example: `create table orders (id int primary key);
alter table orders enable row level security;`,
  severity: 'error',
  question: ({ historySchema }) => ({
    values: [historySchema],
    sql: `select pg_catalog.format('%s.%s', n.nspname, c.relname) as object,
      pg_catalog.format('%s.%s', n.nspname, c.relname) as "table",
      pg_catalog.format('row level security of %s is on, and there is no policy: nobody but the owner sees a row', c.relname) as problem,
      -- changes nothing but says that it is meant; the policy that lets the right rows through only its author knows
      pg_catalog.format('CREATE POLICY nobody ON %I.%I USING (FALSE);', n.nspname, c.relname) as fix
    from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and c.relrowsecurity and ${OWN_SCHEMA} and ${ofNoExtension('pg_class', 'c.oid')}
      and not exists (select from pg_catalog.pg_policy as p where p.polrelid = c.oid)
    order by 1`,
  }),
};
