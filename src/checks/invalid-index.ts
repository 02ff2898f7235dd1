import { ofNoExtension, OWN_SCHEMA } from '../core/builtin-check.ts';
import type { BuiltinCheck } from '../core/builtin-check.ts';

/** Every index is valid. */
export const check: BuiltinCheck = {
  id: 'invalid-index',
  title: 'indexes valid',
  why: 'A CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY that failed leaves an index that no query uses, that every write still maintains, and that, where it is unique, does not hold for every row. An index that is being built at this moment does not count.',
  example: `-- a concurrent build that fails on a duplicate leaves its index behind
create table orders (id int primary key, number int);
insert into orders values (1, 7), (2, 7);
create unique index concurrently orders_number on orders (number);`,
  severity: 'error',
  // _ccnew and _ccold are leftovers of REINDEX CONCURRENTLY; the index itself is still there
  // (https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY).
  question: ({ historySchema }) => ({
    values: [historySchema],
    sql: `select pg_catalog.format('%s.%s', n.nspname, c.relname) as object,
      pg_catalog.format('%s.%s', tn.nspname, t.relname) as "table",
      pg_catalog.format(case
        when c.relkind = 'I' then 'the partitioned index %s lacks the index of a partition: it is not valid'
        else 'index %s is not valid: no query uses it' end, c.relname) as problem,
      case
        when c.relname ~ '_cc(new|old)[0-9]*$' then pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I;', n.nspname, c.relname)
        when c.relkind = 'I' then coalesce((
          select pg_catalog.string_agg(pg_catalog.format('CREATE INDEX ON %I.%I %s;', pn.nspname, p.relname,
            pg_catalog.substring(pg_catalog.pg_get_indexdef(c.oid), ' (USING .*)$')), ' ' order by p.relname)
          from pg_catalog.pg_inherits as h join pg_catalog.pg_class as p on p.oid = h.inhrelid
          join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
          where h.inhparent = t.oid and not exists (
            select from pg_catalog.pg_inherits as ih join pg_catalog.pg_index as ii on ii.indexrelid = ih.inhrelid
            where ih.inhparent = c.oid and ii.indrelid = p.oid)) || ' -- then ALTER INDEX … ATTACH PARTITION each of them',
          pg_catalog.format('REINDEX INDEX %I.%I;', n.nspname, c.relname))
        else pg_catalog.format('REINDEX INDEX CONCURRENTLY %I.%I;', n.nspname, c.relname)
      end as fix
    from pg_catalog.pg_index as i
    join pg_catalog.pg_class as c on c.oid = i.indexrelid
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    join pg_catalog.pg_class as t on t.oid = i.indrelid
    join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
    where not (i.indisvalid and i.indisready and i.indislive) and ${OWN_SCHEMA} and ${ofNoExtension('pg_class', 'c.oid')}
      and not exists (select from pg_catalog.pg_stat_progress_create_index as b where b.index_relid = c.oid)
    order by 1`,
  }),
};
