import type { Place } from './place.ts';

/**
 * How much a finding weighs: an `error` stops the command or fails the run, a `warning` is shown,
 * a `notice` is information.
 */
export type Severity = 'error' | 'warning' | 'notice';

/** One shape for everything that is wrong or worth knowing: file faults, edited files, failed checks, drift. */
export interface Finding {
  /** Stable identifier, kebab case: `changed`, `duplicate-version`, … */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence: what is the case. */
  readonly message: string;
  /** The next command or edit. */
  readonly hint?: string | undefined;
  readonly place?: Place | undefined;
  /** The lines around the place, with their numbers, where they are shown. */
  readonly snippet?: readonly { readonly line: number; readonly text: string }[] | undefined;
  /** The version of the migration it is about. */
  readonly version?: string | undefined;
  /** What `drift` found: which way it is off, and what would mend it. */
  readonly drift?: DriftDetail | undefined;
  /** Which documented exit code this finding stands for when it stops a command. */
  readonly exitCode: ExitCode;
}

/** One difference that `drift` found. */
export interface DriftDetail {
  readonly kind: 'missing' | 'extra' | 'changed' | 'column-order';
  /** `index courses_title_idx`. */
  readonly object: string;
  /** Statements, in order, that would make it what it should be; empty where nothing is certain. */
  readonly mending: readonly string[];
  /** Of several databases that were compared with, those that show this difference; undefined for one, or for the files. */
  readonly databases?: readonly string[] | undefined;
}

/** The documented exit codes. A promise: see docs/cli.md. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 130 | 143;

export const EXIT = {
  done: 0,
  internal: 1,
  usage: 2,
  pending: 3,
  mismatch: 4,
  migrationFailed: 5,
  checkFailed: 6,
  lockNotObtained: 7,
  drift: 8,
  lint: 9,
  refused: 10,
  interrupted: 130,
  terminated: 143,
} as const satisfies Record<string, ExitCode>;

/** The findings that stop a command. */
export function errorsOf(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => finding.severity === 'error');
}
