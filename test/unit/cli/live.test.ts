import { describe, expect, it } from 'vitest';
import { failedReport } from '../../../src/cli/failed-report.ts';
import { Live } from '../../../src/cli/live.ts';
import { Trace } from '../../../src/cli/trace.ts';
import { FindingsError, LockNotObtainedError } from '../../../src/core/errors.ts';
import type { Event } from '../../../src/core/event.ts';
import { PLAIN } from '../../../src/core/reporter.ts';
import type { Report } from '../../../src/core/report.ts';
import { pretty } from '../../../src/reporters/pretty.ts';
import { outcome, plan, reportOf, step, TARGET } from '../reporters/example.ts';

const one = step('1', 'one');
const two = step('2', 'two-longer');
const back = step('1', 'one', 'select 1;', 'down');
const ups = plan([one, two], { later: 1 });
const failure = {
  message: 'no',
  remains: 'rolled back.',
  next: 'mend it',
  place: { file: 'a.sql', line: 1, column: 1 },
};
const losses = [{ object: 'courses', count: 2, what: 'rows', version: '1' }];
const finding = { code: 'changed', severity: 'error', exitCode: 4, message: 'changed' } as const;

/** A run as the command line sees it: events, then a report or an error. */
interface Run {
  readonly command: string;
  readonly events: readonly (Event | { readonly type: 'losses' } | { readonly type: 'notes' })[];
  readonly end: Report | Error;
}

const connected: Event = { type: 'connected', target: TARGET };
const done: Event = { type: 'outcome', outcome: outcome(one) };
const RUNS: Readonly<Record<string, Run>> = {
  'an up that applies': {
    command: 'up',
    events: [connected, { type: 'planned', plan: ups }, done, { type: 'outcome', outcome: outcome(two) }],
    end: reportOf('up', { plan: ups, outcomes: [outcome(one), outcome(two)] }),
  },
  'an up that fails': {
    command: 'up',
    events: [
      connected,
      { type: 'planned', plan: ups },
      done,
      { type: 'outcome', outcome: outcome(two, { status: 'failed', failure }) },
    ],
    end: reportOf('up', {
      plan: ups,
      outcomes: [outcome(one), outcome(two, { status: 'failed', failure })],
      exitCode: 5,
      error: { code: 'migration-failed', message: 'no' },
    }),
  },
  'an up with nothing to do': { command: 'up', events: [connected], end: reportOf('up', { plan: plan([]) }) },
  'an up that is stopped by findings': {
    command: 'up',
    events: [connected],
    end: new FindingsError('they disagree', [finding]),
  },
  'an up that does not get the run lock': {
    command: 'up',
    events: [connected, { type: 'planned', plan: ups }],
    end: new LockNotObtainedError('held', { hint: 'wait' }),
  },
  'an up that breaks in the middle': {
    command: 'up',
    events: [connected, { type: 'planned', plan: ups }, done],
    end: new Error('oops'),
  },
  'an up that never connects': { command: 'up', events: [], end: new LockNotObtainedError('held') },
  'a dry run': {
    command: 'up',
    events: [connected, { type: 'planned', plan: ups }],
    end: reportOf('up', { plan: ups }),
  },
  'a plan': { command: 'plan', events: [connected], end: reportOf('plan', { plan: ups }) },
  'a status': {
    command: 'status',
    events: [connected],
    end: reportOf('status', {
      migrations: [{ version: '1', name: 'one', state: 'pending' }],
      findings: [finding],
    }),
  },
  'a down with losses': {
    command: 'down',
    events: [
      connected,
      { type: 'planned', plan: plan([back]) },
      { type: 'losses' },
      { type: 'outcome', outcome: outcome(back) },
    ],
    end: reportOf('down', { plan: plan([back]), losses, outcomes: [outcome(back)] }),
  },
  'a redo, whose second half plans again': {
    command: 'redo',
    events: [
      connected,
      { type: 'planned', plan: plan([back]) },
      { type: 'outcome', outcome: outcome(back) },
      { type: 'planned', plan: plan([one]) },
      done,
    ],
    end: reportOf('redo', { plan: plan([one]), outcomes: [outcome(back), outcome(one)] }),
  },
  'a reset': {
    command: 'reset',
    events: [connected, { type: 'notes' }, { type: 'planned', plan: ups }, done],
    end: reportOf('reset', {
      plan: ups,
      outcomes: [outcome(one)],
      target: { ...TARGET, environment: 'development' },
    }),
  },
  'a wait': {
    command: 'wait',
    events: [{ type: 'connected', target: { ...TARGET, serverVersion: undefined } }, connected],
    end: reportOf('wait', {}),
  },
};

describe('the live report', () => {
  it.each(Object.entries(RUNS))(
    'says of %s, line by line, what the pretty reporter says of the whole',
    (_, run) => {
      let written = '';
      const write = (lines: readonly string[]): void => {
        written += lines.map((line) => `${line}\n`).join('');
      };
      const live = new Live({
        command: run.command,
        results: write,
        trouble: write,
        style: PLAIN,
        troubleStyle: PLAIN,
      });
      const trace = new Trace();
      trace.aim({ ...TARGET, serverVersion: undefined });
      for (const event of run.events) {
        if (event.type === 'losses') {
          trace.losses(losses);
          live.losses(losses);
        } else if (event.type === 'notes') {
          trace.notes(['drops it']);
          live.notes(['drops it']);
        } else {
          trace.event(event);
          live.event(event);
        }
      }
      const report =
        run.end instanceof Error ? failedReport(run.command, run.end, trace, 5) : trace.completed(run.end);
      live.finish(report);
      expect(written).toBe(pretty.render(report, PLAIN));
      expect(written.split('\n')[0]).toMatch(/^lms · app@db\.example\.com:5432\/lms/);
    },
  );
});
