import { ofNoExtension, OWN_SCHEMA } from '../core/builtin-check.ts';
import type { BuiltinCheck } from '../core/builtin-check.ts';

/** Every constraint has been validated. */
export const check: BuiltinCheck = {
  id: 'unvalidated-constraint',
  title: 'constraints validated',
  why: 'A constraint that was added NOT VALID holds for new rows only: the rows that were there may break it, and the planner does not believe it. Where it waits for a later deploy on purpose, accept it until then.',
  example: `create table orders (id int primary key, amount int);
alter table orders add constraint orders_amount check (amount > 0) not valid;`,
  severity: 'error',
  question: ({ historySchema }) => ({
    values: [historySchema],
    sql: `select pg_catalog.format('%s.%s', n.nspname, k.conname) as object,
      pg_catalog.format('%s.%s', n.nspname, coalesce(c.relname, d.typname)) as "table",
      pg_catalog.format('constraint %s of %s is not validated: rows that were there before it may break it',
        k.conname, coalesce(c.relname, d.typname)) as problem,
      pg_catalog.format('ALTER %s %I.%I VALIDATE CONSTRAINT %I;', case when c.oid is null then 'DOMAIN' else 'TABLE' end,
        n.nspname, coalesce(c.relname, d.typname), k.conname) as fix
    from pg_catalog.pg_constraint as k
    left join pg_catalog.pg_class as c on c.oid = k.conrelid and k.conrelid <> 0
    left join pg_catalog.pg_type as d on d.oid = k.contypid and k.contypid <> 0
    join pg_catalog.pg_namespace as n on n.oid = coalesce(c.relnamespace, d.typnamespace)
    where not k.convalidated and ${OWN_SCHEMA} and ${ofNoExtension('pg_class', 'coalesce(c.oid, 0)')}
      and ${ofNoExtension('pg_type', 'coalesce(d.oid, 0)')}
      -- PostgreSQL 18: what is NOT ENFORCED can never be validated, and says so by its own name
      and coalesce((pg_catalog.to_jsonb(k) ->> 'conenforced')::boolean, true)
      and coalesce(c.relkind, 'd') <> 'f'
    order by 1`,
  }),
};
