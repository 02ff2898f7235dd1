// Brings a server up to the point where it takes connections, for the keeper. Imports node: modules only.
import { fileSize, lastLines, readPostmaster, removeMisleadingPidFile } from './postmaster.ts';
import type { KeeperConfig } from './messages.ts';
import { logFile } from './messages.ts';
import { pause } from './processes.ts';
import { startServer } from './server-process.ts';
import type { Address, ServerProcess } from './server-process.ts';

/** What came of it. `log`: the last lines that the server wrote. */
export type BroughtUp =
  | { readonly server: ServerProcess }
  | { readonly server: undefined; readonly message: string; readonly log: string };

/** Milliseconds for starting, crash recovery included, before we give up. */
const START = 300_000;

/** Milliseconds in which backends of a killed server notice that it is gone and let its memory go. */
const LEFTOVERS = 15_000;

/** Messages of the server that name a state which passes by itself. */
const PASSING = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/;

/**
 * Stops a server of ours whose keeper and watcher were both killed: nobody keeps it, and nobody
 * would ever stop it. False when it does not stop.
 */
async function stopOrphan(data: string): Promise<boolean> {
  for (let waited = 0; waited < 60_000; waited += 20) {
    const orphan = readPostmaster(data);
    if (orphan === undefined) return true;
    if (orphan.origin === 'foreign') return false;
    if (waited === 0 || waited === 30_000) {
      try {
        if (orphan.origin === 'ours') process.kill(orphan.pid, waited === 0 ? 'SIGINT' : 'SIGQUIT');
      } catch {
        // Gone meanwhile.
      }
    }
    await pause(20);
  }
  return false;
}

async function untilReady(config: KeeperConfig, server: ServerProcess): Promise<string | undefined> {
  let end: string | undefined;
  void server.ended.then((reason) => (end = reason));
  const deadline = performance.now() + START;
  for (;;) {
    if (end !== undefined) return end;
    const postmaster = readPostmaster(config.data);
    if (postmaster?.pid === server.pid && postmaster.ready) return undefined;
    if (performance.now() > deadline) return 'not ready after five minutes';
    await pause(4);
  }
}

/** Starts the server and waits until it is ready; tries again while an earlier one is still going away. */
export async function bringUp(
  config: KeeperConfig,
  address: Address,
  onServer: (server: ServerProcess) => void,
): Promise<BroughtUp> {
  if (!(await stopOrphan(config.data))) {
    return { server: undefined, message: 'another server uses the data directory', log: '' };
  }
  if (removeMisleadingPidFile(config.data)) await pause(2000);
  const deadline = performance.now() + LEFTOVERS;
  for (;;) {
    const from = Math.max(config.logStart, fileSize(logFile(config.home)));
    const server = startServer(config, address);
    if (server === undefined) return { server, message: `cannot run ${config.postgres}`, log: '' };
    onServer(server);
    const failure = await untilReady(config, server);
    if (failure === undefined) return { server };
    server.stop('immediate');
    await server.ended;
    const log = lastLines(logFile(config.home), 12, from);
    if (!PASSING.test(log) || performance.now() > deadline)
      return { server: undefined, message: failure, log };
    await pause(100);
  }
}
