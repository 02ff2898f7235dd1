import { describe, expect, it } from 'vitest';
import { ConnectionError, RefusedError } from '../../../src/core/errors.ts';
import type { ExitCode } from '../../../src/core/finding.ts';
import { exitCodeOf, reportedError } from '../../../src/core/report.ts';
import type { TargetReport } from '../../../src/core/report.ts';

function target(exitCode: ExitCode): TargetReport {
  return {
    target: { project: 'app', backend: 'server', database: 'app@h:5432/d', environment: 'development' },
    outcomes: [],
    findings: [],
    exitCode,
    duration: 1,
  };
}

describe('exitCodeOf', () => {
  it.each<[codes: ExitCode[], expected: ExitCode]>([
    [[], 0],
    [[0], 0],
    [[0, 0, 0], 0],
    [[5], 5],
    [[0, 7, 5], 7],
    [[0, 0, 10], 10],
    [[130, 5], 130],
  ])('of targets with %j is the first that is not 0: %i', (codes, expected) => {
    expect(exitCodeOf(codes.map(target))).toBe(expected);
  });
});

describe('reportedError', () => {
  it('carries code, message, hint and place, and nothing else', () => {
    const place = { file: 'migrations/0001-a.sql', line: 1, column: 2 };
    const error = new RefusedError('no', { hint: 'ask', place, cause: new Error('secret') });
    expect(reportedError(error)).toStrictEqual({ code: 'refused', message: 'no', hint: 'ask', place });
  });

  it('leaves hint and place undefined where there are none', () => {
    expect(reportedError(new ConnectionError('gone'))).toStrictEqual({
      code: 'connection',
      message: 'gone',
      hint: undefined,
      place: undefined,
    });
  });
});
