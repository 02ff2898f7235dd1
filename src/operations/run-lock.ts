import { LockNotObtainedError, RefusedError } from '../core/errors.ts';
import { ageText } from '../core/activity.ts';
import type { Holder } from '../core/activity.ts';
import type { RunLock, Session } from '../core/ports.ts';
import type { Context } from './context.ts';
import { interruption } from './execution.ts';
import type { Execution } from './execution.ts';

/** Milliseconds between two tries: short statements, so that no snapshot of ours stands in anybody's way. */
const POLL = 200;

/** Milliseconds between two questions whether the run lock is still ours. */
const LOCK_CHECK = 3_000;

/** What a run has beside its context while the lock is held. */
export type Run = Pick<Execution, 'session' | 'side' | 'observer' | 'lockHeld'>;

/**
 * One run at a time: takes the run lock on a connection of its own, waiting a bounded time and naming
 * the holder, and gives it back afterwards. Throws LockNotObtainedError; RefusedError behind a pooler
 * in transaction mode, where a session lock would stay with a connection that somebody else gets next.
 */
export async function withRunLock<Result>(
  context: Context,
  session: Session,
  use: (run: Run) => Promise<Result>,
): Promise<Result> {
  const { database, tools } = context;
  const lockSession = await database.connect('lock');
  try {
    await refusePooler(context, session, lockSession);
    await lockSession.prepare();
    await session.prepare();
    const lock = tools.runLock(lockSession);
    await acquire(context, lock);
    try {
      return await use({
        session,
        side: lockSession,
        observer: tools.observer(lockSession),
        lockHeld: lockCheck(context, lock),
      });
    } finally {
      await lock.release().catch(() => undefined);
    }
  } finally {
    await lockSession.close();
  }
}

/** Knows at once when the connection has ended, and asks the server now and then. */
function lockCheck({ clock }: Context, lock: RunLock): () => Promise<boolean> {
  let asked = clock.elapsed();
  return async () => {
    if (lock.lost) return false;
    if (clock.elapsed() - asked < LOCK_CHECK) return true;
    asked = clock.elapsed();
    return lock.stillHeld();
  };
}

async function refusePooler(context: Context, first: Session, second: Session): Promise<void> {
  const pooler = await context.tools.detectPooler(first, second);
  if (pooler === 'transaction') {
    throw new RefusedError('there is a connection pooler in transaction mode between lms-db and the server', {
      hint: 'give the direct address of the server with --url: a run needs a session of its own for its lock and its settings; nothing was run',
    });
  }
  if (pooler === 'session') {
    context.emit({ type: 'note', message: 'connected through a pooler in session mode' });
  }
}

async function acquire(context: Context, lock: RunLock): Promise<void> {
  const { clock, emit, signal, settings } = context;
  const start = clock.elapsed();
  let said: number | undefined;
  for (;;) {
    if (signal.aborted) throw interruption(signal);
    if (await lock.tryAcquire()) return;
    const holder = await lock.holder();
    const waited = clock.elapsed() - start;
    if (holder !== undefined && holder.pid !== said) {
      said = holder.pid;
      emit({ type: 'waiting-for-run', holder, waited });
    }
    // 0 waits without limit.
    const left = settings.lockWait === 0 ? Number.POSITIVE_INFINITY : settings.lockWait - waited;
    if (left <= 0) throw notObtained(holder, waited);
    await clock
      .sleep(Math.min(POLL + clock.random() * POLL, Math.max(10, left)), signal)
      .catch(() => undefined);
  }
}

function notObtained(holder: Holder | undefined, waited: number): LockNotObtainedError {
  const who = holder === undefined ? 'another run' : holderText(holder);
  return new LockNotObtainedError(
    `another run holds the lock after ${Math.round(waited / 100) / 10} s of waiting: ${who}`,
    { hint: 'wait for it to end and run the command again; --lock-wait 5min waits longer; nothing was run' },
  );
}

/** `pid 4711 · lms-db lock · 10.0.0.7 · app · since 12 s`. */
export function holderText(holder: Holder): string {
  return [
    `pid ${holder.pid}`,
    holder.application,
    holder.user,
    holder.host,
    holder.state,
    holder.age === undefined ? undefined : `since ${ageText(holder.age)}`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}
