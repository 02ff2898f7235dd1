// Private folders, processes of their own and a look at the process list for the tests of the embedded backend.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import pg from 'pg';
import type { EmbeddedOptions } from '../../src/backends/embedded/embedded.ts';
import { packageFor } from '../../src/backends/embedded/binaries.ts';
import type { ConnectionParameters } from '../../src/backends/parameters.ts';

/** The package with the binaries, as the matrix says or of this platform: for processes that run from elsewhere. */
export const packageDirectory =
  process.env['LMS_DB_EMBEDDED_PACKAGE'] ??
  dirname(
    dirname(createRequire(import.meta.url).resolve(packageFor(process.platform, process.arch, existsSync))),
  );

/** Makes a private folder that every system user can walk through, as the server's user has to. */
export function makePlayground(): string {
  const directory = mkdtempSync('/tmp/lms-db-test-');
  chmodSync(directory, 0o711);
  return directory;
}

/** Options for a cluster in a folder of the playground. */
export function optionsFor(playground: string, name: string): EmbeddedOptions {
  const directory = join(playground, name, '.lms-db', 'lms');
  return { directory, displayDirectory: `${name}/.lms-db/lms`, database: 'lms', durable: true };
}

/** Bundles the program of a second user, and the keeper beside it, as scripts/build.js does. */
export async function buildUserProgram(directory: string): Promise<string> {
  const here = dirname(fileURLToPath(import.meta.url));
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  await build({
    entryPoints: {
      user: join(here, 'embedded-user.ts'),
      keeper: join(here, '../../src/backends/embedded/keeper.ts'),
    },
    outdir: directory,
    outExtension: { '.js': '.js' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['pg'],
    logLevel: 'silent',
    chunkNames: 'chunks/[name]-[hash]',
  });
  // Outside of any package: .js is ESM only when it says so.
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
  return join(directory, 'user.js');
}

/** What a second user's process said. */
export interface Said {
  readonly opened?: {
    readonly parameters: ConnectionParameters;
    readonly version: string;
    readonly relocated?: string;
  };
  readonly failed?: string;
  readonly released?: boolean;
  readonly lost?: boolean;
}

/** A second user's process. */
export interface UserProcess {
  readonly child: ChildProcess;
  /** The next thing it says; rejects when it ends before. */
  next(): Promise<Said>;
  release(): void;
  kill(): Promise<void>;
}

/** Starts a process that opens a cluster; as another system user when one is given. */
export function startUser(
  program: string,
  options: EmbeddedOptions,
  as: { readonly uid?: number; readonly gid?: number; readonly cache?: string } = {},
): UserProcess {
  const { cache, ...ids } = as;
  const child = spawn(process.execPath, [program, JSON.stringify({ packageDirectory, ...options })], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: '/',
    env: { ...process.env, ...(cache === undefined ? {} : { LMS_DB_CACHE: cache, HOME: '/nonexistent' }) },
    ...ids,
  });
  const said: Said[] = [];
  let waiting: { resolve(said: Said): void; reject(error: Error): void } | undefined;
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as Said;
      if (waiting === undefined) said.push(message);
      else waiting.resolve(message);
      waiting = undefined;
    }
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  void ended.then(() => waiting?.reject(new Error('the process ended without a word')));
  return {
    child,
    next: () =>
      new Promise((resolve, reject) => {
        const message = said.shift();
        if (message !== undefined) resolve(message);
        else waiting = { resolve, reject };
      }),
    release: () => void child.stdin.write('release\n'),
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

/** Runs with one connection, and closes it. */
export async function withClient<Result>(
  parameters: ConnectionParameters,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const { host, port, user, password, database } = parameters;
  const client = new pg.Client({ host, port, user, password, database, ssl: false });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Process ids and command lines of the processes whose command line names this folder. Linux only. */
export function processesOf(
  directory: string,
): readonly { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return command.includes(directory) ? [{ pid: Number(name), command }] : [];
      } catch {
        return [];
      }
    });
}

/** The process id in the first line of postmaster.pid; undefined when no server uses the data. */
export function postmasterOf(directory: string): number | undefined {
  const path = join(directory, 'data', 'postmaster.pid');
  return existsSync(path) ? Number.parseInt(readFileSync(path, 'utf8'), 10) : undefined;
}

/** The process id of the keeper, from its lock. */
export function keeperOf(directory: string): number {
  const lock = JSON.parse(readFileSync(join(directory, 'keeper.lock'), 'utf8')) as { pid: number };
  return lock.pid;
}

/** Looks again and again until something holds; the test's own time limit ends it otherwise. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Removes a playground. */
export function removePlayground(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
