import type { MeasuredRelation } from '../../core/measurement.ts';
import type { Session } from '../../core/ports.ts';
import { ofExtension } from '../picture/fragments.ts';

/** A relation that was there when measuring began. */
export interface KnownRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly relation: MeasuredRelation;
  /** The number of its file; undefined for one without: a view, a partitioned table, and one that was dropped since. */
  readonly file: number | undefined;
  /** Pages that the last VACUUM or ANALYZE saw: it has at least so many, unless its file is another one by now. */
  readonly pages: number;
}

interface RelationRow {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly written: string;
  readonly kind: string;
  readonly file: string | null;
  readonly pages: number;
}

const KINDS: Readonly<Record<string, MeasuredRelation['kind']>> = {
  r: 'table',
  p: 'table',
  i: 'index',
  I: 'index',
  S: 'sequence',
  m: 'materialized view',
  v: 'view',
  f: 'foreign table',
};

/**
 * The relations of the user: not those of PostgreSQL, of an extension and of these schemas, and no temporary ones,
 * which nobody else can wait for.
 */
export async function knownRelations(
  session: Session,
  leaveOut: readonly string[] = ['lms_db'],
): Promise<readonly KnownRelation[]> {
  // An index is no member of an extension by itself; its table is.
  const rows = await session.query<RelationRow>(
    `select c.oid::text as oid, n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind,
       case when n.nspname = 'public' then '' else pg_catalog.quote_ident(n.nspname) || '.' end
         || pg_catalog.quote_ident(c.relname) as written,
       pg_catalog.pg_relation_filenode(c.oid)::text as file, c.relpages as pages
     from pg_catalog.pg_class as c
     join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
     left join pg_catalog.pg_index as i on i.indexrelid = c.oid
     where c.relkind in ('r', 'p', 'i', 'I', 'S', 'm', 'v', 'f') and c.relpersistence <> 't'
       and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
       and not ${ofExtension('pg_class', 'coalesce(i.indrelid, c.oid)')}
     order by c.oid`,
    [leaveOut],
  );
  return rows.map(({ oid, schema, name, written, kind, file, pages }) => ({
    oid: Number(oid),
    schema,
    name,
    relation: { name: written, kind: KINDS[kind] ?? 'table' },
    file: file === null ? undefined : Number(file),
    pages,
  }));
}

/** An index that stands where another one of its name stood. */
export interface Successor {
  readonly old: KnownRelation;
  readonly oid: number;
  readonly file: number | undefined;
}

/** The indexes that have the names of these ones, which are gone. */
export async function successorsOf(
  session: Session,
  gone: readonly KnownRelation[],
): Promise<readonly Successor[]> {
  if (gone.length === 0) return [];
  const rows = await session.query<{ place: string; oid: string; file: string | null }>(
    `select gone.place::text as place, c.oid::text as oid, pg_catalog.pg_relation_filenode(c.oid)::text as file
     from rows from (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) with ordinality
       as gone (schema, name, place)
     join pg_catalog.pg_namespace as n on n.nspname = gone.schema
     join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = gone.name and c.relkind in ('i', 'I')`,
    [gone.map(({ schema }) => schema), gone.map(({ name }) => name)],
  );
  return rows.flatMap(({ place, oid, file }) => {
    const old = gone[Number(place) - 1];
    return old === undefined
      ? []
      : [{ old, oid: Number(oid), file: file === null ? undefined : Number(file) }];
  });
}
