import { describe, expect, it } from 'vitest';
import { checksumOf, tokenChecksumOf } from '../../../src/core/checksum.ts';
import { parseDirectives } from '../../../src/core/directives.ts';
import type { Finding } from '../../../src/core/finding.ts';
import type { HistoryState, StoredRollback } from '../../../src/core/history.ts';
import type { MigrationFile } from '../../../src/core/migration.ts';
import { newestOf, pendingOf, planDown, planUp, selectDown } from '../../../src/core/plan.ts';
import type { Plan, PlanPolicy } from '../../../src/core/plan.ts';
import { file, leftover, stateOf } from '../../support/migrations.ts';

const a = file('0001-a');
const b = file('0002-b');
const c = file('0003-c');
const files = [a, b, c];

const policy: PlanPolicy = {
  tokenChecksumOf,
  checksumOf,
  directivesOf: (path, text) => parseDirectives(path, text, 'rollback').directives,
};

function versions(plan: Plan): string[] {
  return plan.steps.map((step) => step.version);
}

function said(findings: readonly Finding[]): string[] {
  return findings.map(
    ({ code, severity, exitCode, message, hint = '-' }) =>
      `${code} ${severity} ${exitCode} | ${message} | ${hint}`,
  );
}

describe('newestOf', () => {
  it('is the greatest version, not the last one applied', () => {
    expect(newestOf([])).toBeUndefined();
    expect(newestOf([{ version: '10' }, { version: '9' }])).toBe('10');
    expect(newestOf(stateOf([c, a]).applied)).toBe('0003');
  });
});

describe('pendingOf', () => {
  it('is what the files have and the history has not', () => {
    expect(pendingOf(files, stateOf([b]))).toEqual([a, c]);
    expect(pendingOf(files, stateOf(files))).toEqual([]);
    expect(pendingOf([], stateOf([a]))).toEqual([]);
  });
});

describe('planUp', () => {
  const up = (
    all: readonly MigrationFile[],
    state: HistoryState,
    request: { to?: string; steps?: number } = {},
  ): Plan => planUp(all, state, request, policy);

  it.each<
    [
      what: string,
      applied: MigrationFile[],
      request: { to?: string; steps?: number },
      steps: string[],
      from: string | undefined,
      to: string | undefined,
      later: number,
    ]
  >([
    ['everything on an empty database', [], {}, ['0001', '0002', '0003'], undefined, '0003', 0],
    ['what is missing', [a], {}, ['0002', '0003'], '0001', '0003', 0],
    ['nothing where nothing is pending', files, {}, [], '0003', '0003', 0],
    ['up to a version, that one too', [], { to: '0002' }, ['0001', '0002'], undefined, '0002', 1],
    ['up to a version that is applied: nothing', [a, b], { to: '0001' }, [], '0002', '0002', 1],
    ['so many steps', [], { steps: 1 }, ['0001'], undefined, '0001', 2],
    ['no more steps than there are', [a, b], { steps: 9 }, ['0003'], '0002', '0003', 0],
    ['no step', [a], { steps: 0 }, [], '0001', '0001', 2],
    ['steps up to a version', [], { to: '0002', steps: 1 }, ['0001'], undefined, '0001', 2],
  ])('runs %s', (_, applied, request, steps, from, to, later) => {
    const plan = up(files, stateOf(applied), request);
    expect(versions(plan)).toEqual(steps);
    expect([plan.direction, plan.from, plan.to, plan.later]).toEqual(['up', from, to, later]);
    expect(plan.findings).toEqual([]);
  });

  it('has nothing to do without files', () => {
    expect(up([], stateOf([]))).toEqual({
      direction: 'up',
      from: undefined,
      to: undefined,
      steps: [],
      later: 0,
      findings: [],
    });
  });

  it('takes every decision: text, directives, guard, number of statements', () => {
    const guard = '-- @check one\nselect 1 where false;';
    const migration = file('0001-a', { up: '-- @lock-timeout 2s\nselect 1; select 2;', guard });
    expect(up([migration], stateOf([])).steps).toEqual([
      {
        direction: 'up',
        version: '0001',
        name: 'a',
        source: 'file',
        script: migration.script,
        directives: migration.directives,
        statements: 2,
        guard: migration.guard,
        file: migration,
      },
    ]);
    expect(migration.directives.lockTimeout).toBe(2000);
  });

  it.each<[what: string, all: MigrationFile[], to: string, hint: string]>([
    ['among others', files, '0009', 'the newest is 0003; `lms-db status` lists all'],
    ['without any', [], '0009', 'write one with `lms-db new NAME`'],
  ])('refuses to go to a version that no file has, %s', (_, all, to, hint) => {
    expect(said(up(all, stateOf([]), { to }).findings)).toEqual([
      `unknown-version error 2 | there is no migration with version 0009 | ${hint}`,
    ]);
  });

  it('runs what is out of order in the order of the versions, where that is allowed', () => {
    const state = stateOf([c]);
    expect(up(files, state).findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['out-of-order', 'error'],
      ['out-of-order', 'error'],
    ]);
    const allowed = planUp(files, state, {}, { ...policy, allowOutOfOrder: true });
    expect(versions(allowed)).toEqual(['0001', '0002']);
    expect(allowed.findings.map(({ severity }) => severity)).toEqual(['warning', 'warning']);
    expect([allowed.from, allowed.to]).toEqual(['0003', '0003']);
  });

  it('carries on with a migration that was interrupted half way', () => {
    const done = { ...leftover('0002', 'up'), state: 'done' as const };
    const plan = up(files, stateOf([a], [done, { ...leftover('0002', 'up'), ordinal: 2 }]));
    expect(versions(plan)).toEqual(['0002', '0003']);
    expect(plan.steps.map(({ resumesAt }) => resumesAt)).toEqual([2, undefined]);
    expect(plan.findings).toEqual([]);
  });

  it('refuses to pass over an interrupted migration whose file is gone', () => {
    expect(said(up([a, c], stateOf([a], [leftover('0002', 'up')])).findings)).toEqual([
      'missing-file error 4 | migration 0002 was interrupted half way, and its file is not here | restore the file, or check out the branch that has it, and finish it with `lms-db up`',
    ]);
  });

  it('refuses to go up while a rollback is half done', () => {
    expect(said(up(files, stateOf([a, b], [leftover('0002', 'down')])).findings)).toEqual([
      'interrupted-rollback error 4 | the rollback of 0002 was interrupted half way | finish it with `lms-db down`, then run `lms-db up` again',
    ]);
  });
});

