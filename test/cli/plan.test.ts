import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { envelopeOf, lmsDb } from '../support/cli.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

describe('a plan that was looked at', () => {
  let database: PrivateDatabase;
  let project: TemporaryProject;
  let run: { cwd: string; env: Record<string, string> };
  beforeAll(async () => {
    database = await privateDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    project = temporaryProject();
    project.migration('001-courses', 'create table courses (id int);', 'drop table courses;');
    project.migration(
      '002-lessons',
      '-- @risk low a new table\ncreate table lessons (id int);',
      'drop table lessons;',
    );
    run = { cwd: project.root, env: { DATABASE_URL: database.url } };
    const planned = await lmsDb(['plan', '--out', 'plan.json'], run);
    expect(planned.stdout).toContain(
      '  ○ 002 lessons\n      migrations/002-lessons.sql · 1 statement · one transaction\n      risk        low: a new table\n',
    );
    expect(planned.stdout).toContain('  + plan.json\nnext: lms-db up --plan plan.json\n');
    return () => project.dispose();
  });

  it('no longer holds after an edit, a new file, or a change of the plan itself', async () => {
    const up = async (): Promise<readonly [number | null, string | undefined]> => {
      const ran = await lmsDb(['up', '--plan', 'plan.json', '--json'], run);
      return [ran.code, envelopeOf(ran).error?.message];
    };
    project.write('migrations/002-lessons.sql', 'create table lessons (id bigint);');
    expect(await up()).toEqual([10, 'the plan no longer holds: the text of 002 changed; nothing was run']);
    project.write('migrations/002-lessons.sql', '-- @risk low a new table\ncreate table lessons (id int);');
    project.write('rollbacks/002-lessons.sql', 'drop table if exists lessons;');
    expect(await up()).toEqual([10, 'the plan no longer holds: the text of 002 changed; nothing was run']);
    project.write('rollbacks/002-lessons.sql', 'drop table lessons;');
    project.migration('003-more', 'select 1;', 'select 1;');
    expect(await up()).toEqual([
      10,
      'the plan no longer holds: it pinned 001, 002; now 001, 002, 003 would be run; nothing was run',
    ]);
    const file = join(project.root, 'plan.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"002"', '"003"'));
    expect(await up()).toEqual([2, 'plan.json is not a plan that lms-db wrote, or was changed since']);
    expect(await database.sql("select from pg_class where relname = 'courses'")).toEqual([]);
  });

  it('is applied exactly, after a backup where one is asked for', async () => {
    const hasDump = spawnSync('pg_dump', ['--version']).status === 0;
    const args = ['up', '--plan', 'plan.json', '--backup', 'before.dump'];
    const without = await lmsDb(args, { ...run, env: { ...run.env, PATH: '/nowhere' } });
    expect(without.code).toBe(1);
    expect(without.stderr).toContain(
      'error: there is no pg_dump here to make the backup with; nothing was migrated',
    );
    expect(await database.sql("select from pg_class where relname = 'courses'")).toEqual([]);
    const done = await lmsDb(hasDump ? args : args.slice(0, 3), run);
    if (hasDump && done.stderr.includes('server version mismatch')) {
      expect(done.stderr).toContain('pg_dump must be at least as new as the server');
      expect(await lmsDb(args.slice(0, 3), run)).toMatchObject({ code: 0 });
      return;
    }
    expect(done.code, done.stderr).toBe(0);
    expect(done.stdout).toContain('2 applied in ');
    if (!hasDump) return;
    expect(done.stderr).toContain('  backup written to before.dump\n');
    expect(statSync(join(project.root, 'before.dump')).size).toBeGreaterThan(100);
  });
});

describe('plan', () => {
  it('names the locks that each statement takes on what is there already, and what lint says of it', async () => {
    const database = await privateDatabase();
    const project = temporaryProject();
    const run = { cwd: project.root, env: { DATABASE_URL: database.url } };
    project.migration('001-courses', 'create table courses (id int, title text);', 'drop table courses;');
    await lmsDb(['up'], run);
    project.migration(
      '002-title',
      'create table lessons (id int);\ncreate index on lessons (id);\nalter table courses add column level int;\nalter table courses alter column title set not null;',
      'select;',
    );
    const { stdout } = await lmsDb(['plan'], run);
    expect(stdout).toContain(
      [
        '      locks       line 3: ACCESS EXCLUSIVE courses',
        '                  line 4: ACCESS EXCLUSIVE courses, reads all rows  ✗ set-not-null-scan',
      ].join('\n'),
    );
    expect(stdout).not.toContain('lessons');
    project.dispose();
    await database.drop();
  });

  it('says where it goes on with a file that was interrupted', async () => {
    const database = await privateDatabase();
    const project = temporaryProject();
    const run = { cwd: project.root, env: { DATABASE_URL: database.url } };
    project.migration('001-off', '-- @transaction off\nselect 1;\nselect 1 / 0;', 'select;');
    expect(await lmsDb(['up'], run)).toMatchObject({ code: 5 });
    expect((await lmsDb(['plan'], run)).stdout).toContain(
      '2 statements · without a transaction, statement by statement · interrupted: goes on at statement 2\n',
    );
    expect(envelopeOf(await lmsDb(['plan', '--json'], run)).targets[0]?.plan?.steps).toEqual([
      expect.objectContaining({ version: '001', statements: 2, resumesAt: 2 }),
    ]);
    project.dispose();
    await database.drop();
  });
});
