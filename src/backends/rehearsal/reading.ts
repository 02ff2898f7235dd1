import type { Session } from '../../core/ports.ts';
import type { KnownRelation } from './known-relations.ts';

/** What a session has done to one relation so far, as far as its own backend can tell. */
export interface Reading {
  readonly oid: number;
  /** Null once it is dropped. */
  readonly file: number | null;
  /** Modes held, as pg_locks names them. */
  readonly modes: readonly string[] | null;
  /** Sequential scans begun, and the rows and pages that were read. */
  readonly scans: number;
  readonly read: number;
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** A mode of pg_locks as the manual writes it: `ShareRowExclusiveLock` is `SHARE ROW EXCLUSIVE`. */
export function modeText(mode: string): string {
  return mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
}

/**
 * Reads on the session that does the work: nobody else sees its counts before they are reported, and its files before
 * COMMIT. It looks at the numbers of relations and opens none of them, so it takes no lock on them and reads no row.
 * What updates or deletes rows has fetched pages, so of most relations three counts tell that there is nothing to say.
 * pg_stat_get_xact_… also holds what earlier transactions left unreported, so only differences mean anything
 * (https://www.postgresql.org/docs/current/monitoring-stats.html).
 * $1: numbers of relations, $2: the files they had.
 */
export const READING = `select coalesce(pg_catalog.json_agg(r), '[]')::text as readings from (
  select found.oid::int8, found.file::int8, found.modes, found.scans, found.fetched, found.inserted,
    pg_catalog.pg_stat_get_xact_tuples_returned(found.oid) as read,
    pg_catalog.pg_stat_get_xact_tuples_updated(found.oid) as updated,
    pg_catalog.pg_stat_get_xact_tuples_deleted(found.oid) as deleted
  from (
    select k.oid, k.file as former, pg_catalog.pg_relation_filenode(k.oid) as file, l.modes,
      pg_catalog.pg_stat_get_xact_numscans(k.oid) as scans,
      pg_catalog.pg_stat_get_xact_blocks_fetched(k.oid) as fetched,
      pg_catalog.pg_stat_get_xact_tuples_inserted(k.oid) as inserted
    from rows from (pg_catalog.unnest($1::oid[]), pg_catalog.unnest($2::oid[])) as k (oid, file)
    left join (
      select x.relation, pg_catalog.array_agg(x.mode) as modes from pg_catalog.pg_locks as x
      where x.pid = pg_catalog.pg_backend_pid() and x.locktype = 'relation' and x.granted
        and x.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
      group by x.relation
    ) as l on l.relation = k.oid
    offset 0
  ) as found
  where found.modes is not null or found.scans > 0 or found.fetched > 0 or found.inserted > 0
    or found.file is distinct from found.former
) as r`;

/** The values of READING: as text, which the simple and the extended protocol send alike. */
export function readingValues(known: Iterable<KnownRelation>): [oids: string, files: string] {
  const all = [...known];
  return [`{${all.map(({ oid }) => oid).join(',')}}`, `{${all.map(({ file }) => file ?? 'null').join(',')}}`];
}

/** The readings in an answer to READING. */
export function readingsIn(answer: string | undefined): readonly Reading[] {
  // The shape is that of our own query.
  return JSON.parse(answer ?? '[]') as readonly Reading[];
}

/** Reads now, in one round trip. Relations of which there is nothing to say are left out. */
export async function readings(
  session: Session,
  known: Iterable<KnownRelation>,
): Promise<readonly Reading[]> {
  const [row] = await session.query<{ readings: string }>(READING, readingValues(known));
  return readingsIn(row?.readings);
}
