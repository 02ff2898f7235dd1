import { execFile, spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { cleanEnvironment, lmsDb, outcomeOf, PROGRAM, said } from '../support/cli.ts';
import type { Ran } from '../support/cli.ts';

/** An ordinary user that every Linux and macOS has. */
const NOBODY = 65_534;

/** Can the user of the run walk to the program? In a home directory of root it cannot. */
async function reachable(uid: number | undefined): Promise<boolean> {
  if (uid === undefined) return true;
  const program = [PROGRAM, '--version'];
  return promisify(execFile)(process.execPath, program, { uid, gid: uid, env: cleanEnvironment() }).then(
    () => true,
    () => false,
  );
}

describe.concurrent.each([
  ['the user of the tests', undefined],
  ...(process.getuid?.() === 0 ? ([['an ordinary user', NOBODY]] as const) : []),
] as const)('from an empty folder, as %s', (_, uid) => {
  it(
    'init, new, up, status, redo, down and serve work on the embedded PostgreSQL',
    { timeout: 180_000 },
    async ({ skip }) => {
      if (!(await reachable(uid))) skip('that user cannot reach the program');
      const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lms-db-new-')));
      chmodSync(folder, 0o755);
      if (uid !== undefined) chownSync(folder, uid, uid);
      const begin = (args: readonly string[]): ChildProcessWithoutNullStreams => {
        const child = spawn(process.execPath, [PROGRAM, ...args], {
          cwd: folder,
          env: cleanEnvironment({ HOME: folder }),
          ...(uid === undefined ? {} : { uid, gid: uid }),
        });
        if (args[0] !== 'serve') child.stdin.end();
        return child;
      };
      const run = (...args: readonly string[]): Promise<Ran> => outcomeOf(begin(args));
      const fine = async (...args: readonly string[]): Promise<string> => {
        const ran = await run(...args);
        expect(ran.code, ran.stdout + ran.stderr).toBe(0);
        return ran.stdout;
      };
      try {
        expect(await fine('init')).toContain('  + lms-db.config.json\n');
        expect(await fine('init')).toContain('  = lms-db.config.json   was there; left as it is\n');
        const [migration = '', rollback = ''] = [
          ...(await fine('new', 'create first table')).matchAll(/\+ (\S+\.sql)/g),
        ].map(([, path = '']) => path);
        expect(migration).toMatch(/^migrations\/\d{14}-create-first-table\.sql$/);
        writeFileSync(join(folder, migration), 'CREATE TABLE first (id integer PRIMARY KEY);\n');
        writeFileSync(join(folder, rollback), 'DROP TABLE first;\n');

        const up = await fine('up');
        expect(up).toMatch(
          /^\S+ · embedded PostgreSQL \d+\.\d+ · \.lms-db\/\S+ · development\n1 pending · from empty to \d{14}\n/,
        );
        expect(up).toContain('next: lms-db verify · lms-db seed · lms-db serve');
        expect(await fine('status', '--check')).toContain('1 applied, 0 pending');
        expect(await fine('redo')).toContain('1 rolled back, 1 applied in ');

        const server = begin(['serve']);
        const served = outcomeOf(server);
        const [, file = '', url = ''] = await said(
          server.stdout,
          /PGPASSFILE='(.+)' psql (\S+)\n[^]*until Ctrl-C/,
        );
        const { hostname, port, username, pathname } = new URL(url);
        const line = readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '';
        const client = new pg.Client({
          host: hostname,
          port: Number(port),
          user: username,
          database: pathname.slice(1),
          password: line.split(':').slice(4).join(':').replaceAll(/\\(.)/g, '$1'),
        });
        await client.connect();
        expect((await client.query('insert into first values (1) returning id')).rows).toEqual([{ id: 1 }]);
        await client.end();
        server.kill('SIGINT');
        const end = await served;
        expect(end.code, end.stderr).toBe(0);
        expect(end.stdout).toContain('stopped serving');
        // The password is in the file alone.
        expect(end.stdout + end.stderr).not.toContain(line.split(':').at(-1));

        expect(await run('down')).toMatchObject({ code: 10 });
        expect(await fine('down', '--allow-data-loss')).toContain('1 rolled back in ');
        expect(await fine('status')).toContain('0 applied, 1 pending');
        expect(existsSync(join(folder, '.lms-db'))).toBe(true);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});

describe('the embedded PostgreSQL', () => {
  it('is taken in CI only when it is asked for', { timeout: 120_000 }, async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lms-db-ci-')));
    chmodSync(folder, 0o755);
    const child = spawn(process.execPath, [PROGRAM, 'wait', '--embedded', '--json'], {
      cwd: folder,
      env: cleanEnvironment({ CI: 'true' }),
    });
    const ran = await outcomeOf(child);
    expect(ran.code, ran.stderr).toBe(0);
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    [
      'of another version',
      (data: string) => writeFileSync(join(data, 'PG_VERSION'), '13\n'),
      'holds the data of',
    ],
    ['damaged', (data: string) => writeFileSync(join(data, 'global/pg_control'), ''), 'did not start'],
    [
      'no cluster any more',
      (data: string) => rmSync(join(data, 'PG_VERSION')),
      'is no PostgreSQL data directory',
    ],
  ])(
    'whose files are %s is made anew by reset, after consent',
    { timeout: 180_000 },
    async (_, spoil, says) => {
      const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lms-db-spoilt-')));
      chmodSync(folder, 0o755);
      const run = (...args: readonly string[]): Promise<Ran> => lmsDb(args, { cwd: folder });
      mkdirSync(join(folder, 'migrations'));
      mkdirSync(join(folder, 'rollbacks'));
      writeFileSync(
        join(folder, 'migrations/001-first.sql'),
        'CREATE TABLE first (id integer PRIMARY KEY);\n',
      );
      writeFileSync(join(folder, 'rollbacks/001-first.sql'), 'DROP TABLE first;\n');
      expect(await run('up')).toMatchObject({ code: 0 });
      const data = join(folder, '.lms-db/database/data');
      spoil(data);

      const status = await run('status');
      expect(status.code).toBe(1);
      expect(status.stderr).toContain(says);
      expect(status.stderr).toContain('`lms-db reset`');

      const protectedOne = await run('reset', '--embedded', '--env', 'production', '--allow-data-loss');
      expect(protectedOne.code).toBe(10);
      const refused = await run('reset');
      expect(refused.code).toBe(10);
      expect(refused.stdout).toContain('removes its files with all rows and applies every migration anew\n');
      expect(refused.stderr).toContain('say --allow-data-loss when that is meant');
      expect((await run('status')).stderr).toContain(says);

      const reset = await run('reset', '--allow-data-loss');
      expect(reset.code, reset.stdout + reset.stderr).toBe(0);
      expect(reset.stdout).toMatch(/\n1 applied in /);
      expect(reset.stderr).toContain('removed and made anew');
      expect(reset.stdout).not.toContain('drops database');
      expect((await run('status', '--check')).code).toBe(0);
      rmSync(folder, { recursive: true, force: true });
    },
  );

  it(
    'shows the 48 migrations of lms from a folder made by init --from lms',
    { timeout: 180_000 },
    async () => {
      const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lms-db-lms-')));
      chmodSync(folder, 0o755);
      const run = (...args: readonly string[]): Promise<Ran> =>
        outcomeOf(
          spawn(process.execPath, [resolve(PROGRAM), ...args], { cwd: folder, env: cleanEnvironment() }),
        );
      expect(await run('init', '--from', 'lms')).toMatchObject({ code: 0 });
      const up = await run('up');
      expect(up.code, up.stdout + up.stderr).toBe(0);
      expect(up.stdout).toContain('48 pending · from empty to 20251103000018\n');
      expect(up.stdout).toMatch(/✓ 20251103000014 alter-courses-table .*guard/);
      expect(up.stdout).toMatch(/\n48 applied in .* · 42 tables, 26 enums, 182 indexes\n/);
      rmSync(folder, { recursive: true, force: true });
    },
  );
});
