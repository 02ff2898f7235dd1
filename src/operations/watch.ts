import type { Holder, IndexProgress } from '../core/activity.ts';
import type { Clock, Observer } from '../core/ports.ts';

/** What a watch needs and tells. */
export interface WatchOptions {
  readonly observer: Observer;
  readonly clock: Clock;
  /** The backend that works. */
  readonly pid: number;
  readonly signal: AbortSignal;
  readonly onBlocked: (blockers: readonly Holder[], waited: number) => void;
  readonly onProgress?: ((progress: IndexProgress) => void) | undefined;
}

/** Result of watched work, with whoever stood in its way last. */
export interface Watched<Result> {
  readonly result: Result;
  readonly blockers: readonly Holder[];
}

/** Quick statements are never looked at; a lock wait of half a second is seen twice. */
const FIRST_LOOK = 150;
const NEXT_LOOK = 250;

/** An error with the blockers that were seen while it came about. */
export class WatchedError extends Error {
  readonly blockers: readonly Holder[];

  constructor(cause: unknown, blockers: readonly Holder[]) {
    super('watched work failed', { cause });
    this.blockers = blockers;
  }
}

/**
 * Awaits work on one backend while looking at it from another one: names whoever blocks it, shows the
 * progress of an index build, and cancels it when the run is asked to end. Throws WatchedError.
 */
export async function watched<Result>(
  work: Promise<Result>,
  options: WatchOptions,
): Promise<Watched<Result>> {
  const { observer, clock, pid, signal } = options;
  const ended = new AbortController();
  let blockers: readonly Holder[] = [];
  const start = clock.elapsed();

  const look = async (): Promise<void> => {
    let wait = FIRST_LOOK;
    for (;;) {
      // An interruption ends the pause; from then on the backend is cancelled until its work has ended,
      // because a cancel request that arrives between two statements has no effect.
      await pause(clock, signal.aborted ? 100 : wait, ended.signal, signal);
      if (ended.signal.aborted) return;
      if (signal.aborted) {
        await observer.cancel(pid);
        continue;
      }
      const seen = await observer.blockersOf(pid);
      if (seen.length > 0) {
        blockers = seen;
        options.onBlocked(seen, clock.elapsed() - start);
      }
      if (options.onProgress !== undefined) {
        const progress = await observer.indexProgressOf(pid);
        if (progress !== undefined) options.onProgress(progress);
      }
      wait = NEXT_LOOK;
    }
  };

  // A broken observer must not fail the work: it is the lock's own check that stops the run then.
  const looking = look().catch(() => undefined);
  try {
    const result = await work;
    return { result, blockers };
  } catch (error) {
    throw new WatchedError(error, blockers);
  } finally {
    ended.abort();
    await looking;
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
