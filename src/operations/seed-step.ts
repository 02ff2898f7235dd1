import type { LmsDbError } from '../core/errors.ts';
import type { SeedOutcome } from '../core/report.ts';
import type { SeedFile, SeedRecord } from '../core/seed.ts';
import type { SeedTools } from '../core/seed-ports.ts';
import type { Context } from './context.ts';
import type { Run } from './run-lock.ts';

/** Everything that loading seeds needs, handed in. */
export interface SeedRun {
  readonly context: Context;
  readonly tools: SeedTools;
  /** Its session runs the seeds; the one on the side holds the run lock, and is free to look. */
  readonly run: Run;
  /** All seeds of the environment, for advice about their order. */
  readonly seeds: readonly SeedFile[];
  readonly maxErrors: number;
}

/** One seed, and whether it runs. */
export interface SeedStep {
  readonly seed: SeedFile;
  readonly record?: SeedRecord | undefined;
  /** Undefined: it has not changed. */
  readonly reason: SeedOutcome['reason'];
}

/** What became of a seed, and what stops the run. */
export interface SeedResult {
  readonly outcome: SeedOutcome;
  readonly error?: LmsDbError | undefined;
}
