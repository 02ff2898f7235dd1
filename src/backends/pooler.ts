import { randomUUID } from 'node:crypto';
import type { PgSession } from './session.ts';

/** What stands between this program and the server. */
export type PoolerKind = 'none' | 'session' | 'transaction';

/**
 * Finds a connection pooler. The server knows the process id of its backend, and a connection was
 * told one when it opened: behind a pooler they differ. Whether it pools by transaction shows in a
 * setting: when a second, idle client finds what the first one set, the two share one server session,
 * and then neither a session advisory lock nor a SET belongs to whom it seems to belong
 * (https://www.pgbouncer.org/features.html).
 */
export async function detectPooler(first: PgSession, second: PgSession): Promise<PoolerKind> {
  const suspicious =
    first.facts.pid !== first.facts.toldPid ||
    second.facts.pid !== second.facts.toldPid ||
    first.facts.pid === second.facts.pid;
  if (!suspicious) return 'none';
  if (first.facts.pid === second.facts.pid) return 'transaction';
  const probe = randomUUID();
  await first.query(`select pg_catalog.set_config('lms_db.probe', $1, false)`, [probe]);
  let shared = false;
  // An odd number of questions each: a pooler that deals its servers out in turn is caught, too.
  for (const session of [second, first, first, second, first, second]) {
    const [seen] = await session.query<{ probe: string | null; pid: number }>(
      `select pg_catalog.current_setting('lms_db.probe', true) as probe, pg_catalog.pg_backend_pid() as pid`,
    );
    if (seen?.pid !== session.facts.pid || (seen.probe === probe) !== (session === first)) shared = true;
  }
  await first.query(`select pg_catalog.set_config('lms_db.probe', '', false)`);
  return shared ? 'transaction' : 'session';
}
