import type { HeldLock } from './lock-report.ts';
import type { MeasuredStatement } from './measurement.ts';

/**
 * What a rehearsal says of a migration: `proven`; `failed`; `irreversible` (it goes up, and says itself that there is
 * no way back); `not-run` (one before it does not go up).
 */
export type Verdict = 'proven' | 'failed' | 'irreversible' | 'not-run';

/** One migration that was rehearsed. What is wrong with it stands among the findings of its target, by version. */
export interface RehearsedMigration {
  readonly version: string;
  readonly name: string;
  readonly verdict: Verdict;
  /** It was rehearsed with rows too. */
  readonly rows: boolean;
  /** It passes on empty tables and fails with rows. */
  readonly onlyWithoutRows: boolean;
  /** The rollback gives back everything but the order of columns. */
  readonly columnOrder: boolean;
  /** Milliseconds: up, down, and up again. */
  readonly durations: { readonly up: number; readonly down?: number; readonly again?: number };
  /** What each statement of the migration did to relations that were there before it. */
  readonly statements: readonly MeasuredStatement[];
  /** The locks that it holds on them, worst first. */
  readonly locks: readonly HeldLock[];
  /** The file had no transaction, or one transaction for everything would not do: a copy of the database was used. */
  readonly apart: boolean;
}

/** What a rehearsal came to. */
export interface Rehearsal {
  /** Where it ran. */
  readonly on: string;
  /** `18.4`. */
  readonly serverVersion: string;
  /** Rows that each table that had none was given; 0 without rows. */
  readonly rows: number;
  readonly migrations: readonly RehearsedMigration[];
  /** Tables that stayed empty although rows were asked for, and why, at the first migration that met them so. */
  readonly unfilled: readonly FilledTable[];
  /** How much a person is shown: the worst lock of each migration, or what every statement does. */
  readonly shown: 'worst' | 'statements';
  /** The file of proofs that was written. */
  readonly proofs?: string | undefined;
}

/** What became of one empty table. */
export interface FilledTable {
  /** Qualified and quoted as SQL needs it. */
  readonly table: string;
  /** The rows that it got; those that triggers of other tables wrote into it only where there was no room for more. */
  readonly inserted: number;
  /** Why it got none. */
  readonly reason?: string | undefined;
}
