import { seedName } from '../core/seed.ts';
import type { DataSeed } from '../core/seed.ts';
import type { SeedSource } from '../core/seed-ports.ts';
import type { SeedRun } from './seed-step.ts';

/** Milliseconds between two looks. */
const LOOK = 250;

/** Awaits a load and says how far it is: bytes as they are read, rows as the server counts them. */
export async function withProgress<Result>(
  loading: Promise<Result>,
  seed: DataSeed,
  source: SeedSource,
  run: SeedRun,
): Promise<Result> {
  const { clock, emit } = run.context;
  const start = clock.elapsed();
  const ended = new AbortController();
  let rows = 0;
  const look = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(LOOK, ended.signal).catch(() => undefined);
      if (ended.signal.aborted) return;
      rows = (await run.tools.loader.rowsCopied(run.run.side, run.run.session.pid)) ?? rows;
      emit({
        type: 'seed-progress',
        name: seedName(seed),
        bytes: source.position,
        size: source.size,
        rows,
        elapsed: clock.elapsed() - start,
      });
    }
  };
  // To look is a courtesy: what it throws must not fail the load.
  const looking = look().catch(() => undefined);
  try {
    return await loading;
  } finally {
    ended.abort();
    await looking;
  }
}
