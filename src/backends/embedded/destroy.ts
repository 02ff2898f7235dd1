import { existsSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BackendError } from '../../core/errors.ts';
import { UNFINISHED } from './template.ts';
import { explain } from './explain.ts';
import { findHome } from './home.ts';
import type { Home } from './home.ts';
import { joinKeeper } from './join.ts';
import { isLocked, tryLock } from './lock.ts';
import { readMark } from './mark.ts';
import { readPostmaster } from './postmaster.ts';
import { pause, waitAtMost } from './processes.ts';
import { removeRunDirectory } from './run-directory.ts';
import { readServerFile } from './messages.ts';

/** Milliseconds to wait until the server is down. */
const PATIENCE = 90_000;

/** Everything that we make in a folder; anything else in it is not ours to remove. */
const OURS =
  /^(?:unfinished-.*|password|pgpass|cluster\.json|server\.json|server\.log|server\.log\.1|keeper\.lock)$/;

function removeFiles(home: Home): void {
  if (existsSync(home.data)) {
    // Renamed first: data that is half removed must never be taken for a cluster.
    renameSync(home.data, join(mkdtempSync(join(home.directory, UNFINISHED)), 'data'));
  }
  removeRunDirectory(readServerFile(home.directory)?.run ?? '');
  // The lock goes last, and the mark just before: whoever comes meanwhile waits, a killed reset can be repeated.
  const last = ['cluster.json', 'keeper.lock'];
  const names = readdirSync(home.directory).filter((name) => OURS.test(name) && !last.includes(name));
  for (const name of [...names, ...last])
    rmSync(join(home.directory, name), { recursive: true, force: true });
  if (home.area !== home.directory) rmSync(join(home.area, 'location'), { force: true });
  rmSync(join(home.area, '.gitignore'), { force: true });
  for (const directory of new Set([home.directory, home.area])) {
    try {
      rmdirSync(directory);
    } catch {
      // Something of the user's lies in it, or somebody is opening it anew.
    }
  }
}

/** Stops what runs and takes the lock; false when it is worth another try. */
async function stopAndLock(home: Home, displayDirectory: string): Promise<boolean> {
  const joined = await joinKeeper(home.directory, PATIENCE);
  if (joined.state === 'ready') {
    joined.hold.send('stop');
    await waitAtMost(PATIENCE, joined.hold.closed);
    return false;
  }
  if (isLocked(home.directory)) return false;
  const postmaster = readPostmaster(home.data);
  if (postmaster?.origin === 'foreign') {
    throw new BackendError(
      `${displayDirectory}/data is used by a server that lms-db did not start (process ${postmaster.pid})`,
      { hint: 'stop that server first' },
    );
  }
  if (postmaster?.origin === 'ours') process.kill(postmaster.pid, 'SIGINT');
  return postmaster === undefined && tryLock(home.directory) !== undefined;
}

/**
 * Stops the server of a folder, whoever uses it, and removes its data, log and password. A folder
 * that is not there is fine. Throws BackendError when it is not one of ours, or when somebody
 * else's server runs in it.
 */
export async function destroyEmbedded(directory: string, displayDirectory = directory): Promise<void> {
  try {
    const home = findHome(directory);
    if (home === undefined) return;
    if (readMark(home.directory) === undefined) {
      if (readdirSync(home.area).length === 0) return;
      throw new BackendError(
        `${displayDirectory} was not made by lms-db (no cluster.json): nothing was removed`,
        {
          hint: 'remove it yourself if it is not needed',
        },
      );
    }
    const deadline = performance.now() + PATIENCE;
    while (!(await stopAndLock(home, displayDirectory))) {
      if (performance.now() > deadline) {
        throw new BackendError(`the embedded PostgreSQL of ${displayDirectory} does not stop`, {
          hint: `end the processes that use ${home.data}`,
        });
      }
      await pause(15);
    }
    removeFiles(home);
  } catch (error) {
    throw explain(error, displayDirectory);
  }
}
