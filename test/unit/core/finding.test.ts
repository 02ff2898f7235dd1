import { describe, expect, it } from 'vitest';
import { errorsOf, EXIT } from '../../../src/core/finding.ts';
import type { Finding, Severity } from '../../../src/core/finding.ts';

function finding(severity: Severity): Finding {
  return { code: severity, severity, message: severity, exitCode: EXIT.mismatch };
}

describe('EXIT', () => {
  it('holds the documented exit codes', () => {
    expect(EXIT).toEqual({
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
    });
  });
});

describe('errorsOf', () => {
  it('gives the findings that stop a command, in their order', () => {
    const [notice, first, warning, second] = [
      finding('notice'),
      finding('error'),
      finding('warning'),
      finding('error'),
    ];
    expect(errorsOf([notice, first, warning, second])).toEqual([first, second]);
    expect(errorsOf([notice, warning])).toEqual([]);
  });
});
