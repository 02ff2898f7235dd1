import type { IndexProgress } from '../core/activity.ts';
import type { Observer, Session } from '../core/ports.ts';
import { holderOf } from './run-lock.ts';

interface ProgressRow {
  readonly phase: string;
  readonly done: number | null;
  readonly locker: number | null;
}

/** Looks at other backends of the server from a session that is free to do so. */
export function createObserver(session: Session): Observer {
  return {
    async blockersOf(pid) {
      const rows = await session.query<Parameters<typeof holderOf>[0]>(
        `select a.pid, a.usename::text, a.application_name, pg_catalog.host(a.client_addr) as client_addr, a.state,
           extract(epoch from pg_catalog.clock_timestamp() - coalesce(a.xact_start, a.backend_start))::float8 * 1000 as age,
           pg_catalog.left(pg_catalog.regexp_replace(a.query, '\\s+', ' ', 'g'), 120) as query,
           (select pg_catalog.string_agg(distinct l.mode || ' on ' || l.relation::pg_catalog.regclass::text, ', ')
            from pg_catalog.pg_locks as l
            where l.pid = a.pid and l.granted and l.relation >= 16384
              and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
              and exists (select from pg_catalog.pg_locks as w
                          where w.pid = $1 and not w.granted and w.relation = l.relation)) as holds
         from pg_catalog.pg_stat_activity as a
         where a.pid = any (pg_catalog.pg_blocking_pids($1))
         order by a.xact_start nulls last, a.pid`,
        [pid],
      );
      return rows.map(holderOf);
    },

    async indexProgressOf(pid): Promise<IndexProgress | undefined> {
      const [row] = await session.query<ProgressRow>(
        `select phase,
           (case when blocks_total > 0 then blocks_done::float8 / blocks_total
                 when tuples_total > 0 then tuples_done::float8 / tuples_total end) as done,
           nullif(current_locker_pid, 0) as locker
         from pg_catalog.pg_stat_progress_create_index where pid = $1`,
        [pid],
      );
      if (row === undefined) return undefined;
      return { phase: row.phase, fraction: row.done ?? undefined, waitingFor: row.locker ?? undefined };
    },

    async cancel(pid) {
      await session.query('select pg_catalog.pg_cancel_backend($1)', [pid]);
    },

    async alive(pid) {
      const rows = await session.query('select from pg_catalog.pg_stat_activity where pid = $1', [pid]);
      return rows.length > 0;
    },
  };
}
