import { ofNoExtension, OWN_SCHEMA } from '../core/builtin-check.ts';
import type { BuiltinCheck } from '../core/builtin-check.ts';

/** Every table has a primary key. */
export const check: BuiltinCheck = {
  id: 'missing-primary-key',
  title: 'keys present',
  why: 'Without a primary key a single row cannot be named: two equal rows cannot be told apart, logical replication refuses UPDATE and DELETE, and seeds have nothing to go by. A partition is covered by the key of its parent.',
  example: `create table orders (number int);`,
  severity: 'error',
  // ADD PRIMARY KEY USING INDEX takes a unique, valid, complete, immediate b-tree over plain columns in their
  // usual order (https://www.postgresql.org/docs/current/sql-altertable.html), here one without nullable columns.
  question: ({ historySchema }) => ({
    values: [historySchema],
    sql: `select pg_catalog.format('%s.%s', n.nspname, c.relname) as object,
      pg_catalog.format('%s.%s', n.nspname, c.relname) as "table",
      pg_catalog.format('table %s has no primary key', c.relname) as problem,
      coalesce((
        select pg_catalog.format('ALTER TABLE %I.%I ADD PRIMARY KEY USING INDEX %I;', n.nspname, c.relname, x.relname)
        from pg_catalog.pg_index as i join pg_catalog.pg_class as x on x.oid = i.indexrelid
        where i.indrelid = c.oid and c.relkind = 'r' and i.indisunique and i.indisvalid and i.indimmediate
          and i.indpred is null and i.indexprs is null and 0 = all (i.indoption::int2[])
          and not exists (select from pg_catalog.pg_constraint as k where k.conindid = x.oid)
          and not exists (select from pg_catalog.unnest(i.indkey::int2[]) as key (number)
            join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = key.number where not a.attnotnull)
        order by i.indnatts, x.relname limit 1),
        (select pg_catalog.format('ALTER TABLE %I.%I ADD PRIMARY KEY (%s);', n.nspname, c.relname,
            (select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by key.place)
             from pg_catalog.unnest(k.conkey) with ordinality as key (number, place)
             join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = key.number))
        from pg_catalog.pg_constraint as k
        where k.conrelid = c.oid and k.contype = 'u' and not k.condeferrable
        order by pg_catalog.cardinality(k.conkey), k.conname limit 1),
        case when exists (select from pg_catalog.pg_attribute as a where a.attrelid = c.oid and a.attname = 'id' and not a.attisdropped)
          then pg_catalog.format('ALTER TABLE %I.%I ADD PRIMARY KEY (id);', n.nspname, c.relname)
          else pg_catalog.format('ALTER TABLE %I.%I ADD COLUMN id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY;', n.nspname, c.relname)
        end) as fix
    from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and ${OWN_SCHEMA} and ${ofNoExtension('pg_class', 'c.oid')}
      and not exists (select from pg_catalog.pg_index as i where i.indrelid = c.oid and i.indisprimary)
    order by 1`,
  }),
};