describe('selectDown', () => {
  it.each<
    [
      what: string,
      applied: MigrationFile[],
      request: { count?: number | 'all'; to?: string },
      expected: string[],
    ]
  >([
    ['the last one, unless told more', files, {}, ['0003']],
    ['so many, newest first', files, { count: 2 }, ['0003', '0002']],
    ['no more than there are', files, { count: 9 }, ['0003', '0002', '0001']],
    ['all', files, { count: 'all' }, ['0003', '0002', '0001']],
    ['none of nothing', [], {}, []],
    ['none of nothing, all of it', [], { count: 'all' }, []],
    ['what came after a version; it stays itself', files, { to: '0001' }, ['0003', '0002']],
    ['nothing after the last one', files, { to: '0003' }, []],
    ['by the order of applying, not of the versions', [c, a, b], {}, ['0002']],
    ['to a version by the order of applying', [c, a, b], { to: '0003' }, ['0002', '0001']],
    ['to a version that was applied last though it is old', [c, b, a], { to: '0001' }, []],
  ])('takes back %s', (_, applied, request, expected) => {
    const { selected, findings } = selectDown(stateOf(applied), request);
    expect(selected.map(({ version }) => version)).toEqual(expected);
    expect(findings).toEqual([]);
  });

  it.each<[what: string, applied: MigrationFile[], hint: string]>([
    [
      'others are',
      [a, b],
      'the newest applied is 0002; `lms-db status` lists all; `--all` goes back to nothing',
    ],
    ['nothing is', [], 'nothing is applied: there is nothing to roll back'],
  ])('refuses to go back to a version that is not applied while %s', (_, applied, hint) => {
    const { selected, findings } = selectDown(stateOf(applied), { to: '0003' });
    expect(selected).toEqual([]);
    expect(said(findings)).toEqual([
      `not-applied error 2 | version 0003 is not applied, so nothing can be rolled back to it | ${hint}`,
    ]);
  });
});

