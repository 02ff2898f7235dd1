import type { LmsDbError } from './errors.ts';
import type { ExitCode, Finding } from './finding.ts';
import type { RecordedEvent } from './history.ts';
import type { Direction } from './migration.ts';
import type { Place } from './place.ts';
import type { Plan } from './plan.ts';
import type { Holder } from './activity.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { BadRow, SeedCounts, SeedFile } from './seed.ts';
import type { Target } from './target.ts';
import type { BuiltinResult } from './verification.ts';

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
  /** Milliseconds on the server; only `verify` measures it. */
  readonly duration?: number | undefined;
  /** Why it did not run: `since 42` or `until 42`, or `extension vector is not installed`. */
  readonly skipped?: string | undefined;
  /** The query itself failed: the server's words, and where in the file. */
  readonly failure?: StatementFailure | undefined;
}

/** What the checks of the database gave. */
export interface Verification {
  /** The newest applied version; undefined for an empty database. */
  readonly version: string | undefined;
  /** The project's own, by file and line. */
  readonly checks: readonly CheckResult[];
  readonly builtin: readonly BuiltinResult[];
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

/**
 * What became of one seed: `loaded`; `unchanged` (its checksum is that of the last time); `failed`;
 * `undone` (rolled back because the run was interrupted); `not-run`.
 */
export interface SeedOutcome {
  readonly set: string;
  readonly fileName: string;
  readonly path: string;
  readonly format: SeedFile['format'];
  readonly status: 'loaded' | 'unchanged' | 'failed' | 'undone' | 'not-run';
  /** Why it runs: never loaded before, changed since, a rollback since, or asked for with `--force`. */
  readonly reason?: 'new' | 'changed' | 'rolled-back' | 'forced' | undefined;
  readonly counts?: SeedCounts | undefined;
  /** Milliseconds; 0 for what did not run. */
  readonly duration: number;
  readonly failure?: StatementFailure | undefined;
  /** The rows that were refused, by line; more than one with `--max-errors`. */
  readonly badRows?: readonly BadRow[] | undefined;
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

/** What became of the generated types. */
export interface TypesReport {
  /** The file, as a person would type it. */
  readonly path: string;
  readonly state: 'written' | 'unchanged' | 'outdated' | 'printed';
  readonly tables: number;
  readonly enums: number;
  /** SHA-256 over what the types depend on. */
  readonly fingerprint: string;
  /** From the file to what the database gives, in the unified format: of `--check`. */
  readonly diff?: string | undefined;
  /** The types themselves: of `--print`. */
  readonly text?: string | undefined;
}

/** What became of the snapshot of the schema. */
export interface SnapshotReport {
  /** The file, as a person would type it. */
  readonly path: string;
  readonly state: 'written' | 'unchanged' | 'outdated' | 'printed';
  /** `lms-db`, or `pg_dump 16.4`. */
  readonly writer: string;
  /** Objects of the schema; columns, indexes and whatever else belongs to a table count with it. */
  readonly objects: number;
  readonly tables: number;
  /** From the file to the schema, in the unified format: of `--check`. */
  readonly diff?: string | undefined;
  /** The schema itself: of `--print`. */
  readonly text?: string | undefined;
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
  /** What became of each seed: `seed`, and `up --seed`. */
  readonly seeds?: readonly SeedOutcome[] | undefined;
  readonly counts?: SchemaCounts | undefined;
  /** What the checks of the database gave: `verify`, and `up` after its last COMMIT. */
  readonly verification?: Verification | undefined;
  /** What became of the generated types: `types`, and `up --types`. */
  readonly types?: TypesReport | undefined;
  /** What became of the snapshot: `snapshot`. */
  readonly snapshot?: SnapshotReport | undefined;
  /** What a rehearsal came to: `rehearse`. */
  readonly rehearsal?: Rehearsal | undefined;
  /** Locks of the statements of a plan on what is there already: `plan`. */
  readonly locks?: readonly StatementLocks[] | undefined;
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
  /** What lint looked at. */
  readonly lint?: LintSummary | undefined;
  readonly error?: ReportedError | undefined;
  readonly exitCode: ExitCode;
}

/** One lock of a statement, by what the files say. */
export interface RelationLock {
  readonly relation: string;
  /** `ACCESS EXCLUSIVE`, … */
  readonly lock: string;
  /** What it does with all rows while it holds the lock. */
  readonly work?: 'scan' | 'index-build' | 'rewrite' | undefined;
}

/** A statement of a plan, with the locks that it takes on what is there already, and what lint says of it. */
export interface StatementLocks {
  readonly version: string;
  readonly place: Place;
  readonly locks: readonly RelationLock[];
  readonly findings: readonly Pick<Finding, 'code' | 'severity'>[];
}

/** How much lint looked at, and with what. */
export interface LintSummary {
  /** Migrations and rollbacks. */
  readonly files: number;
  readonly statements: number;
  /** How many rules looked at them. */
  readonly rules: number;
  /** Notices that are not among the findings. */
  readonly hiddenNotices: number;
  /** What there is to say of the rules that found something. */
  readonly explained: readonly RuleFacts[];
}

/** What a rule of lint says of itself. */
export interface RuleFacts {
  readonly id: string;
  readonly severity: Finding['severity'];
  readonly summary: string;
  readonly why: string;
  readonly rewrite: string;
}

/** The part of an error that may be shown to anybody. */
export function reportedError(error: LmsDbError): ReportedError {
  return { code: error.code, message: error.message, hint: error.hint, place: error.place };
}

/** The exit code of a run over several targets: the first that is not 0, in the order of the targets. */
export function exitCodeOf(targets: readonly TargetReport[]): ExitCode {
  return targets.find((target) => target.exitCode !== 0)?.exitCode ?? 0;
}

/** What each exit code means, as the output, the help and the documentation say it. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'no connection, or a mistake in lms-db',
  2: 'wrong usage, configuration or files',
  3: 'something is pending',
  4: 'files and history disagree',
  5: 'a migration or rollback failed',
  6: 'a check failed, or a rehearsal',
  7: 'a lock was not to be had',
  8: 'drift, or types or a snapshot out of date',
  9: 'lint errors',
  10: 'refused by a guard rail',
  130: 'interrupted (SIGINT)',
  143: 'ended (SIGTERM)',
};
