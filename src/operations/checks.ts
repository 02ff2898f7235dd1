import type { Check } from '../core/migration.ts';
import type { Session } from '../core/ports.ts';
import type { CheckResult } from '../core/report.ts';
import { judge } from '../core/expectation.ts';
import { whyNotHere } from '../core/skip-reason.ts';
import { extensionsInSession } from './installed-extensions.ts';

/** How many offending rows are kept to be shown. */
const OFFENDERS = 5;

/** A check that was not run, and why. */
export function skippedResult({ name, severity, place, expected }: Check, skipped: string): CheckResult {
  return { name, severity, place, expected, passed: true, got: '', offenders: [], skipped };
}

/**
 * Runs one check in the session's present transaction; skips it where its extension is not installed. Throws ServerError
 * when its query fails.
 */
export async function runCheck(session: Session, check: Check): Promise<CheckResult> {
  const skipped = whyNotHere(check, await extensionsInSession(session, [check]));
  if (skipped !== undefined) return skippedResult(check, skipped);
  const rows = await session.query(check.sql);
  const verdict = judge(check.expectation, rows);
  return {
    name: check.name,
    passed: verdict.passed,
    severity: check.severity,
    place: check.place,
    expected: check.expected,
    got: verdict.got,
    offenders: !verdict.passed && check.expectation.kind === 'no-rows' ? rows.slice(0, OFFENDERS) : [],
  };
}
