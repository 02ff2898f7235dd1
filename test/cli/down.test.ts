import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envelopeOf, lmsDb } from '../support/cli.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

describe('going back without a terminal', () => {
  let database: PrivateDatabase;
  let project: TemporaryProject;
  let run: { cwd: string; env: Record<string, string> };
  const tables = async (): Promise<readonly string[]> =>
    (
      await database.sql<{ relname: string }>(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1",
      )
    ).map(({ relname }) => relname);

  beforeAll(async () => {
    database = await privateDatabase();
    project = temporaryProject();
    project.migration(
      '001-courses',
      'create table courses (id int); insert into courses values (1), (2);',
      'drop table courses;',
    );
    project.migration('002-empty', 'create table empty (id int);', 'drop table empty;');
    run = { cwd: project.root, env: { DATABASE_URL: database.url } };
    expect(await lmsDb(['up', '--env', 'production'], run)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    project.dispose();
    await database.drop();
  });

  it('asks nobody: it refuses, names every word that is missing, and touches nothing', async () => {
    const name = database.parameters.database;
    const ran = await lmsDb(['down', '2'], run);
    expect(ran.code).toBe(10);
    expect(ran.stdout).toContain(
      'rolls back, newest first: 002 empty, 001 courses\n\n  this destroys data:\n    courses   2 rows\n',
    );
    expect(ran.stderr).toContain(`production is protected: this needs the name of the database, "${name}"`);
    expect(ran.stderr).toContain('this would destroy data: courses (2 rows); nothing was run');
    expect(ran.stderr).toContain(`next: say --confirm ${name} --allow-data-loss when that is meant`);
    const wrong = await lmsDb(['down', '--confirm', 'another', '--allow-data-loss', '--json'], run);
    expect(wrong.code).toBe(10);
    expect(envelopeOf(wrong).error).toMatchObject({ code: 'refused' });
    const half = await lmsDb(['down', '2', '--confirm', name], run);
    expect(half.code).toBe(10);
    expect(half.stderr).toContain('next: say --allow-data-loss when that is meant');
    expect(await lmsDb(['reset', '--allow-data-loss', '--confirm', name], run)).toMatchObject({ code: 2 });
    expect(await lmsDb(['reset', '--allow-data-loss'], run)).toMatchObject({ code: 10 });
    expect(await tables()).toEqual(['courses', 'empty']);
  });

  it('runs nothing in a dry run, and says what would be lost', async () => {
    const ran = await lmsDb(['down', '--all', '--dry-run'], run);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('    courses   2 rows\n');
    expect(ran.stdout).toContain('  ↓ 001 courses\n      rollbacks/001-courses.sql · 1 statement');
    expect(ran.stdout).toContain('dry run: nothing was run');
    expect(await tables()).toEqual(['courses', 'empty']);
  });

  it('goes when everything is said, and redo goes back and forth', async () => {
    const name = database.parameters.database;
    const redo = await lmsDb(['redo', '--confirm', name], run);
    expect(redo.code).toBe(0);
    expect(redo.stdout).toContain('rolls back and applies again: 002 empty\n');
    expect(redo.stdout).toContain('1 rolled back, 1 applied in ');
    expect(redo.stdout).not.toContain('destroys');
    const down = await lmsDb(['down', '2', '--confirm', name, '--allow-data-loss'], run);
    expect(down.code).toBe(0);
    expect(down.stdout).toContain('2 rolled back in ');
    expect(await tables()).toEqual([]);
    expect((await lmsDb(['down', '--confirm', name], run)).stdout).toContain('nothing to roll back');
  });

  it('resets a development database after it said so', async () => {
    const own = await privateDatabase();
    const env = { DATABASE_URL: own.url };
    expect(await lmsDb(['up'], { ...run, env })).toMatchObject({ code: 0 });
    const refused = await lmsDb(['reset'], { ...run, env });
    expect(refused.code).toBe(10);
    const name = own.parameters.database;
    expect(refused.stdout).toContain(
      `drops database ${name} with 2 tables and applies every migration anew\n`,
    );
    await own.sql('insert into courses values (3)');
    const done = await lmsDb(['reset', '--allow-data-loss'], { ...run, env });
    expect(done.stdout + done.stderr).toContain('2 applied in ');
    expect(done.code).toBe(0);
    expect(await own.sql('select id from courses')).toHaveLength(2);
    await own.drop();
  });
});
