import { BackendError } from '../../core/errors.ts';
import type { Meter } from '../../core/rehearsal-ports.ts';
import { runAlone } from './alone.ts';
import { effects, goneIndexes, momentAfter, momentOf } from './effects.ts';
import { knownRelations, successorsOf } from './known-relations.ts';
import { readings } from './reading.ts';

/** Measures on any PostgreSQL that lms-db runs on. */
export const meter: Meter = {
  async begin(session, leaveOut) {
    const [counts] = await session.query<{ counted: string }>(
      `select pg_catalog.current_setting('track_counts') as counted,
         pg_catalog.set_config('max_parallel_workers_per_gather', '0', true),
         pg_catalog.set_config('max_parallel_maintenance_workers', '0', true)`,
    );
    if (counts?.counted !== 'on')
      throw new BackendError('the server does not count scans and rows: track_counts is off', {
        hint: 'set track_counts = on in its postgresql.conf, or rehearse on another server',
      });
    const known = await knownRelations(session, leaveOut);
    let moment = momentOf(known, await readings(session, known));
    return {
      async afterStatement() {
        const now = await readings(session, moment.known.values());
        const successors = await successorsOf(session, goneIndexes(moment, now));
        const measurement = effects(moment, now, successors);
        moment = momentAfter(moment, now, successors);
        return measurement;
      },
    };
  },
  runAlone: (statement, sessions) => runAlone(statement, sessions, meter),
};
