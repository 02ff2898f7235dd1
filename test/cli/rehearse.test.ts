import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envelopeOf, lmsDb } from '../support/cli.ts';
import { privateDatabase, serverParameters, urlOf } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';
import { parseXml } from '../support/xml.ts';

describe('lms-db rehearse', () => {
  let database: PrivateDatabase;
  let project: TemporaryProject;
  const run = (...args: string[]): ReturnType<typeof lmsDb> => lmsDb(args, { cwd: project.root });
  const rehearse = (...args: string[]): ReturnType<typeof lmsDb> =>
    run('rehearse', '--on', urlOf(serverParameters()), ...args);
  const proofs = (): { migrations: { version: string; verdict: string; rows: boolean }[] } =>
    JSON.parse(readFileSync(join(project.root, 'rehearsals/database.json'), 'utf8')) as never;

  beforeAll(async () => {
    database = await privateDatabase();
    project = temporaryProject();
    project.migration(
      '001-courses',
      'create table courses (id integer primary key, title text not null);',
      'drop table courses;',
    );
    project.migration(
      '002-slug',
      'alter table courses add column slug text;\ncreate index courses_slug_idx on courses (slug);',
      'alter table courses drop column slug;',
    );
  });
  afterAll(async () => {
    project.dispose();
    await database.drop();
  });

  it('shows each migration with its times and its worst lock, and writes the proofs', async () => {
    const { code, stdout, stderr } = await rehearse('--all');
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    expect(stdout).toMatch(/2 migrations · on empty tables, then with rows/);
    expect(stdout).toMatch(/✓ 001-?.*courses +up \d+ · down \d+ · up \d+ ms/);
    expect(stdout).toMatch(/✓ 002.*slug +.* ACCESS EXCLUSIVE on courses for .*/);
    expect(stdout).toMatch(/2 of 2 roll back · worst lock: ACCESS EXCLUSIVE on courses for /);
    expect(stdout).toContain('proofs: rehearsals/database.json');
    expect(proofs().migrations).toMatchObject([
      { version: '001', verdict: 'proven', rows: true },
      { version: '002', verdict: 'proven', rows: true },
    ]);
  });

  it('shows on request what each statement does', async () => {
    const { stdout } = await rehearse('002', '--locks', '--no-write');
    expect(stdout).toMatch(/1 │ alter table courses add column slug text/);
    expect(stdout).toMatch(/reads all of courses/);
  });

  it('rehearses by default what is pending, and says so when nothing is', async () => {
    const url = ['--url', database.url];
    const up = await run('up', ...url, '--to', '001');
    expect(up.code).toBe(0);
    const pending = await rehearse(...url, '--no-write');
    expect(pending.stdout).toContain('1 of 1 roll back');
    expect(pending.stdout).not.toContain('001 courses');
    await run('up', ...url);
    const nothing = await rehearse(...url);
    expect(nothing.code).toBe(0);
    expect(nothing.stdout).toContain('nothing is pending, so nothing is rehearsed');
    await run('down', '--all', '--allow-data-loss', ...url);
  });

  it('knows which proofs still hold, without a database', async () => {
    expect((await run('rehearse', '--check')).code).toBe(0);
    project.write('rollbacks/001-courses.sql', 'drop table if exists courses;');
    const stale = await run('rehearse', '--check');
    expect(stale.code).toBe(10);
    expect(stale.stdout + stale.stderr).toContain(
      '001 courses changed, or something before it did, since it was rehearsed',
    );
    expect(stale.stdout + stale.stderr).toContain('002 slug changed, or something before it did');
    const again = await rehearse('--unproven', '--no-rows');
    expect(again.stdout).toContain('2 of 2 roll back');
    expect((await run('rehearse', '--check')).code).toBe(0);
    expect((await run('rehearse', '--unproven')).stdout).toContain('nothing to rehearse');
  });

  it('refuses with up --require-rehearsed what was never proven, and runs what was', async () => {
    project.migration('003-more', 'create table more (id integer primary key);', 'drop table more;');
    const url = ['--url', database.url, '--require-rehearsed'];
    const refused = await run('up', ...url);
    expect(refused.code).toBe(10);
    expect(refused.stderr).toContain('003 more was never rehearsed');
    expect(refused.stderr).toContain('lms-db rehearse 003');
    expect(await database.sql(`select to_regclass('courses') as t`)).toEqual([{ t: null }]);
    expect((await rehearse('003')).code).toBe(0);
    expect((await run('up', ...url)).code).toBe(0);
  });

  it('says what a rollback forgets, in every format, and exits with 6', async () => {
    project.migration('004-level', `create type level as enum ('a');`, '-- nothing\nselect 1;');
    const shown = await rehearse('004');
    expect(shown.code).toBe(6);
    expect(shown.stdout).toContain('✗ 004 level');
    expect(shown.stdout).toContain('after the rollback, type level is left behind');
    expect(shown.stdout).toContain('rollbacks/004-level.sql:2:');
    expect(shown.stdout).toMatch(/mend it with: drop type (public\.)?level;/i);
    expect(proofs().migrations.at(-1)).toMatchObject({ version: '004', verdict: 'failed' });
    const json = envelopeOf(await rehearse('004', '--json'));
    expect(json).toMatchObject({
      command: 'rehearse',
      exitCode: 6,
      targets: [
        {
          findings: [{ code: 'rollback-incomplete', version: '004' }],
          rehearsal: { migrations: [{ version: '004', verdict: 'failed' }] },
        },
      ],
    });
    const junit = (await rehearse('004', '--reporter', 'junit')).stdout;
    expect(parseXml(junit).name).toBe('testsuites');
    expect(junit).toContain('<failure');
    expect(junit).toContain('004 level');
    const github = (await rehearse('004', '--reporter', 'github')).stdout;
    expect(github).toMatch(/::error file=rollbacks\/004-level\.sql,line=2/);
    expect((await run('rehearse', '--check')).code).toBe(10);
  });

  it.each([
    [['rehearse', '999'], 'there is no migration with version 999'],
    [['rehearse', '--all', '--unproven'], 'exclude each other'],
    [['rehearse', '--all', '--rows', '0'], '--rows takes a whole number of at least 1'],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('says what is wrong with a file of proofs that is none', async () => {
    project.write('rehearsals/database.json', '<<<<<<< HEAD');
    const { code, stderr } = await run('rehearse', '--check');
    expect(code).toBe(2);
    expect(stderr).toContain('rehearsals/database.json is not a file of proofs');
  });

  it('tells no password of the server that it runs on', async () => {
    project.remove('rehearsals');
    const { stdout, stderr } = await run(
      'rehearse',
      '001',
      '--on',
      'postgresql://app:s3cr3t-word@127.0.0.1:1/x',
    );
    expect(stdout + stderr).not.toContain('s3cr3t-word');
    expect(stderr).toContain('127.0.0.1');
  });
});
