import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lmsDb } from '../support/cli.ts';
import type { Ran } from '../support/cli.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';
import { parseXml } from '../support/xml.ts';

interface VerifyEnvelope {
  readonly exitCode: number;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly targets: readonly {
    readonly verification: {
      readonly version: string;
      readonly checks: readonly {
        readonly name: string;
        readonly passed: boolean;
        readonly offenders: readonly object[];
      }[];
      readonly builtin: readonly { readonly id: string; readonly passed: boolean }[];
    };
  }[];
}

describe('lms-db verify', () => {
  let database: PrivateDatabase;
  let project: TemporaryProject;

  const run = (...args: string[]): Promise<Ran> =>
    lmsDb(args, { cwd: project.root, env: { DATABASE_URL: database.url } });
  const envelope = ({ stdout }: Ran): VerifyEnvelope => JSON.parse(stdout) as VerifyEnvelope;

  beforeAll(async () => {
    database = await privateDatabase();
    project = temporaryProject();
    project.migration(
      '001-courses',
      `create table courses (id int primary key, academy int);
      insert into courses select n, nullif(n % 3, 0) from generate_series(1, 30) as n;`,
      'drop table courses;',
    );
    project.write(
      'checks/structure.sql',
      '-- @check courses\n-- @expect 30\nselect count(*) from courses;\n',
    );
    expect((await run('up', '--quiet')).code).toBe(0);
    project.write(
      'checks/tenancy.sql',
      '-- @check no course without an academy\nselect id from courses where academy is null order by id;\n',
    );
  });
  afterAll(async () => {
    project.dispose();
    await database.drop();
  });

  it('shows what failed, with its place and its first rows, and exits 6', async () => {
    const ran = await run('verify');
    expect(ran.code).toBe(6);
    const lines = ran.stdout.split('\n');
    expect(lines).toContain('  ✓ structure   courses = 30   checks/structure.sql');
    expect(lines).toContain('  ✗ tenancy     no course without an academy   checks/tenancy.sql:1');
    expect(ran.stdout).toContain(
      'expected no rows, got 10\n        id\n        3\n        6\n        9\n        12\n        15\n        …\n',
    );
    expect(ran.stdout).toMatch(/\n19 checks at 001: 13 passed, 1 failed, 5 skipped in /);
    expect(ran.stderr).toContain('exit 6');
  });

  it('shows as many offenders as it is asked to', async () => {
    const [target] = envelope(await run('verify', '--offenders', '2', '--json')).targets;
    expect(target?.verification.checks.find(({ passed }) => !passed)?.offenders).toEqual([
      { id: 3 },
      { id: 6 },
    ]);
    expect((await run('check', '--offenders', '0')).stdout).toContain('expected no rows, got 10\n');
    expect((await run('verify', '--offenders', 'many')).code).toBe(2);
  });

  it('runs only what is named, and says what there is where the name is wrong', async () => {
    const ran = await run('verify', '--only', 'structure', '--only', 'invalid-index', '--json');
    expect(ran.code).toBe(0);
    const { verification } = envelope(ran).targets[0] ?? {};
    expect(verification?.checks.map(({ name }) => name)).toEqual(['courses']);
    expect(verification?.builtin.map(({ id }) => id)).toEqual(['invalid-index']);
    const wrong = await run('verify', '--only', 'structur', '--json');
    expect(wrong.code).toBe(2);
    expect(envelope(wrong).error).toMatchObject({
      message: 'there is no check "structur"',
      hint: 'did you mean structure?',
    });
  });

  it('leaves the built-in checks out', async () => {
    const { verification } = envelope(await run('verify', '--skip-builtin', '--json')).targets[0] ?? {};
    expect(verification?.builtin).toEqual([]);
    expect(verification?.checks).toHaveLength(2);
  });

  it('writes several reports of one run', async () => {
    const junit = join(project.root, 'checks.xml');
    const json = join(project.root, 'checks.json');
    const ran = await run(
      'verify',
      '--reporter',
      'github',
      '--reporter',
      `junit:${junit}`,
      '--reporter',
      `json:${json}`,
    );
    expect(ran.code).toBe(6);
    expect(ran.stdout).toContain(
      '::error file=checks/tenancy.sql,line=1,col=4,title=check%3A no course without an academy::expected no rows, got 10%0Aid%0A3',
    );
    expect(parseXml(readFileSync(junit, 'utf8')).attributes).toMatchObject({ tests: '19', failures: '1' });
    expect((JSON.parse(readFileSync(json, 'utf8')) as VerifyEnvelope).exitCode).toBe(6);
  });

  it('runs after up, which exits 6 and keeps what it applied', async () => {
    project.migration('002-more', 'select 1;', 'select 1;');
    const ran = await run('up');
    expect(ran.code).toBe(6);
    expect(ran.stdout).toContain('✓ 002 more');
    expect(ran.stdout).toContain('✗ tenancy     no course without an academy');
    expect(ran.stderr).toContain(
      'error: the check "no course without an academy" fails; what was applied stays applied',
    );
    project.migration('003-more', 'select 1;', 'select 1;');
    const without = await run('up', '--no-checks');
    expect(without.code).toBe(0);
    expect(without.stdout).not.toContain('tenancy');
    expect((await run('up')).code).toBe(0);
  });
});
