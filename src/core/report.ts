import type { LmsDbError } from './errors.ts';
import type { ExitCode, Finding } from './finding.ts';
import type { RecordedEvent } from './history.ts';
import type { Direction } from './migration.ts';
import type { Place } from './place.ts';
import type { Plan } from './plan.ts';
import type { Holder } from './activity.ts';
import type { Target } from './target.ts';

/** How a failing statement is shown: the server's words, and where in the user's file. */
export interface StatementFailure {
  /** SQLSTATE; undefined when the failure is not the server's (a guard, a lost connection). */
  readonly sqlstate?: string | undefined;
  readonly message: string;
  readonly detail?: string | undefined;
  /** PostgreSQL's own hint. */
  readonly serverHint?: string | undefined;
  /** The call stack inside the server. */
  readonly where?: string | undefined;
  readonly place?: Place | undefined;
  /** The lines around the place, with their numbers; the failing one is at `place.line`. */
  readonly snippet?: readonly { readonly line: number; readonly text: string }[] | undefined;
  /** Who held the lock that was not obtained. */
  readonly blockers?: readonly Holder[] | undefined;
  /** What is the case now: what was rolled back, what remains. */
  readonly remains: string;
  /** The next command or edit. */
  readonly next: string;
}

/** What a guard or check gave. */
export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly severity: 'error' | 'warning';
  readonly place: Place;
  readonly expected: string;
  readonly got: string;
  /** The first rows that should not be there. */
  readonly offenders: readonly Readonly<Record<string, unknown>>[];
}

/**
 * What became of one step: `done`; `failed`; `not-run`; `undone` (it ran, and was rolled back with its
 * transaction when the run was interrupted).
 */
export interface Outcome {
  readonly direction: Direction;
  readonly version: string;
  readonly name: string;
  readonly status: 'done' | 'failed' | 'not-run' | 'undone';
  /** Milliseconds on the server; 0 for what did not run. */
  readonly duration: number;
  readonly attempts: number;
  readonly checks: readonly CheckResult[];
  readonly failure?: StatementFailure | undefined;
}

/** One migration in `status`. */
export interface MigrationStatus {
  readonly version: string;
  readonly name: string;
  readonly state: 'applied' | 'pending' | 'interrupted';
  readonly appliedAt?: string | undefined;
  readonly appliedBy?: string | undefined;
  readonly duration?: number | undefined;
  readonly phase?: string | undefined;
  readonly risk?: string | undefined;
  readonly downtime?: string | undefined;
  readonly appChange?: string | undefined;
}

/** Data that a rollback destroys, counted before it runs. */
export interface DataLoss {
  readonly object: string;
  /** How many rows or values; undefined when it could not be counted in time. */
  readonly count: number | undefined;
  /** `rows`, `values that are not the default`, … */
  readonly what: string;
  /** The rollback that destroys it. */
  readonly version: string;
}

/** Size of a schema, for the summary line. */
export interface SchemaCounts {
  readonly tables: number;
  readonly enums: number;
  readonly indexes: number;
}

/** Everything that one command did to, or found in, one target. */
export interface TargetReport {
  readonly target: Target;
  readonly plan?: Plan | undefined;
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
  readonly migrations?: readonly MigrationStatus[] | undefined;
  readonly events?: readonly RecordedEvent[] | undefined;
  readonly losses?: readonly DataLoss[] | undefined;
  readonly counts?: SchemaCounts | undefined;
  /** Lines that a command has to say beyond these, such as how to reach a served database. */
  readonly notes?: readonly string[] | undefined;
  readonly error?: ReportedError | undefined;
  readonly exitCode: ExitCode;
  /** Milliseconds of wall time. */
  readonly duration: number;
}

/** An error as a report carries it. */
export interface ReportedError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly place?: Place | undefined;
}

/** What a command says: one envelope on success and on failure, for one target or a thousand. */
export interface Report {
  readonly formatVersion: 1;
  readonly command: string;
  readonly targets: readonly TargetReport[];
  /** Files that a command without a database wrote or found. */
  readonly files?:
    readonly { readonly path: string; readonly action: 'written' | 'extended' | 'left' }[] | undefined;
  /** Findings that belong to no target: faults of the files, found without a database. */
  readonly findings: readonly Finding[];
  readonly notes?: readonly string[] | undefined;
  readonly error?: ReportedError | undefined;
  readonly exitCode: ExitCode;
}

/** The part of an error that may be shown to anybody. */
export function reportedError(error: LmsDbError): ReportedError {
  return { code: error.code, message: error.message, hint: error.hint, place: error.place };
}

/** The exit code of a run over several targets: the first that is not 0, in the order of the targets. */
export function exitCodeOf(targets: readonly TargetReport[]): ExitCode {
  return targets.find((target) => target.exitCode !== 0)?.exitCode ?? 0;
}
