import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SnapshotReport } from '../../src/core/report.ts';
import { envelopeOf, lmsDb } from '../support/cli.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { findJudge } from '../support/pg-dump.ts';
import { ownUser } from '../support/throwaway.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

describe('snapshot', () => {
  let database: PrivateDatabase;
  let project: TemporaryProject;
  const run = (...args: string[]) => lmsDb([...args, '--url', database.url], { cwd: project.root });
  const file = (path = 'schema.sql'): string => readFileSync(join(project.root, path), 'utf8');
  const reportOf = (ran: Parameters<typeof envelopeOf>[0]): SnapshotReport | undefined =>
    (envelopeOf(ran).targets[0] as { readonly snapshot?: SnapshotReport } | undefined)?.snapshot;

  beforeAll(async () => {
    database = await privateDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    project = temporaryProject();
    project.migration(
      '001-users',
      `create type role as enum ('admin', 'guest'); create table users (id int primary key, role role not null)`,
      'drop table users; drop type role',
    );
    await database.sql(
      'drop schema if exists lms_db cascade; drop schema public cascade; create schema public',
    );
    return () => project.dispose();
  });

  it('writes schema.sql, once, without the tables of lms-db, and it loads into an empty database', async () => {
    await run('up');
    const first = await run('snapshot');
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/\+ schema\.sql {3}1 table, \d+ objects/);
    const text = file();
    expect(text).toContain("CREATE TYPE public.role AS ENUM ('admin', 'guest');");
    expect(text).not.toContain('lms_db.');
    const { mtimeMs } = statSync(join(project.root, 'schema.sql'));
    expect((await run('snapshot')).stdout).toContain('schema.sql   up to date');
    expect(statSync(join(project.root, 'schema.sql')).mtimeMs).toBe(mtimeMs);
    const empty = await privateDatabase();
    try {
      await empty.sql(text);
      const again = await lmsDb(['snapshot', '--print', '--url', empty.url], { cwd: project.root });
      expect(again.stdout).toBe(text);
    } finally {
      await empty.drop();
    }
  });

  it('loads with psql', async (context) => {
    if (spawnSync('psql', ['--version']).status !== 0) context.skip('there is no psql on PATH');
    await run('up');
    await run('snapshot');
    const empty = await privateDatabase();
    try {
      const psql = spawnSync(
        'psql',
        ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--file=schema.sql', empty.url],
        { cwd: project.root, encoding: 'utf8' },
      );
      expect({ status: psql.status, stderr: psql.stderr }).toEqual({ status: 0, stderr: '' });
      expect(await empty.sql('select from users')).toEqual([]);
    } finally {
      await empty.drop();
    }
  });

  it('--check exits with 8, shows the difference, and writes nothing', async () => {
    await run('up');
    await run('snapshot');
    expect(await run('snapshot', '--check')).toMatchObject({ code: 0 });
    writeFileSync(join(project.root, 'schema.sql'), file().replaceAll('\n', '\r\n'));
    expect(await run('snapshot', '--check')).toMatchObject({ code: 0 });
    await database.sql('alter table users add column name text');
    const before = file();
    const { code, stdout } = await run('snapshot', '--check');
    expect(code).toBe(8);
    expect(stdout).toContain('+    name text');
    expect(stdout).toContain('schema.sql is not the schema of this database: +2 −1 lines');
    expect(file()).toBe(before);
    const json = await run('snapshot', '--check', '--json');
    expect(json.code).toBe(8);
    expect(reportOf(json)).toMatchObject({
      state: 'outdated',
      writer: 'lms-db',
      path: 'schema.sql',
      tables: 1,
    });
    expect(envelopeOf(json).targets[0]?.findings).toMatchObject([{ code: 'snapshot-out-of-date' }]);
    project.remove('schema.sql');
    const missing = await run('snapshot', '--check');
    expect(missing.code).toBe(8);
    expect(missing.stdout).toContain('schema.sql does not exist');
    expect(existsSync(join(project.root, 'schema.sql'))).toBe(false);
  });

  it('--from-files needs no database but a throwaway one, and finds a file that the migrations do not give', async () => {
    const user = await ownUser(database);
    const on = user.url;
    const fromFiles = (...args: string[]) =>
      lmsDb(['snapshot', '--from-files', '--on', on, ...args], { cwd: project.root });
    expect(await fromFiles()).toMatchObject({ code: 0 });
    const text = file();
    const fresh = await privateDatabase();
    try {
      await lmsDb(['up', '--url', fresh.url], { cwd: project.root });
      const same = await lmsDb(['snapshot', '--check', '--url', fresh.url], { cwd: project.root });
      expect(same).toMatchObject({ code: 0 });
      expect(file()).toBe(text);
    } finally {
      await fresh.drop();
    }
    project.migration('002-more', 'create table more (id int)', 'drop table more');
    const stale = await fromFiles('--check');
    expect(stale.code).toBe(8);
    expect(stale.stdout).toContain('+CREATE TABLE public.more (');
    project.write('migrations/003-broken.sql', 'create table broken (id int)');
    const faulty = await fromFiles('--check');
    expect(faulty.code).toBe(2);
    expect(faulty.stderr).toContain('nothing was run');
    expect(await user.databases()).toEqual([]);
    await user.drop();
  });

  it('writes where a repository with several projects keeps it, where the config says, and where --out says', async () => {
    await run('up');
    await run('snapshot', '--out', 'made/here.sql');
    expect(file('made/here.sql')).toContain('CREATE TABLE public.users');
    project.write('lms-db.config.json', JSON.stringify({ directories: { snapshot: 'db/now.sql' } }));
    await run('snapshot');
    expect(file('db/now.sql')).toBe(file('made/here.sql'));
    project.write('lms-db.config.json', JSON.stringify({ projects: { shop: {} } }));
    const { code } = await run('snapshot', '-p', 'shop');
    expect(code).toBe(0);
    expect(file('snapshots/shop.sql')).toBe(file('made/here.sql'));
  });

  it('refuses to write a part of the schema, naming what cannot be written', async () => {
    await run('up');
    await run('snapshot');
    const text = file();
    await database.sql('insert into users values (1, $$admin$$), (2, $$admin$$)');
    await database.sql('create unique index concurrently broken on users (role)').catch(() => undefined);
    const { code, stderr } = await run('snapshot');
    expect(code).toBe(10);
    expect(stderr).toContain('index broken: it is not valid');
    expect(stderr).toContain('nothing was written');
    expect(file()).toBe(text);
  });

  it('does not replace the snapshot of a project by that of an empty database', async () => {
    project.write('schema.sql', 'precious');
    const { code, stderr } = await run('snapshot');
    expect(code).toBe(10);
    expect(stderr).toContain('the database is empty, and migrations are pending');
    expect(file()).toBe('precious');
  });

  it.each([
    [['--check', '--print'], '--check and --print exclude each other'],
    [['--print', '--out', 'x.sql'], '--print and --out exclude each other'],
    [['--from-files', '--pg-dump'], '--from-files and --pg-dump exclude each other'],
    [['--on', 'postgresql://x'], '--on belongs to --from-files'],
    [['--out', ' '], '--out names no file'],
  ])('refuses %j', async (args, said) => {
    const { code, stderr } = await run('snapshot', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });

  describe('by pg_dump', () => {
    it('says that there is none', async () => {
      await run('up');
      const ran = await lmsDb(['snapshot', '--pg-dump', '--url', database.url], {
        cwd: project.root,
        env: { PG_DUMP: '/nowhere/pg_dump' },
      });
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain('there is no pg_dump here: "/nowhere/pg_dump" cannot be run');
      expect(ran.stderr).toContain('name the program in PG_DUMP');
    });

    it('says that it is too old for the server', async (context) => {
      if (process.platform === 'win32') context.skip('a script stands in for pg_dump');
      await run('up');
      project.write('old-pg-dump', '#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6.24"\n');
      chmodSync(join(project.root, 'old-pg-dump'), 0o755);
      const ran = await lmsDb(['snapshot', '--pg-dump', '--url', database.url], {
        cwd: project.root,
        env: { PG_DUMP: join(project.root, 'old-pg-dump') },
      });
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(/pg_dump 9\.6\.24 is too old for a server of PostgreSQL \d+/);
      expect(existsSync(join(project.root, 'schema.sql'))).toBe(false);
    });

    it('is the same every time, without versions and dates', async (context) => {
      const judge = await findJudge();
      if ('missing' in judge) return context.skip(judge.missing);
      const there = await privateDatabase('template0', judge.server);
      try {
        const args = ['--url', there.url];
        await lmsDb(['up', ...args], { cwd: project.root });
        const ran = await lmsDb(['snapshot', '--pg-dump', '--json', ...args], { cwd: project.root });
        expect(ran.code).toBe(0);
        expect(reportOf(ran)).toMatchObject({ state: 'written', writer: `pg_dump ${judge.dump.version}` });
        const text = file();
        expect(text).toContain('CREATE TABLE public.users (');
        expect(text).not.toMatch(/lms_db|Dumped|restrict|OWNER TO/);
        expect(
          await lmsDb(['snapshot', '--pg-dump', '--check', ...args], { cwd: project.root }),
        ).toMatchObject({
          code: 0,
        });
      } finally {
        await there.drop();
        await judge.close();
      }
    });
  });
});
