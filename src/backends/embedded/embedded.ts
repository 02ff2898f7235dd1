import { existsSync, renameSync, rmSync } from 'node:fs';
import { BackendError, UnusableDataError } from '../../core/errors.ts';
import { findBinaries } from './binaries.ts';
import { prepareCluster } from './cluster.ts';
import { createDatabase } from './create-database.ts';
import { explain } from './explain.ts';
import { prepareHome } from './home.ts';
import type { Home } from './home.ts';
import { joinKeeper } from './join.ts';
import { isLocked, tryLock, unlock } from './lock.ts';
import { readMark, writeMark } from './mark.ts';
import { logFile, readServerFile, serverFile } from './messages.ts';
import { fileSize, lastLines, readPostmaster } from './postmaster.ts';
import { pause } from './processes.ts';
import { removeRunDirectory } from './run-directory.ts';
import { foreignServer, serverAt } from './server.ts';
import type { EmbeddedServer } from './server.ts';
import { startKeeper } from './start-keeper.ts';
import { removeUnfinished } from './template.ts';

// What opening gives back belongs to opening: callers need this file only.
export type { EmbeddedServer } from './server.ts';

/** Which cluster to open, and how to start it if nobody has. */
export interface EmbeddedOptions {
  /** The folder `.lms-db/<project>`, absolute. Made when missing. */
  readonly directory: string;
  /** The same as the user knows it, for messages. */
  readonly displayDirectory: string;
  /** The application's database; created when missing. */
  readonly database: string;
  /** False for data that may be lost in a crash: much faster to write. */
  readonly durable: boolean;
  /** A package directory with PostgreSQL binaries, instead of this platform's own (tests of other versions). */
  readonly packageDirectory?: string | undefined;
  /** Server settings, by name. Only who starts the server decides them: they are ignored when it runs already. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** The folder is removed when the server stops. */
  readonly throwaway?: boolean | undefined;
}

/** Milliseconds to wait for others that start or stop a server here, crash recovery included. */
const PATIENCE = 330_000;

/** Milliseconds to wait for somebody who holds the lock and says nothing. */
const SILENCE = 90_000;

/** Bytes from which the log of earlier runs moves to server.log.1. */
const LARGE_LOG = 5 * 1024 * 1024;

const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

function rotateLog(home: string): number {
  const path = logFile(home);
  if (fileSize(path) > LARGE_LOG) renameSync(path, `${path}.1`);
  return fileSize(path);
}

/** Makes what is missing and starts a keeper. The caller holds the lock. */
async function start(home: Home, lock: string, options: EmbeddedOptions): Promise<void> {
  removeUnfinished(home.directory);
  removeRunDirectory(readServerFile(home.directory)?.run ?? '');
  rmSync(serverFile(home.directory), { force: true });
  const logStart = rotateLog(home.directory);
  const binaries = findBinaries(home.account, options.packageDirectory);
  const { database, durable, displayDirectory } = options;
  const came = await prepareCluster(binaries, home, { database, durable }, displayDirectory);
  if (came === 'made') writeMark(home.directory, { area: home.area, databases: [database] });
  await startKeeper({
    home: home.directory,
    lock,
    data: home.data,
    postgres: binaries.postgres,
    version: binaries.version,
    account: home.account,
    settings: Object.entries({ ...(durable ? {} : NOT_DURABLE), ...options.settings }),
    logStart,
    throwaway: options.throwaway === true,
  });
}

/** Gives back a server, or undefined when it is worth another try. */
async function attempt(home: Home, options: EmbeddedOptions): Promise<EmbeddedServer | undefined> {
  const joined = await joinKeeper(home.directory, PATIENCE);
  if (joined.state === 'ready') return serverAt(home, options.database, joined.server, joined.hold);
  if (joined.state === 'failed') {
    throw new UnusableDataError(
      `the embedded PostgreSQL of ${options.displayDirectory} did not start: ${joined.message}\n${joined.log}`.trimEnd(),
      home.area,
      {
        hint: `the whole log is ${logFile(home.directory)}; where the files are damaged, \`lms-db reset\` makes the database anew, without its rows`,
      },
    );
  }
  if (isLocked(home.directory)) return undefined;
  const present = readPostmaster(home.data);
  if (present?.origin === 'foreign')
    return present.ready ? foreignServer(home, options.database, present) : undefined;
  if (present?.origin === 'unknown') return undefined;
  const lock = tryLock(home.directory);
  if (lock === undefined) return undefined;
  try {
    await start(home, lock, options);
  } finally {
    // Does nothing once the keeper has made the lock its own.
    unlock(home.directory, lock);
  }
  return attempt(home, options);
}

async function open(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const home = prepareHome(options.directory, options.displayDirectory);
  const deadline = performance.now() + SILENCE;
  for (;;) {
    const server = await attempt(home, options);
    if (server !== undefined) return server;
    if (performance.now() > deadline) {
      const log = lastLines(logFile(home.directory), 8);
      throw new BackendError(
        `the embedded PostgreSQL of ${options.displayDirectory} neither starts nor stops; the end of its log:\n${log}`,
        { hint: `end the processes that use ${home.data}, or give a database with --url` },
      );
    }
    await pause(15);
  }
}

async function ensureDatabase(server: EmbeddedServer): Promise<void> {
  const mark = readMark(server.home);
  const { database } = server.parameters;
  if (mark === undefined || mark.databases.includes(database)) return;
  await createDatabase(server.parameters);
  if (existsSync(server.home)) writeMark(server.home, { ...mark, databases: [...mark.databases, database] });
}

/**
 * Opens the embedded database of a folder: joins the server that runs there, or starts one, making
 * the data first when there is none. Throws BackendError, or UnusableDataError, with a next step, and with the last lines
 * of the server's log when that is what went wrong.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  try {
    const server = await open(options);
    try {
      await ensureDatabase(server);
    } catch (error) {
      await server.release();
      throw error;
    }
    return server;
  } catch (error) {
    throw explain(error, options.displayDirectory);
  }
}
