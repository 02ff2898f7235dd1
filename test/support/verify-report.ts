import type { CheckResult, Report, TargetReport } from '../../src/core/report.ts';
import type { BuiltinResult } from '../../src/core/verification.ts';

/** A result of a check that passed; the rest as a test wants it. */
export function checkResult(facts: Partial<CheckResult> = {}): CheckResult {
  return {
    name: 'tables',
    passed: true,
    severity: 'error',
    place: { file: 'checks/lms/structure.sql', line: 3, column: 4 },
    expected: '42',
    got: '42',
    offenders: [],
    duration: 1.5,
    ...facts,
  };
}

/** A result of a built-in check that passed; the rest as a test wants it. */
export function builtinResult(facts: Partial<BuiltinResult> = {}): BuiltinResult {
  return {
    id: 'invalid-index',
    title: 'indexes valid',
    severity: 'error',
    passed: true,
    findings: [],
    accepted: [],
    untried: [],
    duration: 2,
    ...facts,
  };
}

/** A report of one target. */
export function reportOf(target: Partial<TargetReport>, facts: Partial<Report> = {}): Report {
  const exitCode = target.exitCode ?? 0;
  return {
    formatVersion: 1,
    command: 'verify',
    targets: [
      {
        target: {
          project: 'lms',
          backend: 'server',
          database: 'app@db:5432/lms',
          serverVersion: '18.4',
          environment: 'development',
        },
        outcomes: [],
        findings: [],
        exitCode,
        duration: 12,
        ...target,
      },
    ],
    findings: [],
    exitCode,
    ...facts,
  };
}
