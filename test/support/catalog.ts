import type { PrivateDatabase } from './database.ts';

/** Runs SQL and gives back the rows. */
export type Sql = PrivateDatabase['sql'];

/** How many objects of each kind a schema holds. */
export interface Counts {
  readonly tables: number;
  readonly enums: number;
  readonly fks: number;
  readonly explicit_indexes: number;
  readonly pg_indexes: number;
  readonly triggers: number;
}

/** Counts as the specification counts them: an explicit index is one that belongs to no constraint. */
export async function countsOf(sql: Sql, schema = 'public'): Promise<Counts> {
  const [row] = await sql<Counts & Record<string, unknown>>(
    `select
       (select count(*) from pg_class as c where c.relnamespace = n.oid and c.relkind in ('r', 'p'))::int as tables,
       (select count(*) from pg_type as t where t.typnamespace = n.oid and t.typtype = 'e')::int as enums,
       (select count(*) from pg_constraint as k where k.connamespace = n.oid and k.contype = 'f')::int as fks,
       (select count(*) from pg_index as i join pg_class as c on c.oid = i.indexrelid
        where c.relnamespace = n.oid and not exists (
          select from pg_constraint as k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
        ))::int as explicit_indexes,
       (select count(*) from pg_indexes as i where i.schemaname = n.nspname)::int as pg_indexes,
       (select count(*) from pg_trigger as t join pg_class as c on c.oid = t.tgrelid
        where c.relnamespace = n.oid and not t.tgisinternal)::int as triggers
     from pg_namespace as n where n.nspname = $1`,
    [schema],
  );
  if (row === undefined) throw new Error(`there is no schema ${schema}`);
  return row;
}

/**
 * Every object of every schema but PostgreSQL's own and those given, one line each, in a fixed order: two
 * databases with the same lines have the same schema. Of a column only its rank counts, not its number, in
 * which dropped columns leave gaps.
 */
export async function catalogOf(sql: Sql, without: readonly string[] = ['lms_db']): Promise<string[]> {
  const rows = await sql<{ line: string }>(
    `with own as (
       select oid, nspname from pg_catalog.pg_namespace
       where nspname !~ '^pg_' and nspname <> 'information_schema'
         and nspname <> all (array[${without.map((name) => `'${name}'`).join(', ')}]::text[])
     ), line as (
       select 'schema ' || nspname || ' ' || coalesce(nspacl::text, '-')
         || ' | ' || coalesce(obj_description(n.oid, 'pg_namespace'), '') as line
       from pg_catalog.pg_namespace as n join own using (oid, nspname)
       union all
       select format('relation %s %s persistence=%s rls=%s,%s options=%s acl=%s | %s',
         c.relkind, c.oid::regclass, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
         c.relacl, obj_description(c.oid, 'pg_class'))
       from pg_catalog.pg_class as c join own on own.oid = c.relnamespace where c.relkind not in ('i', 'I', 't')
       union all
       select format('column %s %s %s %s notnull=%s default=%s identity=%s generated=%s collation=%s acl=%s | %s',
         a.attrelid::regclass, lpad((row_number() over (partition by a.attrelid order by a.attnum))::text, 3, '0'),
         quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attnotnull,
         pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,
         case when a.attcollation <> t.typcollation then a.attcollation::regcollation end,
         a.attacl, col_description(a.attrelid, a.attnum))
       from pg_catalog.pg_attribute as a
       join pg_catalog.pg_class as c on c.oid = a.attrelid join own on own.oid = c.relnamespace
       join pg_catalog.pg_type as t on t.oid = a.atttypid
       left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
       where a.attnum > 0 and not a.attisdropped and c.relkind not in ('i', 'I', 't', 'S')
       union all
       select format('constraint %s %s %s validated=%s | %s', k.conrelid::regclass, quote_ident(k.conname),
         pg_get_constraintdef(k.oid), k.convalidated, obj_description(k.oid, 'pg_constraint'))
       from pg_catalog.pg_constraint as k join own on own.oid = k.connamespace where k.contype <> 'n'
       union all
       select format('index %s valid=%s ready=%s replident=%s | %s', pg_get_indexdef(i.indexrelid), i.indisvalid,
         i.indisready, i.indisreplident, obj_description(i.indexrelid, 'pg_class'))
       from pg_catalog.pg_index as i join pg_catalog.pg_class as c on c.oid = i.indexrelid
       join own on own.oid = c.relnamespace
       union all
       select format('trigger %s enabled=%s | %s', pg_get_triggerdef(t.oid), t.tgenabled,
         obj_description(t.oid, 'pg_trigger'))
       from pg_catalog.pg_trigger as t join pg_catalog.pg_class as c on c.oid = t.tgrelid
       join own on own.oid = c.relnamespace where not t.tgisinternal
       union all
       select format('policy %s %s %s using=%s check=%s', p.schemaname, p.tablename, p.policyname, p.qual, p.with_check)
       from pg_catalog.pg_policies as p join own on own.nspname = p.schemaname
       union all
       select format('view %s %s', c.oid::regclass, pg_get_viewdef(c.oid))
       from pg_catalog.pg_class as c join own on own.oid = c.relnamespace where c.relkind in ('v', 'm')
       union all
       select format('function %s acl=%s | %s', pg_get_functiondef(f.oid), f.proacl, obj_description(f.oid, 'pg_proc'))
       from pg_catalog.pg_proc as f join own on own.oid = f.pronamespace where f.prokind in ('f', 'p', 'w')
       union all
       select format('type %s %s labels=%s | %s', t.typtype, format_type(t.oid, null),
         (select string_agg(quote_literal(e.enumlabel), ',' order by e.enumsortorder)
          from pg_catalog.pg_enum as e where e.enumtypid = t.oid),
         obj_description(t.oid, 'pg_type'))
       from pg_catalog.pg_type as t join own on own.oid = t.typnamespace
       where t.typtype in ('e', 'd', 'r', 'b') and t.typcategory <> 'A'
     )
     select line from line order by line collate "C"`,
  );
  return rows.map(({ line }) => line);
}
