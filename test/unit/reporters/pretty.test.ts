import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/finding.ts';
import { PLAIN } from '../../../src/core/reporter.ts';
import type { Report, StatementFailure } from '../../../src/core/report.ts';
import { pretty } from '../../../src/reporters/pretty.ts';
import { outcome, plan, reportOf, step } from './example.ts';

const HEADER = 'lms · app@db.example.com:5432/lms (PostgreSQL 16.4) · production\n';
const render = (report: Report): string => pretty.render(report, PLAIN);

const search = step('20251201090000', 'add-course-search');
const users = step('20251103000018', 'alter-users-table');

const failure: StatementFailure = {
  sqlstate: '42703',
  message: 'column "titel" does not exist',
  serverHint: 'Perhaps you meant to reference the column "courses.title".',
  place: { file: 'migrations/lms/20251201090000-add-course-search.sql', line: 14, column: 38 },
  snippet: [
    { line: 12, text: 'ALTER TABLE courses' },
    { line: 13, text: '  ADD COLUMN search tsvector' },
    { line: 14, text: '    GENERATED ALWAYS AS (to_tsvector(titel)) STORED;' },
  ],
  remains: 'rolled back: nothing of this migration remains.',
  next: 'correct the file and run `lms-db up` again',
};

describe('the pretty reporter', () => {
  it('shows what was applied, with guards and attempts, in aligned columns', () => {
    const place = { file: 'checks/lms/x.sql', line: 1, column: 1 };
    const guard = {
      name: 'no course without an academy',
      passed: true,
      severity: 'error',
      place,
      expected: 'no rows',
      got: '0',
      offenders: [],
    } as const;
    const doubtful = {
      ...guard,
      name: 'few drafts',
      passed: false,
      severity: 'warning',
      expected: '<= 3',
      got: '4',
    } as const;
    const away = { ...guard, name: 'no vector of nothing', skipped: 'extension vector is not installed' };
    const third = step('20251202000000', 'third');
    const steps = [users, search, third];
    const report = reportOf('up', {
      plan: plan(steps, { later: 1 }),
      outcomes: [
        outcome(users, { checks: [guard] }),
        outcome(search, { attempts: 3, duration: 1_240, checks: [guard, guard] }),
        outcome(third, { checks: [guard, doubtful, away] }),
      ],
      counts: { tables: 42, enums: 1, indexes: 1182 },
    });
    expect(render(report))
      .toBe(`${HEADER}3 pending · from empty to 20251202000000 · 1 migration left for later

  ✓ 20251103000018 alter-users-table      4 ms   guard ✓ no course without an academy
  ✓ 20251201090000 add-course-search     1.2 s   in 3 attempts   2 guards ✓
  ✓ 20251202000000 third                  4 ms   guard ! few drafts: expected <= 3, got 4   1 guard skipped: extension vector is not installed

3 applied in 930 ms · 42 tables, 1 enum, 1,182 indexes
next: lms-db verify · lms-db seed
`);
  });

  it('shows a failing statement with its place, caret, SQLSTATE, hint, what remains and the next step', () => {
    const later = step('20251202000000', 'later');
    const report = reportOf('up', {
      plan: plan([users, search, later], { from: '20251103000017' }),
      outcomes: [
        outcome(users),
        outcome(search, { status: 'failed', failure, attempts: 1 }),
        outcome(later, { status: 'not-run' }),
      ],
      error: { code: 'migration-failed', message: 'is said already', hint: 'is said already' },
      exitCode: EXIT.migrationFailed,
    });
    expect(render(report)).toBe(`${HEADER}3 pending · from 20251103000017 to 20251202000000

  ✓ 20251103000018 alter-users-table      4 ms
  ✗ 20251201090000 add-course-search

migrations/lms/20251201090000-add-course-search.sql:14:38

  12 │ ALTER TABLE courses
  13 │   ADD COLUMN search tsvector
  14 │     GENERATED ALWAYS AS (to_tsvector(titel)) STORED;
     │                                      ▲
  column "titel" does not exist (42703)
  hint from PostgreSQL: Perhaps you meant to reference the column "courses.title".

  rolled back: nothing of this migration remains.
  next: correct the file and run \`lms-db up\` again

1 applied, 1 failed, 1 not run in 930 ms

exit 5 · a migration or rollback failed
`);
  });

  it.each([
    ['tabs', '\tSELECT\ttitel;', 9, '    SELECT  titel;', 12],
    ['umlauts, one column each', "SELECT 'größe', titel;", 17, "SELECT 'größe', titel;", 16],
    ['an umlaut of two code points', "SELECT 'gro\u0308ße', titel;", 18, "SELECT 'gro\u0308ße', titel;", 16],
    ['Chinese, two columns each', "SELECT '中文字', titel;", 15, "SELECT '中文字', titel;", 17],
    ['an emoji', "SELECT '😀', titel;", 13, "SELECT '😀', titel;", 13],
    ['the first column', 'titel;', 1, 'titel;', 0],
    ['a place behind the end', 'SELECT', 7, 'SELECT', 6],
  ])('puts the caret under the column in a line with %s', (_, text, column, shown, spaces) => {
    const place = { file: 'a.sql', line: 3, column };
    const broken = { ...failure, place, snippet: [{ line: 3, text }] };
    const lines = render(
      reportOf('up', {
        plan: plan([search]),
        outcomes: [outcome(search, { status: 'failed', failure: broken })],
        exitCode: 5,
      }),
    ).split('\n');
    expect(lines).toContain(`  3 │ ${shown}`);
    expect(lines).toContain(`    │ ${' '.repeat(spaces)}▲`);
  });

  it('shows the part of a very long line that the place is in', () => {
    const text = `${'x'.repeat(5_000)}HERE${'y'.repeat(5_000)}`;
    const broken = {
      ...failure,
      place: { file: 'a.sql', line: 1, column: 5_001 },
      snippet: [{ line: 1, text }],
    };
    const shown = render(
      reportOf('up', { outcomes: [outcome(search, { status: 'failed', failure: broken })], exitCode: 5 }),
    ).split('\n');
    const index = shown.findIndex((line) => line.includes('HERE'));
    expect(shown[index]?.length).toBeLessThan(125);
    expect(shown[index + 1]?.indexOf('▲')).toBe(shown[index]?.indexOf('HERE'));
  });

  it('shows a guard that did not hold with the rows that should not be there', () => {
    const check = {
      name: 'no lesson without an academy',
      passed: false,
      severity: 'error',
      place: { file: 'checks/lms/x.sql', line: 9, column: 4 },
      expected: 'no rows',
      got: '7',
      offenders: [
        { id: '6f0c', title: 'Einführung 中文' },
        { id: '7', title: null },
      ],
    } as const;
    const because = {
      message: 'guard',
      remains: 'rolled back: nothing of it remains.',
      next: 'mend the rows',
    };
    const report = reportOf('up', {
      plan: plan([search]),
      outcomes: [outcome(search, { status: 'failed', checks: [check], failure: because })],
      error: { code: 'guard-failed', message: 'said' },
      exitCode: EXIT.checkFailed,
    });
    expect(render(report)).toBe(`${HEADER}1 pending · from empty to 20251201090000

  ✗ 20251201090000 add-course-search

checks/lms/x.sql:9:4

  guard ✗ no lesson without an academy
  expected no rows, got 7
    id    title
    6f0c  Einführung 中文
    7     null
    …

  rolled back: nothing of it remains.
  next: mend the rows

0 applied, 1 failed in 930 ms

exit 6 · a check failed, or a rehearsal
`);
  });

  it('shows status with findings where they belong and what to do about them', () => {
    const applied = {
      state: 'applied',
      appliedAt: '2026-11-18T21:04:09.000Z',
      appliedBy: 'deploy@ci',
      duration: 17.6,
    } as const;
    const report = reportOf('status', {
      migrations: [
        { version: '1', name: 'one', ...applied },
        { version: '2', name: 'two-edited', ...applied, risk: 'high: rewrites', downtime: 'none' },
        { version: '3', name: 'three', state: 'pending' },
        { version: '4', name: 'four', state: 'interrupted' },
        { version: '5', name: 'five', state: 'pending' },
      ],
      findings: [
        {
          code: 'changed',
          severity: 'error',
          exitCode: 4,
          version: '2',
          message: 'two.sql changed',
          hint: 'restore it',
          place: { file: 'two.sql', line: 1, column: 1 },
        },
        { code: 'out-of-order', severity: 'error', exitCode: 4, version: '3', message: '3 is out of order' },
        {
          code: 'cosmetic-edit',
          severity: 'notice',
          exitCode: 0,
          version: '1',
          message: 'one.sql changed in comments',
        },
      ],
      exitCode: EXIT.mismatch,
    });
    expect(render(report)).toBe(`${HEADER}
  ✓ 1 one          2026-11-18 21:04   deploy@ci     18 ms   cosmetic edit
  ! 2 two-edited   2026-11-18 21:04   deploy@ci     18 ms   changed after it was applied
      risk        high: rewrites
      downtime    none
  ! 3 three        pending, but older than the newest applied: out of order
  ◐ 4 four         interrupted half way: the next run goes on with it
  ○ 5 five         pending

  ✗ two.sql:1:1  two.sql changed  [changed]
      next: restore it
  ✗ 3 is out of order  [out-of-order]
  · one.sql changed in comments  [cosmetic-edit]

2 applied, 2 pending, 1 interrupted, 2 findings

exit 4 · files and history disagree
`);
  });

  it('shows what a rollback destroys before it shows that it did', () => {
    const down = step('20251103000018', 'alter-users-table', 'select 1;', 'down');
    const report = reportOf('down', {
      plan: plan([down]),
      losses: [
        { object: 'users.preferences', count: 18_204, what: 'values that are not the default', version: '1' },
        { object: 'users.metadata', count: 1, what: 'values that are not the default', version: '1' },
        { object: 'courses', count: 1, what: 'rows', version: '1' },
        { object: 'lessons', count: undefined, what: 'rows', version: '1' },
      ],
      outcomes: [outcome(down)],
    });
    expect(render(report)).toBe(`${HEADER}rolls back, newest first: 20251103000018 alter-users-table

  this destroys data:
    users.preferences   18,204 values that are not the default
    users.metadata           1 value that is not the default
    courses                  1 row
    lessons                  ? rows, not counted in time

  ✓ 20251103000018 alter-users-table   rolled back      4 ms

1 rolled back in 930 ms
next: lms-db status · lms-db up
`);
  });

  it('shows an interrupted run: what was undone, what did not run, how to go on', () => {
    const report = reportOf('up', {
      plan: plan([users, search]),
      outcomes: [outcome(users, { status: 'undone' }), outcome(search, { status: 'not-run' })],
      error: { code: 'interrupted', message: 'interrupted by SIGINT' },
      exitCode: EXIT.interrupted,
    });
    expect(render(report)).toBe(`${HEADER}2 pending · from empty to 20251201090000

  ✗ 20251103000018 alter-users-table   interrupted: rolled back, nothing of it remains

0 applied, 1 interrupted, 1 not run in 930 ms

interrupted by SIGINT
  next: run the command again: it goes on from what is recorded
exit 130 · interrupted (SIGINT)
`);
  });

  it('shows an error without a target, with its findings', () => {
    const report: Report = {
      formatVersion: 1,
      command: 'up',
      targets: [],
      findings: [
        {
          code: 'missing-rollback',
          severity: 'error',
          exitCode: 2,
          message: 'no way back',
          hint: 'write it',
          place: { file: 'a.sql', line: 1, column: 1 },
        },
      ],
      error: { code: 'findings', message: 'the files of lms have a fault; nothing was run' },
      exitCode: EXIT.usage,
    };
    expect(render(report)).toBe(`  ✗ a.sql:1:1  no way back  [missing-rollback]
      next: write it
error: the files of lms have a fault; nothing was run
exit 2 · wrong usage, configuration or files
`);
  });

  it('shows the log in columns', () => {
    const at = new Date('2026-11-18T21:04:09Z');
    const report = reportOf('history', {
      events: [
        {
          id: 2,
          at,
          by: 'deploy@ci',
          run: 'r',
          kind: 'failed',
          version: '2',
          name: 'two',
          sqlstate: '42703',
          message: 'no\nsuch column',
        },
        {
          id: 1,
          at,
          by: 'me@here',
          run: 'r',
          kind: 'applied',
          version: '1',
          name: 'one-longer',
          duration: 12,
        },
      ],
    });
    expect(render(report)).toBe(`${HEADER}
  ✗ 2026-11-18 21:04   failed        2 two          deploy@ci             no such column (42703)
  ✓ 2026-11-18 21:04   applied       1 one-longer   me@here       12 ms
`);
  });
});
