import { ofNoExtension, OWN_SCHEMA } from './builtin-check.ts';
import type { CheckScope, Question } from './builtin-check.ts';

/**
 * The start of a question: `with tenant_tables as (…)`, every table of the project that has the tenant's
 * column, but for the root itself and for partitions, which follow their parent. Without a root nothing is a
 * tenant table; the operation refuses that before it asks.
 */
export function tenantTables({ historySchema, tenancy }: CheckScope): Question & { readonly sql: string } {
  return {
    values: [historySchema, tenancy?.column ?? '', tenancy === undefined ? null : rootName(tenancy.root)],
    // An unqualified root is looked for in the search_path of the session, so that stays as it is.
    sql: `with root as (
      select r.oid, r.relname, rn.nspname from pg_catalog.pg_class as r join pg_catalog.pg_namespace as rn on rn.oid = r.relnamespace
      where r.oid = pg_catalog.to_regclass($3)
    ), tenant_tables as (
      select c.oid as relation, c.relkind as kind, n.nspname::text as schema, c.relname::text as "table", a.attname::text as "column",
        a.attnum as number, a.attnotnull as required, root.oid as root, root.nspname::text as root_schema, root.relname::text as root_table,
        pg_catalog.has_schema_privilege(n.oid, 'usage') and pg_catalog.has_table_privilege(c.oid, 'select') as readable,
        array(select ka.attname::text from pg_catalog.pg_index as i, pg_catalog.unnest(i.indkey::int2[]) with ordinality as k (number, place),
            pg_catalog.pg_attribute as ka
          where i.indrelid = c.oid and i.indisprimary and ka.attrelid = c.oid and ka.attnum = k.number order by k.place) as key
      from root, pg_catalog.pg_class as c
      join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = $2 and not a.attisdropped
      where c.relkind in ('r', 'p') and not c.relispartition and c.oid <> root.oid and ${OWN_SCHEMA} and ${ofNoExtension('pg_class', 'c.oid')}
    )`,
  };
}

/** `app.academies` as to_regclass reads it: each part quoted, so that upper case is kept. */
export function rootName(root: string): string {
  return root
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}
