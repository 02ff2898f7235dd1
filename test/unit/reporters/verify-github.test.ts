import { describe, expect, it } from 'vitest';
import { PLAIN } from '../../../src/core/reporter.ts';
import type { Report } from '../../../src/core/report.ts';
import { github } from '../../../src/reporters/github.ts';
import { builtinResult, checkResult, reportOf } from '../../support/verify-report.ts';

/** As the runner reads a line (actions/runner, src/Runner.Common/ActionCommand.cs). */
function annotations(report: Report) {
  return github
    .render(report, PLAIN)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const match = /^::(error|warning|notice) (.*?)::(.*)$/.exec(line);
      if (match === null) throw new Error(`no annotation: ${line}`);
      const [, level = '', properties = '', message = ''] = match;
      const decoded = (text: string): string => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n');
      const entries = properties.split(',').map((pair) => {
        const at = pair.indexOf('=');
        const value = decoded(pair.slice(at + 1))
          .replaceAll('%3A', ':')
          .replaceAll('%2C', ',')
          .replaceAll('%25', '%');
        return [pair.slice(0, at), value] as const;
      });
      return { level, ...Object.fromEntries(entries), message: decoded(message).replaceAll('%25', '%') };
    });
}

describe('github', () => {
  it('annotates a failing check on its file and line, and sums up', () => {
    const verification = {
      version: '1',
      checks: [
        checkResult(),
        checkResult({
          name: 'no lesson',
          passed: false,
          expected: 'no rows',
          got: '3',
          offenders: [{ id: 1 }, { id: 2 }],
        }),
        checkResult({ name: 'tags', passed: false, severity: 'warning', got: '41' }),
      ],
      builtin: [
        builtinResult({
          passed: false,
          findings: [{ object: 'public.i', problem: 'index i is not valid', fix: 'REINDEX INDEX i;' }],
        }),
      ],
    };
    expect(annotations(reportOf({ exitCode: 6, verification }))).toEqual([
      {
        level: 'error',
        file: 'checks/lms/structure.sql',
        line: '3',
        col: '4',
        title: 'check: no lesson',
        message: 'expected no rows, got 3\nid\n1\n2',
      },
      {
        level: 'warning',
        file: 'checks/lms/structure.sql',
        line: '3',
        col: '4',
        title: 'check: tags',
        message: 'expected 42, got 41',
      },
      {
        level: 'error',
        title: 'invalid-index',
        message: 'index i is not valid\nmend it with: REINDEX INDEX i;',
      },
      {
        level: 'notice',
        title: 'lms-db verify · lms',
        message: '4 checks at 1: 1 passed, 2 failed, 1 warned in 7 ms',
      },
    ]);
  });

  it('points to the place inside the query that the server refused', () => {
    const failure = {
      message: 'column "x" does not exist',
      sqlstate: '42703',
      serverHint: 'Perhaps "y".',
      remains: 'a check changes nothing.',
      next: 'correct the query',
      place: { file: 'checks/a.sql', line: 12, column: 8 },
    };
    const [first] = annotations(
      reportOf({
        verification: { version: '1', checks: [checkResult({ passed: false, failure })], builtin: [] },
      }),
    );
    expect(first).toEqual({
      level: 'error',
      file: 'checks/a.sql',
      line: '12',
      col: '8',
      title: 'check: tables',
      message:
        'column "x" does not exist (42703)\nhint from PostgreSQL: Perhaps "y".\na check changes nothing.\nnext: correct the query',
    });
  });

  it('annotates a migration that failed once, and findings by their weight', () => {
    const place = { file: 'migrations/2-b.sql', line: 14, column: 22 };
    const told = annotations(
      reportOf(
        {
          exitCode: 5,
          outcomes: [
            {
              direction: 'up',
              version: '2',
              name: 'b',
              status: 'failed',
              duration: 1,
              attempts: 1,
              checks: [],
              failure: { message: 'bad', remains: 'rolled back', next: 'correct it', place },
            },
          ],
          findings: [{ code: 'out-of-order', severity: 'notice', message: 'older', exitCode: 4 }],
          error: { code: 'migration-failed', message: 'migration 2 b failed: bad' },
        },
        { command: 'up' },
      ),
    );
    expect(told.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'error bad\nrolled back\nnext: correct it',
      'notice older',
      'notice 0 applied, 1 failed in 12 ms',
    ]);
  });

  it('gives one line for each, whatever the text: no row can smuggle in a command', () => {
    const text = 'a\n::error::forged\r\n100%, b: c\n::stop-commands::x';
    const report = reportOf({
      exitCode: 6,
      verification: {
        version: '1',
        checks: [
          checkResult({
            name: text,
            passed: false,
            got: text,
            place: { file: 'checks/a,b:100%.sql', line: 1, column: 1 },
          }),
        ],
        builtin: [],
      },
    });
    const lines = github.render(report, PLAIN).trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('file=checks/a%2Cb%3A100%25.sql,line=1,col=1,title=check%3A a%0A%3A%3Aerror');
    expect(annotations(report)[0]).toMatchObject({ file: 'checks/a,b:100%.sql', title: `check: ${text}` });
  });
});
