import type { Check } from '../core/migration.ts';
import type { Session } from '../core/ports.ts';
import type { CheckResult } from '../core/report.ts';
import { judge } from '../core/expectation.ts';

/** How many offending rows are kept to be shown. */
const OFFENDERS = 5;

/** Runs one check in the session's present transaction. Throws ServerError when its query fails. */
export async function runCheck(session: Session, check: Check): Promise<CheckResult> {
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
