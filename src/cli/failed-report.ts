import { FindingsError, LmsDbError, ServerError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import type { ExitCode } from '../core/finding.ts';
import { reportedError } from '../core/report.ts';
import type { Report, ReportedError } from '../core/report.ts';
import { inSources } from './source-places.ts';
import type { Trace } from './trace.ts';

/** The report of a command that ended by an error: the same envelope as ever, with what was known of the target. */
export function failedReport(command: string, error: unknown, trace?: Trace, duration = 0): Report {
  const findings = error instanceof FindingsError ? error.findings : [];
  const reported = reportedErrorOf(error);
  const exitCode = exitCodeOfError(error);
  const targets = trace?.cutShort({ error: reported, findings, exitCode, duration }) ?? [];
  return targets.length > 0
    ? { formatVersion: 1, command, targets, findings: [], exitCode }
    : { formatVersion: 1, command, targets, findings, error: reported, exitCode };
}

/** True for what is nobody's to mend but ours: only that shows a stack unasked. */
export function isBug(error: unknown): boolean {
  return !(error instanceof LmsDbError) && !(error instanceof ServerError && !isOurMistake(error));
}

function exitCodeOfError(error: unknown): ExitCode {
  return error instanceof LmsDbError ? error.exitCode : EXIT.internal;
}

function reportedErrorOf(error: unknown): ReportedError {
  if (error instanceof LmsDbError) return reportedError(error);
  if (error instanceof ServerError && !isOurMistake(error)) {
    const { sqlstate, message, detail, hint } = error.facts;
    return {
      code: 'server',
      message: `the server refuses what lms-db needs: ${message} (${sqlstate})${detail === undefined ? '' : `\n  detail: ${detail}`}`,
      hint: HINTS[sqlstate] ?? hint ?? 'see the log of the server',
    };
  }
  return {
    code: 'internal',
    message: `this is a mistake in lms-db: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'please report it with the lines above',
  };
}

const HINTS: Readonly<Record<string, string | undefined>> = {
  // insufficient_privilege
  '42501':
    'grant it to this role, or connect with the role that owns the database; `up` needs CREATE on it, looking needs USAGE and SELECT on the history schema',
  // read_only_sql_transaction
  '25006':
    'this server only reads (a standby, or default_transaction_read_only): give the address of the primary',
};

/** A statement of ours that is wrong: syntax error or access rule violation (class 42), but for missing rights. */
function isOurMistake({ facts }: ServerError): boolean {
  return facts.sqlstate.startsWith('42') && facts.sqlstate !== '42501';
}

/** The stack of an error and of its causes. */
export function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${stackOf(error.cause)}`;
  return `${inSources(error.stack ?? error.message)}${cause}`;
}
