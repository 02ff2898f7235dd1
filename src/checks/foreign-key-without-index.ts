import { ofNoExtension, OWN_SCHEMA } from '../core/builtin-check.ts';
import type { BuiltinCheck } from '../core/builtin-check.ts';

/** Every foreign key has an index on its own side. */
export const check: BuiltinCheck = {
  id: 'foreign-key-without-index',
  title: 'foreign keys indexed',
  why: 'PostgreSQL makes no index for a foreign key. Without one, each DELETE of a parent, and each UPDATE of its key, reads the whole child table while it holds its locks. An index serves when its first columns are those of the key, in any order; an invalid one, one over expressions, and a partial one do not, except where the condition only leaves out the nulls of the key.',
  example: `create table customers (id int primary key);
create table orders (id int primary key, customer_id int references customers (id));`,
  severity: 'error',
  question: ({ historySchema }) => ({
    values: [historySchema],
    sql: `with keys as (
      select k.oid, k.conname, k.conrelid, k.confrelid, n.nspname, c.relname,
        array(select key.number from pg_catalog.unnest(k.conkey) as key (number) order by 1) as columns,
        (select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by key.place)
         from pg_catalog.unnest(k.conkey) with ordinality as key (number, place)
         join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = key.number) as names,
        (select pg_catalog.array_agg('(' || pg_catalog.quote_ident(a.attname) || ' IS NOT NULL)')
         from pg_catalog.pg_attribute as a where a.attrelid = k.conrelid and a.attnum = any (k.conkey)) as present
      from pg_catalog.pg_constraint as k
      join pg_catalog.pg_class as c on c.oid = k.conrelid
      join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
      where k.contype = 'f' and k.conparentid = 0 and ${OWN_SCHEMA} and ${ofNoExtension('pg_class', 'c.oid')}
    )
    select pg_catalog.format('%s.%s', nspname, conname) as object, pg_catalog.format('%s.%s', nspname, relname) as "table",
      pg_catalog.format('foreign key %s of %s (%s) has no index', conname, relname, names) as problem,
      -- a partitioned table cannot be indexed concurrently
      pg_catalog.format('CREATE INDEX %sON %I.%I (%s);',
        case when (select relkind from pg_catalog.pg_class where oid = conrelid) = 'p' then '' else 'CONCURRENTLY ' end,
        nspname, relname, names) as fix
    from keys
    where not exists (
      select from pg_catalog.pg_index as i
      join pg_catalog.pg_class as x on x.oid = i.indexrelid
      join pg_catalog.pg_am as m on m.oid = x.relam
      where i.indrelid = keys.conrelid and i.indisvalid and i.indisready and m.amname in ('btree', 'hash')
        and i.indnkeyatts >= pg_catalog.cardinality(keys.columns)
        and (i.indpred is null or pg_catalog.pg_get_expr(i.indpred, i.indrelid) = any (keys.present))
        and array(select key.number from pg_catalog.unnest(i.indkey::int2[]) with ordinality as key (number, place)
          where key.place <= pg_catalog.cardinality(keys.columns) order by 1) = keys.columns)
    order by 1`,
  }),
};
