import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/finding.ts';
import type { Report } from '../../../src/core/report.ts';
import { PLAIN } from '../../../src/core/reporter.ts';
import { sarif } from '../../../src/reporters/sarif.ts';
import { RULES } from '../../../src/rules/all.ts';
import { outcome, plan, reportOf, step } from './example.ts';

/**
 * The schema of SARIF 2.1.0 (OASIS), as @microsoft/jest-sarif 1.0.0-beta.0 ships it. It is of draft 4, whose `id` is
 * the only thing in it that newer drafts write otherwise.
 */
function schema(): object {
  const { id, $schema, ...rest } = JSON.parse(
    readFileSync('test/fixtures/sarif/sarif-2.1.0-rtm.5.json', 'utf8'),
  ) as Record<string, unknown>;
  expect([typeof id, typeof $schema]).toEqual(['string', 'string']);
  return rest;
}

const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
// Its default export is the function, whatever the types of CommonJS say.
(formats as unknown as (instance: Ajv) => void)(ajv);
const validate = ajv.compile(schema());

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly object[];
    }[];
  }[];
}

/** The log of a report, which the schema accepts. */
function logOf(report: Report): Log {
  const log: unknown = JSON.parse(sarif.render(report, PLAIN));
  expect(validate(log) ? [] : validate.errors).toEqual([]);
  return log as Log;
}

const FINDING: Finding = {
  code: 'set-not-null-scan',
  severity: 'error',
  message: 'it reads all rows',
  hint: 'add a CHECK first',
  place: { file: 'migrations/lms/007 größe.sql', line: 3, column: 5 },
  snippet: [{ line: 3, text: 'ALTER TABLE t ALTER a SET NOT NULL' }],
  exitCode: 9,
};

describe('the sarif reporter', () => {
  it('writes a finding of lint with its place, its line and its rule', () => {
    const rule = RULES.find(({ id }) => id === FINDING.code);
    const log = logOf({
      formatVersion: 1,
      command: 'lint',
      targets: [],
      findings: [FINDING, { ...FINDING, severity: 'notice', code: 'unused-allow', place: undefined }],
      lint: {
        files: 1,
        statements: 1,
        rules: 1,
        hiddenNotices: 0,
        explained: rule === undefined ? [] : [rule],
      },
      exitCode: 9,
    });
    const [run] = log.runs;
    expect(run?.results).toMatchObject([
      {
        ruleId: 'set-not-null-scan',
        level: 'error',
        message: { text: 'it reads all rows\nnext: add a CHECK first' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'migrations/lms/007%20gr%C3%B6%C3%9Fe.sql' },
              region: {
                startLine: 3,
                startColumn: 5,
                snippet: { text: 'ALTER TABLE t ALTER a SET NOT NULL' },
              },
            },
          },
        ],
      },
      { ruleId: 'unused-allow', level: 'note', locations: [] },
    ]);
    for (const { ruleId, ruleIndex } of run?.results ?? []) {
      expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    }
    expect(run?.tool.driver.rules[0]).toMatchObject({
      shortDescription: { text: rule?.summary },
      fullDescription: { text: rule?.why },
    });
  });

  it('writes what failed in a database', () => {
    const one = step('1', 'one');
    const failure = {
      message: 'no such table',
      sqlstate: '42P01',
      place: FINDING.place,
      remains: 'rolled back',
      next: 'mend it',
    };
    const log = logOf(
      reportOf('up', {
        plan: plan([one]),
        outcomes: [outcome(one, { status: 'failed', failure })],
        exitCode: 5,
      }),
    );
    expect(log.runs[0]?.results).toMatchObject([{ ruleId: 'migration-failed', level: 'error' }]);
    expect(log.runs[0]?.results[0]?.message.text).toContain('no such table (42P01)');
  });

  it('writes a run without results, and one that did not begin', () => {
    expect(
      logOf({ formatVersion: 1, command: 'lint', targets: [], findings: [], exitCode: 0 }).runs[0]?.results,
    ).toEqual([]);
    const error = { code: 'usage', message: 'there is no file x' };
    const log = logOf({ formatVersion: 1, command: 'lint', targets: [], findings: [], error, exitCode: 2 });
    expect(log.runs[0]?.results).toMatchObject([{ ruleId: 'usage', level: 'error' }]);
  });
});
