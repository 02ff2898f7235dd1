import type { CheckResult, StatementFailure } from '../../core/report.ts';
import type { BuiltinFinding } from '../../core/verification.ts';
import { verdictText } from './failure.ts';
import { table } from './table.ts';

/** Why a check failed, without its name and place: for reports that carry those in fields of their own. */
export function checkText(check: CheckResult): string {
  if (check.failure !== undefined) return failureText(check.failure);
  return [verdictText(check), ...table(check.offenders)].join('\n');
}

/** The server's words, what is the case now, and the next step. */
export function failureText(failure: StatementFailure): string {
  const { sqlstate, message, detail, serverHint, where, remains, next } = failure;
  return [
    `${message}${sqlstate === undefined ? '' : ` (${sqlstate})`}`,
    ...labelled('detail', detail),
    ...labelled('hint from PostgreSQL', serverHint),
    ...labelled('context', where),
    remains,
    ...labelled('next', next),
  ].join('\n');
}

/** What is wrong, the rows that show it, and the statement that mends it. */
export function builtinFindingText({ problem, offenders, fix }: BuiltinFinding): string {
  return [problem, ...table(offenders ?? []), `mend it with: ${fix}`].join('\n');
}

function labelled(label: string, text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : [`${label}: ${text}`];
}
