import { judge } from '../core/expectation.ts';
import type { Check, Guard } from '../core/migration.ts';
import type { Answered, Inquiry } from '../core/ports.ts';
import type { CheckResult } from '../core/report.ts';
import { statementFailure } from './failure.ts';

/** A check of the project, and the file that it stands in. */
export interface FiledCheck {
  readonly file: Guard;
  readonly check: Check;
}

/** Every check of the files, in the order of the files. */
export function filedChecks(files: readonly Guard[]): readonly FiledCheck[] {
  return files.flatMap((file) => file.checks.map((check) => ({ file, check })));
}

/** The query of a check. Only the rows that will be shown are kept; a value needs two, to see that it is the only one. */
export function inquiryOf({ sql, expectation }: Check, offenders: number): Inquiry {
  return { sql, keep: expectation.kind === 'no-rows' ? offenders : 2 };
}

/** Holds the answer against the expectation. */
export function resultOf({ file, check }: FiledCheck, answered: Answered): CheckResult {
  const { name, severity, place, expected, expectation } = check;
  const facts = { name, severity, place, expected, duration: answered.duration };
  if (answered.error !== undefined) {
    const { sqlstate } = answered.error.facts;
    const failure = statementFailure(
      answered.error,
      { script: file, offset: 0, lead: 0, fileOffset: offsetOf(file, check) },
      { remains: 'a check changes nothing.', next: nextStep(sqlstate, answered.error.facts.message) },
    );
    return {
      ...facts,
      passed: false,
      got: `an error: ${failure.message} (${sqlstate})`,
      offenders: [],
      failure,
    };
  }
  const { rows, count } = answered;
  if (expectation.kind === 'no-rows' || expectation.kind === 'rows') {
    const passed = expectation.kind === 'no-rows' ? count === 0 : count > 0;
    const offenders = passed || expectation.kind === 'rows' ? [] : rows;
    return { ...facts, passed, got: count === 0 ? 'none' : String(count), offenders };
  }
  const { passed, got } = judge(expectation, rows);
  // Two rows were kept, and there may have been more.
  return { ...facts, passed, got: got.replace(/^2 rows/, `${count} rows`), offenders: [] };
}

/** Where the query stands in its file: the first time after the line of its @check. */
function offsetOf(file: Guard, check: Check): number {
  const lines = file.text.split(/(?<=\r\n|\n|\r(?!\n))/);
  const start = lines.slice(0, check.place.line - 1).join('').length;
  return Math.max(0, file.text.indexOf(check.sql, start));
}

function nextStep(sqlstate: string, message: string): string {
  // 57014 query_canceled, 55P03 lock_not_available, 42501 insufficient_privilege, 25006 read_only_sql_transaction
  if (sqlstate === '57014') return 'make the query cheaper, or give it more time with --statement-timeout';
  if (sqlstate === '55P03') return 'wait until the table is free, and run `lms-db verify` again';
  if (message.includes('row-level security'))
    return 'connect as a role that sees every row (BYPASSRLS): a check that cannot see all rows proves nothing';
  if (sqlstate === '42501') return 'give the role that connects the right to read';
  if (sqlstate === '25006') return 'a check only reads: take out what writes';
  return 'correct the query and run `lms-db verify` again';
}
