import { describe, expect, it } from 'vitest';
import { PLAIN } from '../../../src/core/reporter.ts';
import { pretty } from '../../../src/reporters/pretty.ts';
import { builtinResult, checkResult, reportOf } from '../../support/verify-report.ts';

const tenancy = { file: 'checks/lms/tenancy.sql', line: 9, column: 4 };

describe('the pretty report of verify', () => {
  it('has a line for each file, what failed in full, and the built-in checks', () => {
    const checks = [
      checkResult(),
      checkResult({ name: 'indexes', expected: '>= 60', got: '182' }),
      checkResult({ name: 'later', skipped: 'since 2' }),
      checkResult({ name: 'there is a course', expected: 'true', got: 'true', place: tenancy }),
      checkResult({
        name: 'no lesson without an academy',
        place: tenancy,
        passed: false,
        expected: 'no rows',
        got: '3',
        offenders: [{ id: '6f0c', title: 'Introduction' }],
      }),
    ];
    const builtin = [
      builtinResult({ untried: [{ object: 'public.f()', reason: 'it is VOLATILE' }] }),
      builtinResult({
        id: 'missing-primary-key',
        title: 'keys present',
        accepted: [{ object: 'public.log', problem: 'x' }],
      }),
      builtinResult({
        id: 'disabled-trigger',
        title: 'triggers enabled',
        passed: false,
        findings: [
          {
            object: 'public.t',
            problem: 'trigger t of courses is switched off',
            fix: 'ALTER TABLE public.courses ENABLE TRIGGER t;',
          },
        ],
      }),
      builtinResult({
        id: 'tenant-null',
        title: 'no row without a tenant',
        skipped: 'the config names no tenancy',
      }),
    ];
    const report = reportOf({ exitCode: 6, verification: { version: '20251103000018', checks, builtin } });
    expect(pretty.render(report, PLAIN).split('\n')).toEqual([
      'lms · app@db:5432/lms (PostgreSQL 18.4) · development',
      '',
      '  ✓ structure   tables = 42 · indexes: 182 ≥ 60 · 1 not at this version   checks/lms/structure.sql',
      '  ✓ tenancy     there is a course                                         checks/lms/tenancy.sql',
      '  ✗ tenancy     no lesson without an academy   checks/lms/tenancy.sql:9',
      '      expected no rows, got 3',
      '        id    title',
      '        6f0c  Introduction',
      '        …',
      '  ✓ built in    indexes valid, keys present',
      '  ✗ built in    not true: triggers enabled   [disabled-trigger]',
      '      trigger t of courses is switched off',
      '        mend it with: ALTER TABLE public.courses ENABLE TRIGGER t;',
      '  · built in    1 finding accepted in the config',
      '  · built in    indexes valid: 1 not tried (public.f(): it is VOLATILE)',
      '',
      '9 checks at 20251103000018: 5 passed, 2 failed, 2 skipped in 16 ms',
      'next: mend what is named above, then `lms-db verify` again',
      '',
      expect.stringMatching(/^exit 6/),
      '',
    ]);
  });

  it('names what was skipped for another reason than the version, up to ten of a file, and the reason', () => {
    const skipped = 'extension postgis is not installed';
    const place = { file: 'checks/lms/places.sql', line: 3, column: 4 };
    const checks = [
      checkResult(),
      checkResult({ name: 'there are shapes', skipped: 'extension vector is not installed' }),
      checkResult({ name: 'was once', skipped: 'until 1' }),
      ...Array.from({ length: 12 }, (_, number) => checkResult({ name: `shape ${number}`, place, skipped })),
    ];
    const text = pretty.render(reportOf({ verification: { version: '2', checks, builtin: [] } }), PLAIN);
    expect(text.split('\n').slice(2, -1)).toEqual([
      '  ✓ structure   tables = 42 · 1 not at this version   checks/lms/structure.sql',
      '  · structure   1 skipped: extension vector is not installed',
      '      there are shapes',
      '  · places      12 skipped: extension postgis is not installed',
      ...Array.from({ length: 10 }, (_, number) => `      shape ${number}`),
      '      and 2 more: --json has them all',
      '',
      '15 checks at 2: 1 passed, 14 skipped in 23 ms',
    ]);
  });

  it('keeps a long list of facts in its line', () => {
    const checks = Array.from({ length: 30 }, (_, number) =>
      checkResult({ name: `nothing is wrong with number ${number}`, expected: 'no rows', got: 'none' }),
    );
    const text = pretty.render(reportOf({ verification: { version: '1', checks, builtin: [] } }), PLAIN);
    expect(text).toContain(
      '  ✓ structure   nothing is wrong with number 0 · nothing is wrong with number 1 · 28 more   checks/',
    );
  });
});
