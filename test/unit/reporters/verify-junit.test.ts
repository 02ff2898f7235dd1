import { describe, expect, it } from 'vitest';
import { PLAIN } from '../../../src/core/reporter.ts';
import type { Report } from '../../../src/core/report.ts';
import { junit } from '../../../src/reporters/junit.ts';
import { builtinResult, checkResult, reportOf } from '../../support/verify-report.ts';
import { parseXml } from '../../support/xml.ts';
import type { XmlElement } from '../../support/xml.ts';

/** The structure that CI servers expect (https://github.com/testmoapp/junitxml), held for every document. */
function rendered(report: Report): XmlElement {
  const root = parseXml(junit.render(report, PLAIN));
  expect(root.name).toBe('testsuites');
  const cases = root.children.flatMap((suite) => suite.children);
  expect(cases.length).toBeGreaterThan(0);
  for (const suite of [root, ...root.children]) {
    const own = suite === root ? cases : suite.children;
    const having = (name: string): string =>
      String(own.filter(({ children }) => children.some((child) => child.name === name)).length);
    expect(suite.attributes['name']).toBeTruthy();
    expect(suite.attributes).toMatchObject({
      tests: String(own.length),
      failures: having('failure'),
      errors: having('error'),
      skipped: having('skipped'),
    });
    expect(suite.attributes['time']).toMatch(/^\d+\.\d{3}$/);
  }
  for (const one of cases) {
    expect(one.name).toBe('testcase');
    expect(Object.keys(one.attributes)).toEqual(expect.arrayContaining(['name', 'classname', 'time']));
    for (const { name } of one.children) {
      expect(['failure', 'error', 'skipped', 'system-out']).toContain(name);
    }
  }
  return root;
}

const casesOf = (root: XmlElement): readonly XmlElement[] => root.children.flatMap((suite) => suite.children);

describe('junit', () => {
  it('has a suite for each checks file and one for the built-in checks', () => {
    const root = rendered(
      reportOf({
        verification: {
          version: '1',
          checks: [
            checkResult(),
            checkResult({ name: 'later', skipped: 'since 2' }),
            checkResult({ name: 'vectors', skipped: 'extension vector is not installed' }),
            checkResult({ name: 'users', place: { file: 'checks/lms/users.sql', line: 9, column: 4 } }),
          ],
          builtin: [builtinResult({ untried: [{ object: 'public.f()', reason: 'it is VOLATILE' }] })],
        },
      }),
    );
    expect(root.children.map(({ attributes }) => attributes['name'])).toEqual([
      'lms (app@db:5432/lms): checks/lms/structure.sql',
      'lms (app@db:5432/lms): checks/lms/users.sql',
      'lms (app@db:5432/lms): built in',
    ]);
    const [tables, later, vectors, users, builtin] = casesOf(root);
    expect(tables?.attributes).toMatchObject({
      name: 'tables',
      time: '0.002',
      file: 'checks/lms/structure.sql',
      line: '3',
    });
    expect(later?.children[0]).toMatchObject({ name: 'skipped', attributes: { message: 'since 2' } });
    expect(vectors?.children[0]).toMatchObject({
      name: 'skipped',
      attributes: { message: 'extension vector is not installed' },
    });
    expect(users?.attributes['line']).toBe('9');
    expect(builtin?.children[0]?.text).toBe('not tried: public.f(): it is VOLATILE');
  });

  it('tells a check that fails from one whose query fails, and lets a warning pass', () => {
    const failure = { message: 'no', sqlstate: '42P01', remains: 'nothing.', next: 'correct it' };
    const root = rendered(
      reportOf({
        exitCode: 6,
        verification: {
          version: undefined,
          checks: [
            checkResult({ passed: false, got: '3', expected: 'no rows', offenders: [{ id: 1 }] }),
            checkResult({
              passed: false,
              failure: { ...failure, place: { file: 'c.sql', line: 7, column: 1 } },
            }),
            checkResult({ passed: false, severity: 'warning', got: '41' }),
          ],
          builtin: [
            builtinResult({
              passed: false,
              findings: [{ object: 'public.i', problem: 'index i is not valid', fix: 'REINDEX INDEX i;' }],
            }),
          ],
        },
      }),
    );
    const bad = casesOf(root).map(({ children }) =>
      children.map(({ name, attributes, text }) => [name, attributes['message'], text]),
    );
    expect(bad).toEqual([
      [['failure', 'expected no rows, got 3', 'checks/lms/structure.sql:3\nexpected no rows, got 3\nid\n1']],
      [['error', 'no (42P01)', 'c.sql:7\nno (42P01)\nnothing.\nnext: correct it']],
      [['system-out', undefined, 'warning: expected 42, got 41']],
      [['failure', 'index i is not valid', 'index i is not valid\nmend it with: REINDEX INDEX i;']],
    ]);
  });

  it('has a case for each migration and guard, of a run that failed too', () => {
    const step = { direction: 'up', attempts: 1, checks: [], duration: 5 } as const;
    const root = rendered(
      reportOf({
        exitCode: 5,
        outcomes: [
          { ...step, version: '1', name: 'a', status: 'done', checks: [checkResult({ name: 'guard' })] },
          {
            ...step,
            version: '2',
            name: 'b',
            status: 'failed',
            failure: { message: 'bad', remains: 'nothing', next: '' },
          },
          { ...step, version: '3', name: 'c', status: 'undone' },
          { ...step, version: '4', name: 'd', status: 'not-run' },
        ],
        error: { code: 'migration-failed', message: 'bad' },
      }),
    );
    expect(casesOf(root).map(({ attributes, children }) => [attributes['name'], children[0]?.name])).toEqual([
      ['1 a', undefined],
      ['2 b', 'failure'],
      ['3 c', 'error'],
      ['4 d', 'skipped'],
      ['guard', undefined],
    ]);
  });

  it('says an error without a target, and is never empty', () => {
    const none: Report = { formatVersion: 1, command: 'up', targets: [], findings: [], exitCode: 0 };
    expect(casesOf(rendered(none)).map(({ attributes }) => attributes['name'])).toEqual(['lms-db up']);
    const failed = rendered({
      ...none,
      exitCode: 1,
      error: { code: 'connection', message: 'cannot connect', hint: 'start it' },
      findings: [{ code: 'changed', severity: 'warning', message: 'file changed', exitCode: 4 }],
    });
    expect(
      casesOf(failed).map(({ attributes, children }) => [attributes['name'], children[0]?.name]),
    ).toEqual([
      ['changed', 'system-out'],
      ['connection', 'error'],
    ]);
  });

  it('stays well-formed, whatever rows and messages hold', () => {
    const nasty = `]]> <b>&amp; "quotes" 'and' \u0000\u0001\u001b[31m\u0085\uFFFF \uD800 🎓\r\n\ttab`;
    const root = rendered(
      reportOf({
        exitCode: 6,
        verification: {
          version: '1',
          checks: [
            checkResult({
              name: nasty,
              passed: false,
              got: nasty,
              expected: nasty,
              offenders: [{ [nasty]: nasty }],
            }),
          ],
          builtin: [],
        },
      }),
    );
    const [one] = casesOf(root);
    expect(one?.attributes['name']).toBe(
      `]]> <b>&amp; "quotes" 'and' \uFFFD\uFFFD\uFFFD[31m\u0085\uFFFD \uFFFD 🎓\r\n\ttab`,
    );
  });
});
