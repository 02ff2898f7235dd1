import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GLOBAL_OPTIONS } from '../../src/cli/options.ts';
import { REPORTERS } from '../../src/cli/output.ts';
import { EXIT } from '../../src/core/finding.ts';
import { EXIT_MEANINGS } from '../../src/core/report.ts';
import { PLAIN } from '../../src/core/reporter.ts';
import { parse } from '../../src/cli/parse.ts';
import { outcome, plan, reportOf, step } from '../unit/reporters/example.ts';

describe('the reporters', () => {
  it('are the files of their folder, each under its name', () => {
    const files = readdirSync('src/reporters').filter((file) => file.endsWith('.ts'));
    expect(Object.keys(REPORTERS).sort()).toEqual(files.map((file) => file.replace(/\.ts$/, '')).sort());
  });

  it.each(Object.entries(REPORTERS))('%s says what it is for, and can say anything', async (name, load) => {
    const reporter = await load();
    expect(reporter.summary).not.toBe('');
    const one = step('1', 'one');
    for (const report of [
      reportOf('up', { plan: plan([one]), outcomes: [outcome(one)] }),
      reportOf('up', {
        plan: plan([one]),
        outcomes: [outcome(one, { status: 'failed', failure: { message: 'no', remains: 'r', next: 'n' } })],
        exitCode: 5,
      }),
      reportOf('status', { migrations: [] }),
      reportOf('history', { events: [] }),
      {
        formatVersion: 1,
        command: '',
        targets: [],
        findings: [],
        exitCode: 2,
        error: { code: 'usage', message: 'no' },
      } as const,
    ]) {
      expect(reporter.render(report, PLAIN)).toMatch(/^$|\n$/);
    }
    expect(GLOBAL_OPTIONS.find(({ flags }) => flags.startsWith('--reporter'))?.description).toContain(name);
  });
});

describe('the exit codes', () => {
  it('have one meaning each, which the help says', async () => {
    const codes = Object.values(EXIT).map(String).sort();
    expect(Object.keys(EXIT_MEANINGS).sort()).toEqual(codes);
    expect(new Set(Object.values(EXIT_MEANINGS)).size).toBe(codes.length);
    const help = await parse(['--help'], '0.0.0');
    if (help.kind !== 'text') throw new Error('there is no help');
    for (const [code, meaning] of Object.entries(EXIT_MEANINGS)) {
      expect(help.text).toMatch(new RegExp(`^ {2}${code} +${meaning.replace(/[()]/g, '\\$&')}$`, 'm'));
    }
  });
});
