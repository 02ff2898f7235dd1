import {
  cpSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  existsSync,
  readdirSync,
  chmodSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cleanEnvironment, envelopeOf, lmsDb } from '../support/cli.ts';
import { privateDatabase, urlOf } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

const root = join(import.meta.dirname, '../..');

interface TypesEnvelope {
  readonly types?: {
    readonly state: string;
    readonly diff?: string;
    readonly text?: string;
    readonly path: string;
  };
}

describe('types', () => {
  let database: PrivateDatabase;
  let project: TemporaryProject;
  const run = (...args: string[]) => lmsDb([...args, '--url', database.url], { cwd: project.root });
  const file = (path = 'types/database.ts'): string => readFileSync(join(project.root, path), 'utf8');

  beforeAll(async () => {
    database = await privateDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    project = temporaryProject();
    project.migration(
      '001-users',
      `create type role as enum ('admin', 'guest'); create table users (id int primary key, role role not null, settings jsonb)`,
      'drop table users; drop type role',
    );
    await database.sql(
      'drop schema if exists lms_db cascade; drop schema public cascade; create schema public',
    );
    return () => project.dispose();
  });

  it('come with up --types, in a folder that is made, and are then up to date', async () => {
    const up = await run('up', '--types');
    expect(up).toMatchObject({ code: 0 });
    expect(up.stdout).toMatch(/\+ types\/database\.ts {3}1 table, 1 enum/);
    const text = file();
    const { mtimeMs } = statSync(join(project.root, 'types/database.ts'));
    const again = await run('types');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain('types/database.ts   up to date');
    expect(file()).toBe(text);
    expect(statSync(join(project.root, 'types/database.ts')).mtimeMs).toBe(mtimeMs);
    expect(readdirSync(join(project.root, 'types'))).toEqual(['database.ts']);
    expect(await run('types', '--check')).toMatchObject({ code: 0 });
  });

  it('--check exits with 8, shows the difference, and writes nothing', async () => {
    await run('up', '--types');
    const stale = file().replace('role: Role', 'role: string');
    project.write('types/database.ts', stale);
    const { code, stdout } = await run('codegen', '--check');
    expect(code).toBe(8);
    expect(stdout).toContain('-  role: string;\n+  role: Role;');
    expect(stdout).toContain('types/database.ts is not what this database gives: +1 −1 lines');
    expect(file()).toBe(stale);
    const json = envelopeOf(await run('types', '--check', '--json'));
    expect(json).toMatchObject({ ok: false, exitCode: 8 });
    expect((json.targets[0] as TypesEnvelope).types).toMatchObject({ state: 'outdated' });
    expect((json.targets[0] as TypesEnvelope).types?.diff).toContain('@@');
    project.remove('types');
    expect(await run('types', '--check')).toMatchObject({ code: 8 });
    expect(existsSync(join(project.root, 'types'))).toBe(false);
  });

  it('--check takes the line ends of Windows for no difference', async () => {
    await run('up', '--types');
    project.write('types/database.ts', file().replaceAll('\n', '\r\n'));
    expect(await run('types', '--check')).toMatchObject({ code: 0 });
  });

  it('--print writes the file to stdout and nothing else there', async () => {
    await run('up');
    const printed = await run('types', '--print');
    expect(printed.code).toBe(0);
    expect(existsSync(join(project.root, 'types'))).toBe(false);
    await run('types');
    expect(printed.stdout).toBe(file());
    expect(printed.stderr).toContain('database · ');
    const { targets } = envelopeOf(await run('types', '--print', '--json'));
    expect((targets[0] as TypesEnvelope).types?.text).toBe(file());
  });

  it('take options from the command line and from the config', async () => {
    await run('up');
    await run('types', '--out', 'made/here/db.ts', '--enum-arrays', '--include', 'us*');
    expect(file('made/here/db.ts')).toContain(
      'export const RoleValues = [\n  "admin",\n  "guest",\n] as const;',
    );
    project.write(
      'lms-db.config.json',
      JSON.stringify({ types: { singularize: true, overrides: { 'users.settings': '{ theme: string }' } } }),
    );
    await run('types');
    expect(file()).toContain(
      'export interface User {\n  id: number;\n  role: Role;\n  settings: JsonOf<{ theme: string }> | null;\n}',
    );
    project.write(
      'lms-db.config.json',
      JSON.stringify({ types: { camelcase: true, include: 'x', enumArrays: 'yes', overrides: { a: 1 } } }),
    );
    const wrong = await run('types');
    expect(wrong.code).toBe(2);
    for (const mistake of [
      'types.camelcase: unknown key; did you mean camelCase?',
      'types.include: is text and must be a list',
      'types.enumArrays: is text and must be true or false',
      'types.overrides.a: is a number and must be text',
    ]) {
      expect(wrong.stderr).toContain(mistake);
    }
  });

  it('refuse flags that exclude each other', async () => {
    expect(await run('types', '--check', '--print')).toMatchObject({ code: 2 });
    expect(await run('types', '--print', '--out', 'x.ts')).toMatchObject({ code: 2 });
  });

  it('do not replace the types of a project by those of an empty database', async () => {
    project.write('types/database.ts', 'precious');
    const { code, stderr } = await run('types');
    expect(code).toBe(10);
    expect(stderr).toContain('the database is empty, and migrations are pending');
    expect(file()).toBe('precious');
  });

  it('say when migrations are pending', async () => {
    await run('up');
    project.migration('002-more', 'create table more ()', 'drop table more');
    const { code, stdout } = await run('types');
    expect(code).toBe(0);
    expect(stdout).toContain('a migration is pending: these are the types of the schema without it');
  });

  it('are written for a repository without migrations', async () => {
    project.remove('migrations');
    project.remove('rollbacks');
    await database.sql('create table anything (id int)');
    const { code, stdout, stderr } = await run('types');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('migrations');
    expect(file()).toContain('export interface Anything');
  });

  it('leave the file as it was when it cannot be replaced, and nothing beside it', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may write everywhere');
    await run('up', '--types');
    const before = file();
    await database.sql('alter table users add x int');
    chmodSync(join(project.root, 'types'), 0o555);
    const { code, stderr } = await run('types');
    chmodSync(join(project.root, 'types'), 0o755);
    expect(code).toBe(2);
    expect(stderr).toContain('the types cannot be written to types/database.ts: permission denied');
    expect(file()).toBe(before);
    expect(readdirSync(join(project.root, 'types'))).toEqual(['database.ts']);
  });

  it('replace what a link points to, not the link', async () => {
    await run('up');
    project.write('generated/real.ts', 'old');
    mkdirSync(join(project.root, 'types'));
    symlinkSync('../generated/real.ts', join(project.root, 'types/database.ts'));
    await run('types');
    expect(file('generated/real.ts')).toContain('export interface Users');
  });

  it('work with a role that may not read the tables', async () => {
    await run('up', '--types');
    const role = `reader_${database.parameters.database}`;
    // The history is the one thing that every command reads.
    await database.sql(`create role ${role} login password 'reader'; grant usage on schema lms_db to ${role};
      grant select on all tables in schema lms_db to ${role}`);
    try {
      const url = urlOf({ ...database.parameters, user: role, password: 'reader' });
      const { code, stdout, stderr } = await lmsDb(['types', '--check', '--url', url], { cwd: project.root });
      expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    } finally {
      await database.sql(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it.each(['no TypeScript', 'TypeScript 7'])(
    'need no TypeScript at run time: %s, and no kysely-codegen',
    async (installed) => {
      await run('up');
      const place = join(project.root, 'app');
      mkdirSync(join(place, 'node_modules/typescript'), { recursive: true });
      for (const part of ['bin', 'dist', 'package.json'])
        cpSync(join(root, part), join(place, 'node_modules/lms-db', part), { recursive: true });
      if (installed === 'TypeScript 7') {
        // 7.0 has a compiler and no API: its main exports a version, and nothing else.
        writeFileSync(
          join(place, 'node_modules/typescript/package.json'),
          '{"name":"typescript","version":"7.0.2","main":"index.js"}',
        );
        writeFileSync(join(place, 'node_modules/typescript/index.js'), 'exports.version = "7.0.2";');
      }
      const ran = spawnSync(
        process.execPath,
        [join(place, 'node_modules/lms-db/bin/lms-db.js'), 'types', '--print', '--url', database.url],
        { cwd: project.root, env: cleanEnvironment(), encoding: 'utf8' },
      );
      expect(ran.stderr).not.toContain('error');
      expect(ran.stdout).toBe((await run('types', '--print')).stdout);
    },
  );
});
