import { LmsDbError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import { reportedError } from '../core/report.ts';
import type { CheckResult, TargetReport } from '../core/report.ts';
import type { Context } from './context.ts';
import { migrate } from './migrate.ts';
import type { MigrateRequest } from './migrate.ts';
import { failures, OFFENDERS, verify } from './verify.ts';

/**
 * Applies what is pending, and then, when something was applied and nothing failed, runs the project's checks of
 * the database. They look at committed rows: one that fails takes nothing back. The built-in ones are for
 * `verify` alone. Throws what migrate throws.
 */
export async function migrateAndVerify(
  context: Context,
  { checks, ...request }: MigrateRequest & { readonly checks: boolean },
): Promise<TargetReport> {
  const report = await migrate(context, request);
  const applied = report.outcomes.filter((outcome) => outcome.status === 'done').length;
  if (!checks || applied === 0 || report.exitCode !== EXIT.done) return report;
  if (context.checks === undefined || context.checks.files.length === 0) return report;
  const quiet: Context = { ...context, emit: () => undefined };
  let verification;
  try {
    ({ verification } = await verify(quiet, { only: [], offenders: OFFENDERS, skipBuiltin: true }));
  } catch (error) {
    // What was applied is applied, and the report must go on saying so.
    if (!(error instanceof LmsDbError)) throw error;
    return { ...report, error: reportedError(error), exitCode: error.exitCode };
  }
  if (verification === undefined) return report;
  const failed = failures(verification);
  if (failed.length === 0) return { ...report, verification };
  const names = verification.checks.filter(isFailure).map(({ name }) => `"${name}"`);
  return {
    ...report,
    verification,
    error: {
      code: 'check-failed',
      message: `${names.length === 1 ? `the check ${names.join('')} fails` : `${names.length} checks fail`}; what was applied stays applied`,
      hint: 'mend the rows, or roll back with `lms-db down`; then `lms-db verify`',
    },
    exitCode: EXIT.checkFailed,
  };
}

function isFailure({ passed, severity }: CheckResult): boolean {
  return !passed && severity === 'error';
}
