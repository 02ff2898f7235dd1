import type { Holder, IndexProgress } from '../core/activity.ts';
import type { Clock, Observer, Session } from '../core/ports.ts';

/** What a watch needs and tells. */
export interface WatchOptions {
  readonly observer: Observer;
  readonly clock: Clock;
  /** The session that works. */
  readonly session: Session;
  readonly signal: AbortSignal;
  /** The lock_timeout of the work, where it has one: the first look comes well before it. Milliseconds. */
  readonly lockTimeout?: number | undefined;
  readonly onBlocked?: ((blockers: readonly Holder[], waited: number) => void) | undefined;
  readonly onProgress?: ((progress: IndexProgress) => void) | undefined;
}

/** Quick statements are never looked at; a lock wait of half a second is seen twice. */
const FIRST_LOOK = 150;
const NEXT_LOOK = 250;

/** Milliseconds between two cancel requests: one that arrives between two statements has no effect. */
const NEXT_CANCEL = 100;

/** An error with the blockers that were seen while it came about. */
export class WatchedError extends Error {
  readonly blockers: readonly Holder[];

  constructor(cause: unknown, blockers: readonly Holder[]) {
    super('watched work failed', { cause });
    this.blockers = blockers;
  }
}

/** What went wrong, and who stood in the way, of anything that was thrown. */
export function unwatched(thrown: unknown): {
  readonly error: unknown;
  readonly blockers: readonly Holder[];
} {
  return thrown instanceof WatchedError
    ? { error: thrown.cause, blockers: thrown.blockers }
    : { error: thrown, blockers: [] };
}

/**
 * Awaits work on one backend while looking at it from another one: names whoever blocks it, shows the
 * progress of an index build, and cancels it when the run is asked to end. Throws WatchedError.
 */
export async function watched<Result>(work: Promise<Result>, options: WatchOptions): Promise<Result> {
  const { observer, clock, session, signal, lockTimeout } = options;
  const ended = new AbortController();
  let blockers: readonly Holder[] = [];
  const start = clock.elapsed();

  const look = async (): Promise<void> => {
    const seen = await observer.blockersOf(session.pid);
    if (seen.length > 0) {
      blockers = seen;
      options.onBlocked?.(seen, clock.elapsed() - start);
    }
    if (options.onProgress === undefined) return;
    const progress = await observer.indexProgressOf(session.pid);
    if (progress !== undefined) options.onProgress(progress);
  };

  const watch = async (): Promise<void> => {
    let blind = false;
    let wait =
      lockTimeout === undefined || lockTimeout === 0 ? FIRST_LOOK : Math.min(FIRST_LOOK, lockTimeout / 3);
    for (;;) {
      await pause(clock, signal.aborted ? NEXT_CANCEL : wait, ended.signal, signal);
      wait = NEXT_LOOK;
      if (ended.signal.aborted) return;
      try {
        if (signal.aborted) await observer.cancel(session.pid);
        else if (!blind) await look();
      } catch {
        // A broken observer must not fail the work: it is the lock's own check that stops the run then.
        blind = true;
        // But nobody can be asked to cancel it any more. The server does so itself within a second of
        // the end of the connection (client_connection_check_interval).
        if (signal.aborted) {
          await session.close();
          return;
        }
      }
    }
  };

  const watching = watch();
  try {
    return await work;
  } catch (error) {
    throw new WatchedError(error, blockers);
  } finally {
    ended.abort();
    await watching;
  }
}

/** Sleeps, and wakes early when either signal aborts. */
async function pause(
  clock: Clock,
  milliseconds: number,
  ended: AbortSignal,
  interrupted: AbortSignal,
): Promise<void> {
  const signal = interrupted.aborted ? ended : AbortSignal.any([ended, interrupted]);
  await clock.sleep(milliseconds, signal).catch(() => undefined);
}
