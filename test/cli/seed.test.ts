import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lmsDb } from '../support/cli.ts';
import type { Ran } from '../support/cli.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

let database: PrivateDatabase;
let project: TemporaryProject;

beforeAll(async () => {
  database = await privateDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  await database.sql('drop schema if exists lms_db cascade; drop table if exists items');
  project = temporaryProject({
    'lms-db.config.json': '{ "name": "shop" }',
    'seeds/reference/010-items.csv': 'id,name\n1,one\n2,two\n',
    'seeds/development/010-items.ndjson': '{"id": 3, "name": "three"}\n',
  });
  project.migration(
    '001-items',
    'CREATE TABLE items (id INT PRIMARY KEY, name TEXT NOT NULL);\n',
    'DROP TABLE items;\n',
  );
});
afterEach(() => project.dispose());

function run(...args: readonly string[]): Promise<Ran> {
  return lmsDb([...args, '--url', database.url], { cwd: project.root });
}

/** Times and addresses are not what these tests are about. */
function plain(text: string): string {
  return text.replace(/ +\d[\d.]* m?s\b/g, ' 1 ms').replace(/^shop · .*$/m, 'shop · …');
}

describe('seed', () => {
  it('says what it does, what it did, and the second time that nothing was to do', async () => {
    await run('up');
    const first = await run('seed');
    expect(first.code).toBe(0);
    expect(plain(first.stdout)).toBe(`shop · …
2 seeds to load

  ✓ reference/010-items.csv 1 ms   2 inserted
  ✓ development/010-items.ndjson 1 ms   1 inserted

2 seeds loaded in 1 ms · 3 inserted
`);
    project.write('seeds/reference/010-items.csv', 'id,name\n1,one\n2,TWO\n4,four\n');
    const second = await run('seed');
    expect(plain(second.stdout)).toBe(`shop · …
1 seed to load · 1 unchanged

  ✓ reference/010-items.csv 1 ms   changed: 1 inserted, 1 updated, 1 as they were
  = development/010-items.ndjson                             unchanged

1 seed loaded, 1 unchanged in 1 ms · 1 inserted, 1 updated
`);
  });

  it('shows the bad rows, with --max-errors several of them, and ends with 5', async () => {
    await run('up');
    project.write('seeds/reference/010-items.csv', 'id,name\n1,one\nx,two\n3,\n');
    const { code, stdout, stderr } = await run('seed', '--max-errors', '5');
    expect(code).toBe(5);
    expect(stdout).toContain('seeds/reference/010-items.csv:3:1');
    expect(stdout).toContain('3 │ x,two');
    expect(stdout).toContain('column id: invalid input syntax for type integer: "x" (22P02)');
    expect(stdout).toContain('and 1 more bad row:');
    expect(stdout).toContain('seeds/reference/010-items.csv:4:1  column name: null value');
    expect(stdout).toContain('rolled back: nothing of this file is loaded.');
    expect(stdout + stderr).toContain('1 failed, 1 not run');
    expect(await database.sql('select * from items')).toEqual([]);
  });

  it('reports as JSON', async () => {
    await run('up');
    const { code, stdout } = await run('seed', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      formatVersion: 1,
      command: 'seed',
      ok: true,
      targets: [
        {
          seeds: [
            {
              set: 'reference',
              fileName: '010-items.csv',
              format: 'csv',
              status: 'loaded',
              reason: 'new',
              counts: { inserted: 2, updated: 0, unchanged: 0 },
            },
            { set: 'development', status: 'loaded' },
          ],
        },
      ],
    });
  });

  it.each([
    [['seed', '--only', 'nothing'], 2, 'there is no seed "nothing"'],
    [['seed', '--max-errors', '0'], 2, '--max-errors takes a whole number of at least 1'],
    [
      ['seed', '--env', 'production', '--only', 'development/010-items.ndjson'],
      10,
      'is for the environment "development"',
    ],
  ])('%j ends with %i', async (args, code, message) => {
    const ran = await run(...args);
    expect(ran.code).toBe(code);
    expect(ran.stdout + ran.stderr).toContain(message);
  });

  it('before up says that the migrations come first', async () => {
    const { code, stdout, stderr } = await run('seed');
    expect(code).toBe(2);
    expect(stdout + stderr).toContain('apply the migrations first: `lms-db up`');
  });

  it('has a fault in a file found before anything runs', async () => {
    await run('up');
    project.write('seeds/reference/020-x.sql', 'COMMIT;\n');
    const { code, stdout, stderr } = await run('seed');
    expect(code).toBe(2);
    expect(stdout + stderr).toContain('seeds/reference/020-x.sql:1:1');
    expect(await database.sql('select * from items')).toEqual([]);
  });

  it('says that there are none', async () => {
    await run('up');
    project.remove('seeds');
    const { code, stdout } = await run('seed');
    expect([code, stdout.split('\n').at(-2)]).toEqual([0, 'there are no seeds']);
  });
});

describe('up --seed', () => {
  it('applies, then loads; the second time neither', async () => {
    const first = await run('up', '--seed');
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('✓ reference/010-items.csv');
    expect(first.stdout).toContain('2 seeds loaded · 3 inserted');
    const second = await run('up', '--seed', '--json');
    expect(JSON.parse(second.stdout)).toMatchObject({
      exitCode: 0,
      targets: [{ outcomes: [], seeds: [{ status: 'unchanged' }, { status: 'unchanged' }] }],
    });
    expect(await database.sql('select count(*)::int as n from items')).toEqual([{ n: 3 }]);
  });

  it('ends with the code of the seeds, and keeps what was applied', async () => {
    project.write('seeds/reference/010-items.csv', 'id,name\nx,one\n');
    const { code, stdout } = await run('up', '--seed');
    expect(code).toBe(5);
    expect(stdout).toContain('✓ 001 items');
    expect(await database.sql('select * from items')).toEqual([]);
  });

  it('loads again after a rollback took the rows away', async () => {
    await run('up', '--seed');
    await run('down', '--allow-data-loss');
    const { code, stdout } = await run('up', '--seed');
    expect([code, stdout.includes('again after a rollback: 2 inserted')]).toEqual([0, true]);
  });
});
