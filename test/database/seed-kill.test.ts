import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lmsDb, outcomeOf, PROGRAM, start } from '../support/cli.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

const ROWS = 100_000;

let database: PrivateDatabase;
let project: TemporaryProject;

beforeAll(async () => {
  database = await privateDatabase();
  project = temporaryProject();
  project.migration('1-nothing', 'SELECT 1;\n', 'SELECT 1;\n');
  await rowsInto('seeds/reference/1-first.csv', 100);
  await rowsInto('seeds/reference/2-items.csv', ROWS);
  await database.sql(
    `create table first (id int primary key, v text); create table items (id int primary key, v text)`,
  );
});
afterAll(async () => {
  await database.drop();
  project.dispose();
});

async function rowsInto(path: string, rows: number): Promise<void> {
  project.write(path, '');
  const stream = createWriteStream(join(project.root, path));
  stream.write('id,v\n');
  for (let from = 0; from < rows; from += 10_000) {
    const count = Math.min(10_000, rows - from);
    const text = Array.from(
      { length: count },
      (_, index) => `${from + index},"some ""text"" to carry"\n`,
    ).join('');
    if (!stream.write(text)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

/** As before the first load. */
async function clear(): Promise<void> {
  await database.sql(
    `truncate first, items; do 'begin if to_regclass(''lms_db.seeds'') is not null then delete from lms_db.seeds; end if; end'`,
  );
}

/** Rows and records of both seeds: always both or neither of each. */
async function state(): Promise<readonly (readonly [string, number, boolean])[]> {
  const recorded = await database
    .sql<{ file_name: string }>(`select file_name from lms_db.seeds`)
    .catch(() => []);
  return Promise.all(
    ['first', 'items'].map(async (table, index) => {
      const [row] = await database.sql<{ n: number }>(`select count(*)::int as n from ${table}`);
      return [
        table,
        row?.n ?? -1,
        recorded.some(({ file_name: name }) => name.startsWith(String(index + 1))),
      ] as const;
    }),
  );
}

describe('a load that is killed', () => {
  let whole = 0;
  beforeAll(async () => {
    await clear();
    const start = performance.now();
    await lmsDb(['seed', '--url', database.url], { cwd: project.root });
    whole = performance.now() - start;
  });

  // From the start of the process to its end, in tenths of the time that a whole load takes.
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'at moment %s of ten leaves nothing half loaded, and the next run completes it',
    async (moment) => {
      await clear();
      const child = start(['seed', '--url', database.url], { cwd: project.root });
      const ended = outcomeOf(child);
      await new Promise((resolve) => setTimeout(resolve, ((moment + 0.5) / 10) * whole));
      child.kill('SIGKILL');
      await ended;
      // The server may still be rolling back, or still know nothing of it.
      const found = await state();
      for (const [table, rows, recorded] of found) {
        const all = table === 'first' ? 100 : ROWS;
        expect([table, rows, recorded]).toEqual([table, recorded ? all : 0, recorded]);
      }
      const { code, stdout } = await lmsDb(['seed', '--url', database.url], { cwd: project.root });
      expect({ code, stdout }).toMatchObject({ code: 0 });
      expect(await state()).toEqual([
        ['first', 100, true],
        ['items', ROWS, true],
      ]);
    },
  );

  it.each(['SIGINT', 'SIGTERM'] as const)('by %s, rolls back and says so', async (signal) => {
    await clear();
    // A lock holds the load at a moment that is known.
    const holder = await database.client();
    await holder.query('begin; lock table items in share mode');
    const child = start(['seed', '--url', database.url], { cwd: project.root });
    const ended = outcomeOf(child);
    await expect
      .poll(
        async () =>
          (
            await database.sql(
              `select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`,
            )
          ).length,
        {
          timeout: 20_000,
        },
      )
      .toBeGreaterThan(0);
    child.kill(signal);
    const { code, stdout } = await ended;
    await holder.query('rollback');
    expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
    expect(stdout).toContain('reference/2-items.csv');
    expect(stdout).toContain('interrupted: rolled back, nothing of it is loaded');
    expect(await state()).toEqual([
      ['first', 100, true],
      ['items', 0, false],
    ]);
  });
});

describe('memory', () => {
  it('does not grow with the file', async () => {
    const peak = async (): Promise<number> => {
      await clear();
      const hook = `data:text/javascript,process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS))`;
      const child = spawn(
        process.execPath,
        ['--import', hook, PROGRAM, 'seed', '--url', database.url, '--quiet'],
        { cwd: project.root },
      );
      const { stderr, code } = await outcomeOf(child);
      expect(code).toBe(0);
      return Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024;
    };
    const small = await peak();
    await rowsInto('seeds/reference/2-items.csv', 10 * ROWS);
    const large = await peak();
    expect(await database.sql('select count(*)::int as n from items')).toEqual([{ n: 10 * ROWS }]);
    // A file of 33 MB that was held in memory, as bytes and as text, would show.
    expect(large - small).toBeLessThan(40);
  });
});