describe('planDown', () => {
  const stored = (...migrations: readonly MigrationFile[]): ReadonlyMap<string, StoredRollback> =>
    new Map(
      migrations.map(({ version, fileName, rollback }) => [
        version,
        { version, fileName, text: rollback?.script.text ?? '' },
      ]),
    );
  const down = (
    all: readonly MigrationFile[],
    state: HistoryState,
    rollbacks: ReadonlyMap<string, StoredRollback>,
    request: { count?: number | 'all'; to?: string } = { count: 'all' },
    useFiles = false,
  ): Plan => planDown(all, state, request, rollbacks, { ...policy, useFiles });

  it('runs the stored rollbacks, newest applied first, under the names of their files', () => {
    const plan = down(files, stateOf([a, c, b]), stored(a, b, c));
    expect(
      plan.steps.map(({ direction, version, source, script }) => [direction, version, source, script.path]),
    ).toEqual([
      ['down', '0002', 'history', 'rollbacks/0002-b.sql'],
      ['down', '0003', 'history', 'rollbacks/0003-c.sql'],
      ['down', '0001', 'history', 'rollbacks/0001-a.sql'],
    ]);
    expect([plan.direction, plan.from, plan.to, plan.later]).toEqual(['down', '0003', undefined, 0]);
    expect(plan.findings).toEqual([]);
  });

  it('says which version remains', () => {
    const plan = down(files, stateOf(files), stored(a, b, c), { count: 1 });
    expect([plan.from, plan.to]).toEqual(['0003', '0002']);
    const oldest = down(files, stateOf([c, b, a]), stored(a, b, c), { count: 1 });
    expect([versions(oldest), oldest.from, oldest.to]).toEqual([['0001'], '0003', '0003']);
  });

  it('has nothing to do where nothing is applied', () => {
    const plan = down(files, stateOf([]), new Map());
    expect([plan.steps, plan.from, plan.to, plan.findings]).toEqual([[], undefined, undefined, []]);
  });

  it('works without the files: the text comes from the history', () => {
    const [step] = down([], stateOf([a]), stored(a)).steps;
    expect(step?.source).toBe('history');
    expect(step?.script).toEqual({
      path: 'history:0001-a.sql',
      text: 'drop table "a";',
      checksum: checksumOf('drop table "a";'),
    });
    expect([step?.statements, step?.guard, step?.file]).toEqual([1, undefined, undefined]);
  });

  it('obeys the directives of the stored text', () => {
    const migration = file('0001-a', { down: '-- @transaction off\ndrop index concurrently i;' });
    const [step] = down([], stateOf([migration]), stored(migration)).steps;
    expect(step?.directives.transaction).toBe(false);
  });

  const edited = file('0001-a', { down: 'drop table if exists "a";' });

  it('says that the file differs, and runs the stored rollback', () => {
    const plan = down([edited], stateOf([a]), stored(a));
    expect(plan.steps[0]?.script.text).toBe('drop table "a";');
    expect(said(plan.findings)).toEqual([
      'rollback-differs warning 4 | rollbacks/0001-a.sql differs from the rollback that was stored when 0001 was applied; the stored one runs | use the file with `lms-db down --use-files`',
    ]);
  });

  it('takes the file where that is asked for', () => {
    const plan = down([edited], stateOf([a]), stored(a), { count: 'all' }, true);
    expect(plan.steps.map(({ source, script }) => [source, script])).toEqual([
      ['file', edited.rollback?.script],
    ]);
    expect(plan.findings).toEqual([]);
  });

  it('takes the stored rollback where the file is gone, though the files are asked for', () => {
    const gone = file('0001-a', { down: undefined });
    const plan = down([gone], stateOf([a]), stored(a), { count: 'all' }, true);
    expect(plan.steps[0]?.source).toBe('history');
  });

  it('takes a rollback that was written later, where none was stored', () => {
    const without = file('0001-a', { down: undefined });
    const plan = down([a], stateOf([without]), new Map());
    expect(plan.steps.map(({ source, script }) => [source, script.text])).toEqual([
      ['file', 'drop table "a";'],
    ]);
    expect(plan.findings).toEqual([]);
  });

  it('refuses where there is no rollback at all, and names every one that is missing', () => {
    const without = [file('0001-a', { down: undefined }), file('0002-b', { down: undefined })];
    const plan = down(without, stateOf(without), new Map());
    expect(said(plan.findings)).toEqual([
      'rollback-missing error 10 | 0002 b has no rollback, neither in the files nor in the history | write rollbacks/…/0002-b.sql, or stop before it with `lms-db down --to 0002`',
      'rollback-missing error 10 | 0001 a has no rollback, neither in the files nor in the history | write rollbacks/…/0001-a.sql, or stop before it with `lms-db down --to 0001`',
    ]);
  });

  const final = file('0002-b', { up: '-- @irreversible data is merged\nselect 1;', down: undefined });

  it('refuses to cross an irreversible migration', () => {
    expect(said(down([a, final], stateOf([a, final]), stored(a)).findings)).toEqual([
      'irreversible error 10 | 0002 b is irreversible: data is merged | stop before it with `lms-db down --to 0002`, or write a new migration that goes forward',
    ]);
  });

  it('does not mind an irreversible migration that stays', () => {
    const plan = down([a, final, c], stateOf([a, final, c]), stored(a, c), { to: '0002' });
    expect(versions(plan)).toEqual(['0003']);
    expect(plan.findings).toEqual([]);
  });

  it('refuses to go down while a migration is half applied', () => {
    const plan = down(files, stateOf([a], [leftover('0002', 'up')]), stored(a));
    expect(said(plan.findings)).toEqual([
      'interrupted-migration error 4 | migration 0002 was interrupted half way | finish it with `lms-db up`, then run `lms-db down` again',
    ]);
  });

  it('carries on with a rollback that was interrupted half way', () => {
    const plan = down(files, stateOf([a, b], [leftover('0002', 'down')]), stored(a, b), {});
    expect(versions(plan)).toEqual(['0002']);
    expect(plan.steps[0]?.resumesAt).toBe(1);
    expect(plan.findings).toEqual([]);
  });

  it('refuses a version that is not applied', () => {
    const plan = down(files, stateOf([a]), stored(a), { to: '0002' });
    expect(plan.steps).toEqual([]);
    expect(plan.findings.map(({ code }) => code)).toEqual(['not-applied']);
  });
});
