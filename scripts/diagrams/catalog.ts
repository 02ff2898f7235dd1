import type { Session } from '../../src/core/ports.ts';

/** A table as a diagram shows it. */
export interface DiagramTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly DiagramColumn[];
  /** Columns that are unique together, the primary key first; none with a condition or an expression. */
  readonly keys: readonly { readonly primary: boolean; readonly columns: readonly string[] }[];
  readonly references: readonly DiagramReference[];
}

/** A column of a table, in the order of the table. */
export interface DiagramColumn {
  readonly name: string;
  /** Its name in the catalog, `[]` behind it for an array. */
  readonly type: string;
  readonly notNull: boolean;
}

/** A foreign key. */
export interface DiagramReference {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
}

/** The relations of a database that a diagram is about. */
export interface DiagramRelations {
  /** Sorted by schema and name. */
  readonly tables: readonly DiagramTable[];
  /** Names of views, plain and materialized. */
  readonly views: readonly string[];
}

/**
 * Reads the tables and views of these schemas; where none are named, of all but PostgreSQL's own and the tool's. Only
 * what all supported versions say alike is asked for.
 */
export async function readRelations(
  session: Session,
  historySchema: string,
  schemas: readonly string[],
): Promise<DiagramRelations> {
  const rows = await session.query<DiagramTable & { readonly view: boolean }>(QUERY, [
    historySchema,
    schemas,
  ]);
  return {
    tables: rows
      .filter(({ view }) => !view)
      .map(({ schema, name, columns, keys, references }) => ({ schema, name, columns, keys, references })),
    views: rows.filter(({ view }) => view).map(({ name }) => name),
  };
}

const QUERY = `select n.nspname::text as schema, c.relname::text as name, c.relkind in ('v', 'm') as view,
  coalesce((select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'name', a.attname,
      'type', case when e.oid is null then t.typname::text else e.typname::text || '[]' end,
      'notNull', a.attnotnull) order by a.attnum)
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_type as t on t.oid = a.atttypid
    left join pg_catalog.pg_type as e on e.oid = t.typelem and t.typcategory = 'A'
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
  coalesce((select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('primary', i.indisprimary, 'columns', (
      select pg_catalog.jsonb_agg(a.attname order by k.place)
      from pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality as k (number, place)
      join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.number
      where k.place <= i.indnkeyatts)) order by i.indisprimary desc, x.relname collate "C")
    from pg_catalog.pg_index as i join pg_catalog.pg_class as x on x.oid = i.indexrelid
    where i.indrelid = c.oid and i.indisunique and i.indpred is null and i.indexprs is null), '[]') as keys,
  coalesce((select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('schema', pn.nspname, 'table', p.relname, 'columns', (
      select pg_catalog.jsonb_agg(a.attname order by k.place)
      from pg_catalog.unnest(f.conkey) with ordinality as k (number, place)
      join pg_catalog.pg_attribute as a on a.attrelid = f.conrelid and a.attnum = k.number)) order by f.conkey, f.conname collate "C")
    from pg_catalog.pg_constraint as f
    join pg_catalog.pg_class as p on p.oid = f.confrelid
    join pg_catalog.pg_namespace as pn on pn.oid = p.relnamespace
    where f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0), '[]') as "references"
from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
  and n.nspname <> $1 and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
  and (pg_catalog.cardinality($2::text[]) = 0 or n.nspname = any ($2::text[]))
  and not exists (select from pg_catalog.pg_depend as d where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and d.objid = c.oid and d.deptype = 'e')
order by n.nspname collate "C", c.relname collate "C"`;
