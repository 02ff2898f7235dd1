import type { HistoryState } from './history.ts';
import type { Plan, Step } from './plan.ts';
import type { Holder, IndexProgress } from './activity.ts';
import type { Outcome, SeedOutcome } from './report.ts';
import type { Target } from './target.ts';

/** Something that happened, said while it happens. Progress is made of these; results are in the Report. */
export type Event =
  | { readonly type: 'connected'; readonly target: Target; readonly state?: HistoryState | undefined }
  | { readonly type: 'planned'; readonly plan: Plan }
  /** The run lock is held by somebody else; said again whenever the holder changes. */
  | { readonly type: 'waiting-for-run'; readonly holder: Holder | undefined; readonly waited: number }
  | {
      readonly type: 'step-started';
      readonly step: Step;
      readonly attempt: number;
      readonly attempts: number;
    }
  /** A statement of the step waits for locks that these backends hold. */
  | {
      readonly type: 'blocked';
      readonly step: Step;
      readonly blockers: readonly Holder[];
      readonly waited: number;
    }
  /** The step was rolled back because a lock was not to be had; it runs again after `delay` milliseconds. */
  | {
      readonly type: 'retrying';
      readonly step: Step;
      readonly attempt: number;
      readonly attempts: number;
      readonly delay: number;
      readonly blockers: readonly Holder[];
    }
  /** One statement of a file without a transaction starts, or is skipped because an earlier run completed it. */
  | {
      readonly type: 'statement';
      readonly step: Step;
      readonly ordinal: number;
      readonly count: number;
      readonly text: string;
      readonly skipped: boolean;
    }
  | { readonly type: 'index-progress'; readonly step: Step; readonly progress: IndexProgress }
  | { readonly type: 'outcome'; readonly outcome: Outcome }
  /** How many seeds are about to be loaded, and how many are as they were the last time. */
  | { readonly type: 'seeds-planned'; readonly load: number; readonly unchanged: number }
  | { readonly type: 'seed-started'; readonly name: string }
  /** How far a file of rows is: bytes read of its size, rows that the server took, milliseconds since its start. */
  | {
      readonly type: 'seed-progress';
      readonly name: string;
      readonly bytes: number;
      readonly size: number;
      readonly rows: number;
      readonly elapsed: number;
    }
  /** A seed waits for locks that these backends hold. */
  | {
      readonly type: 'seed-blocked';
      readonly name: string;
      readonly blockers: readonly Holder[];
      readonly waited: number;
    }
  | { readonly type: 'seed-outcome'; readonly outcome: SeedOutcome }
  /** A migration is being rehearsed; `done` of `count` are through in this pass. */
  | {
      readonly type: 'rehearsing';
      readonly version: string;
      readonly name: string;
      readonly withRows: boolean;
      readonly done: number;
      readonly count: number;
    }
  /** Something worth knowing that changes nothing. */
  | { readonly type: 'note'; readonly message: string };
