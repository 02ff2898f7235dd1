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
  /** The version of the migration it is about. */
  readonly version?: string | undefined;
  /** Which documented exit code this finding stands for when it stops a command. */
  readonly exitCode: ExitCode;
}

/** The documented exit codes (DESIGN section 3). A promise: see docs/cli.md. */
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
