import { setTimeout } from 'node:timers/promises';
import { ServerError } from '../../core/errors.ts';
import { strongest } from '../../core/measurement.ts';
import type { LockMode, MeasuredRelation, Measurement } from '../../core/measurement.ts';
import type { Session } from '../../core/ports.ts';
import type { LoneSessions, Meter } from '../../core/rehearsal-ports.ts';
import { counted } from './counted-statement.ts';
import { effects, goneIndexes, modesOf, momentOf } from './effects.ts';
import type { Moment } from './effects.ts';
import { gatesAt } from './gates.ts';
import type { Gates } from './gates.ts';
import { knownRelations, successorsOf } from './known-relations.ts';
import type { KnownRelation } from './known-relations.ts';
import { READING, readings, readingsIn, readingValues } from './reading.ts';
import type { Reading } from './reading.ts';
import { targetsOf } from './targets.ts';

type LoneMeasurement = Measurement & { readonly duration: number };

/** What only the server can tell: 25001 active_sql_transaction, 2D000 invalid_transaction_termination. */
const NOT_IN_A_BLOCK: readonly string[] = ['25001', '2D000'];

/** Measures one statement of a file without a transaction. */
export async function runAlone(
  statement: string,
  sessions: LoneSessions,
  meter: Meter,
): Promise<LoneMeasurement> {
  try {
    return await inTransaction(statement, sessions, meter);
  } catch (error) {
    if (error instanceof ServerError && NOT_IN_A_BLOCK.includes(error.facts.sqlstate))
      return outside(statement, sessions);
    throw error;
  }
}

/** The server itself says which statements it refuses in a block, before they do anything. */
async function inTransaction(
  statement: string,
  { session, leaveOut }: LoneSessions,
  meter: Meter,
): Promise<LoneMeasurement> {
  await session.script('begin isolation level read committed, read write');
  try {
    const metered = await meter.begin(session, leaveOut);
    const start = performance.now();
    await session.script(statement);
    const duration = performance.now() - start;
    const measurement = await metered.afterStatement();
    await session.script('commit');
    return { ...measurement, duration };
  } catch (error) {
    if (!session.closed) await session.script('rollback');
    throw error;
  }
}

async function outside(statement: string, sessions: LoneSessions): Promise<LoneMeasurement> {
  const { session, helper, observer, leaveOut } = sessions;
  const targets = await targetsOf(session, statement);
  const known = await knownRelations(session, leaveOut);
  const watched = [...known, SENTINEL];
  const gates = targets.tables.length === 0 ? undefined : await gatesAt(helper, targets);
  const seen = new Map<number, Set<LockMode>>();
  let now: readonly Reading[];
  let duration: number;
  let before: Moment;
  try {
    await session.query(SCAN_SENTINEL);
    before = momentOf(watched, await readings(session, watched));
    const start = performance.now();
    const question = { sql: READING, values: readingValues(watched) };
    const running = counted(session, statement, question);
    const stopped = gates === undefined ? 0 : await watch(running, session, observer, gates, seen);
    now = readingsIn(await running);
    duration = performance.now() - start - stopped;
  } finally {
    await gates?.close();
  }
  const since = reported(before, now) ? { ...before, readings: new Map() } : before;
  const successors = await successorsOf(session, goneIndexes(since, now));
  const measurement = effects(since, now, successors);
  return { ...measurement, locks: locksSeen(known, seen, measurement.rebuilt), duration };
}

/**
 * A session reports its counts when it pleases, all at once, and begins again from nothing. This table of
 * PostgreSQL, which nothing else reads from end to end, tells whether it did: LargeObjectMetadataRelationId.
 */
const SENTINEL: KnownRelation = {
  oid: 2995,
  schema: 'pg_catalog',
  name: 'pg_largeobject_metadata',
  relation: { name: 'pg_catalog.pg_largeobject_metadata', kind: 'view' },
  file: undefined,
  pages: 0,
};

const SCAN_SENTINEL = 'select l.lomowner from pg_catalog.pg_largeobject_metadata as l where l.lomowner = 0';

/** Whether the session reported its counts between two readings. */
function reported(before: Moment, now: readonly Reading[]): boolean {
  const then = before.readings.get(SENTINEL.oid)?.scans ?? 0;
  return (now.find(({ oid }) => oid === SENTINEL.oid)?.scans ?? 0) < then;
}

/**
 * Waits until the statement is over. Each time it is stopped by the gates, and only then, its locks are read, and the
 * gate is opened. Gives back how long it was stopped, in milliseconds.
 */
async function watch(
  running: Promise<unknown>,
  session: Session,
  observer: Session,
  gates: Gates,
  seen: Map<number, Set<LockMode>>,
): Promise<number> {
  const state = { over: false };
  const end = running.then(
    () => (state.over = true),
    () => (state.over = true),
  );
  let stopped = 0;
  let pause = 1;
  while (!state.over) {
    const asked = performance.now();
    const [stop] = await observer.query('select where $2 = any (pg_catalog.pg_blocking_pids($1))', [
      session.pid,
      gates.pid,
    ]);
    if (stop === undefined) {
      // Whoever else is in the way, and the work itself, take their time.
      await Promise.race([end, setTimeout(pause)]);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
      continue;
    }
    await readLocks(observer, session.pid, seen);
    await gates.open();
    stopped += performance.now() - asked;
    pause = 1;
  }
  return stopped;
}

/** Milliseconds between two looks at a statement that works. */
const LONGEST_PAUSE = 20;

/** Locks that it holds, and the one that it waits for. While it is stopped they do not change. */
async function readLocks(observer: Session, pid: number, seen: Map<number, Set<LockMode>>): Promise<void> {
  const rows = await observer.query<{ oid: string; mode: string }>(
    `select l.relation::text as oid, l.mode from pg_catalog.pg_locks as l
     where l.pid = $1 and l.locktype = 'relation'
       and l.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())`,
    [pid],
  );
  for (const { oid, mode } of rows) {
    const modes = seen.get(Number(oid)) ?? new Set();
    for (const known of modesOf([mode])) modes.add(known);
    seen.set(Number(oid), modes);
  }
}

/**
 * One entry a relation. Of several indexes that one statement builds again in place, the lock of the first one is
 * seen; the others are built by the same function in the same way (index.c, reindex_index).
 */
function locksSeen(
  known: readonly KnownRelation[],
  seen: ReadonlyMap<number, ReadonlySet<LockMode>>,
  rebuilt: readonly MeasuredRelation[],
): Measurement['locks'] {
  const modeOf = ({ oid }: KnownRelation): LockMode | undefined => strongest([...(seen.get(oid) ?? [])]);
  const ofIndexes = known
    .filter(({ relation }) => rebuilt.includes(relation))
    .flatMap((index) => modeOf(index) ?? []);
  return known.flatMap((relation) => {
    const mode = modeOf(relation) ?? (rebuilt.includes(relation.relation) ? strongest(ofIndexes) : undefined);
    return mode === undefined ? [] : [{ relation: relation.relation, mode }];
  });
}
