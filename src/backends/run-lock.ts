import { createHash } from 'node:crypto';
import type { Holder } from '../core/activity.ts';
import type { RunLock, Session } from '../core/ports.ts';

/** What a run lock is for: one run at a time on one project in one database. */
export interface RunLockKey {
  readonly schema: string;
  readonly project: string;
}

/**
 * The two int4 halves of the advisory lock's key. Advisory locks are per database already, so the key
 * needs the history schema and the project only.
 */
export function advisoryKey(key: RunLockKey): readonly [number, number] {
  const digest = createHash('sha256').update(`lms-db\0${key.schema}\0${key.project}`).digest();
  return [digest.readInt32BE(0), digest.readInt32BE(4)];
}

/** A row of pg_stat_activity. */
export interface HolderRow {
  readonly pid: number;
  readonly usename: string | null;
  readonly application_name: string | null;
  readonly client_addr: string | null;
  readonly state: string | null;
  readonly age: number | null;
  readonly query: string | null;
  readonly holds?: string | null;
}

/** Turns a row of pg_stat_activity into a holder. */
export function holderOf(row: HolderRow): Holder {
  return {
    pid: row.pid,
    user: row.usename ?? undefined,
    application: row.application_name === '' ? undefined : (row.application_name ?? undefined),
    host: row.client_addr ?? undefined,
    state: row.state ?? undefined,
    age: row.age ?? undefined,
    query: row.query === '' ? undefined : (row.query ?? undefined),
    holds: row.holds ?? undefined,
  };
}

/**
 * A session advisory lock, on a session that does nothing but hold it and look at the server. It is
 * polled with pg_try_advisory_lock: a session that *waits* in pg_advisory_lock has a snapshot, and a
 * concurrent index build of the holder would wait for that snapshot: a deadlock
 * (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS).
 */
export function createRunLock(session: Session, key: RunLockKey): RunLock {
  const [high, low] = advisoryKey(key);
  let held = false;
  return {
    async tryAcquire() {
      const [row] = await session.query<{ locked: boolean }>(
        'select pg_catalog.pg_try_advisory_lock($1::int4, $2::int4) as locked',
        [high, low],
      );
      held = row?.locked === true;
      return held;
    },

    async holder() {
      const [row] = await session.query<HolderRow>(
        `select l.pid, a.usename::text, a.application_name, pg_catalog.host(a.client_addr) as client_addr, a.state,
           extract(epoch from pg_catalog.clock_timestamp() - a.backend_start)::float8 * 1000 as age,
           null::text as query
         from pg_catalog.pg_locks as l left join pg_catalog.pg_stat_activity as a on a.pid = l.pid
         where l.locktype = 'advisory' and l.granted and l.objsubid = 2
           and l.classid = ($1::bigint & 4294967295)::text::oid and l.objid = ($2::bigint & 4294967295)::text::oid
           and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())`,
        [high, low],
      );
      return row === undefined ? undefined : holderOf(row);
    },

    get lost() {
      return session.closed;
    },

    async stillHeld() {
      if (!held || session.closed) return false;
      const rows = await session
        .query<{ held: boolean }>(
          `select exists (
             select from pg_catalog.pg_locks as l
             where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.pid = pg_catalog.pg_backend_pid()
               and l.classid = ($1::bigint & 4294967295)::text::oid and l.objid = ($2::bigint & 4294967295)::text::oid
           ) as held`,
          [high, low],
        )
        // Who cannot ask does not hold it: the lock ends with its connection.
        .catch(() => []);
      return rows[0]?.held === true;
    },

    async release() {
      if (!held || session.closed) return;
      held = false;
      await session.query('select pg_catalog.pg_advisory_unlock($1::int4, $2::int4)', [high, low]);
    },
  };
}
