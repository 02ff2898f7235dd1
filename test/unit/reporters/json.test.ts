import { describe, expect, it } from 'vitest';
import { PLAIN } from '../../../src/core/reporter.ts';
import { json } from '../../../src/reporters/json.ts';
import { outcome, plan, reportOf, step, TARGET } from './example.ts';

describe('the json reporter', () => {
  it('gives one envelope, with whole milliseconds, ISO times, and no text of a file', () => {
    const first = step('1', 'one', '-- @risk low new\nselect secret_text;');
    const report = reportOf('up', {
      plan: plan([first]),
      outcomes: [outcome(first, { duration: 4.6 })],
      events: [
        { id: 1, at: new Date('2026-11-18T21:04:09Z'), by: 'me', run: 'r', kind: 'applied', duration: 3.3 },
      ],
      error: { code: 'migration-failed', message: 'no', hint: 'yes' },
      exitCode: 5,
      duration: 12.4,
    });
    const text = json.render(report, PLAIN);
    expect(text).not.toContain('secret_text');
    expect(JSON.parse(text)).toMatchObject({
      formatVersion: 1,
      command: 'up',
      ok: false,
      exitCode: 5,
      error: { code: 'migration-failed', message: 'no', hint: 'yes' },
      findings: [],
      targets: [
        {
          target: TARGET,
          plan: {
            direction: 'up',
            from: null,
            to: '1',
            steps: [{ version: '1', risk: { level: 'low', why: 'new' } }],
          },
          outcomes: [{ version: '1', status: 'done', duration: 5 }],
          events: [{ at: '2026-11-18T21:04:09.000Z', duration: 3 }],
          duration: 12,
        },
      ],
    });
  });

  it('names no command where the line named none', () => {
    const report = {
      formatVersion: 1,
      command: '',
      targets: [],
      findings: [],
      exitCode: 2,
      error: { code: 'usage', message: 'no' },
    } as const;
    expect(JSON.parse(json.render(report, PLAIN))).toEqual({
      formatVersion: 1,
      command: null,
      ok: false,
      exitCode: 2,
      error: { code: 'usage', message: 'no' },
      findings: [],
      targets: [],
    });
  });
});
