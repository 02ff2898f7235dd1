/**
 * The keeper: a process of its own that starts one server, lets lms-db processes hold on to it, and
 * stops it when the last of them has gone, whatever way it went. start-keeper.ts starts it with its
 * configuration on standard input; it says `listening` on standard output once it can be joined.
 * It imports node: modules only, beside its own few files, so that it is there as fast as bare node.
 */
import { rmSync } from 'node:fs';
import { bringUp } from './bring-up.ts';
import { openControl } from './keeper-control.ts';
import { takeOverLock, unlock } from './lock.ts';
import { serverFile } from './messages.ts';
import type { KeeperConfig } from './messages.ts';
import { writePrivateFile } from './private-file.ts';
import { makeRunDirectory, removeRunDirectory } from './run-directory.ts';
import type { ServerProcess } from './server-process.ts';

/** Milliseconds in which the process that started us, or another, has to connect. */
const FIRST_CONNECTION = 10_000;

/** Milliseconds that a fast shutdown may take before the server is stopped at once. */
const SHUTDOWN = 60_000;

async function readConfig(): Promise<KeeperConfig> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
  // Written by start-keeper.ts, from the same type.
  return JSON.parse(text) as KeeperConfig;
}

async function stopServer(server: ServerProcess, throwaway: boolean): Promise<void> {
  server.stop(throwaway ? 'immediate' : 'fast');
  const escalation = setTimeout(() => server.stop('immediate'), SHUTDOWN);
  await server.ended;
  clearTimeout(escalation);
}

async function keep(config: KeeperConfig): Promise<void> {
  const lock = takeOverLock(config.home, config.lock);
  if (lock === undefined) return;
  const run = await makeRunDirectory(config.account);
  let server: ServerProcess | undefined;
  let stopping = false;

  const shutDown = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // First of all nobody must find us: whoever comes now waits for our lock to go.
    control.close();
    rmSync(serverFile(config.home), { force: true });
    if (server !== undefined) await stopServer(server, config.throwaway);
    removeRunDirectory(run.path);
    unlock(config.home, lock);
    if (config.throwaway) rmSync(config.home, { recursive: true, force: true });
    process.exit(0);
  };

  const alone = setTimeout(() => void shutDown(), FIRST_CONNECTION);
  const control = await openControl(run.control, {
    onJoin: () => clearTimeout(alone),
    onEmpty: () => void shutDown(),
    onStop: () => void shutDown(),
  });
  process.on('SIGTERM', () => void shutDown());
  writePrivateFile(
    serverFile(config.home),
    `${JSON.stringify({ control: run.control, run: run.path })}\n`,
    config.home,
  );
  process.stdout.write('listening\n');

  const result = await bringUp(config, run.address, (started) => (server = started));
  if (result.server === undefined) {
    await control.announce({ state: 'failed', message: result.message, log: result.log });
  } else {
    void control.announce({ state: 'ready', ...run.address, version: config.version });
    await result.server.ended;
  }
  // It failed, or it ended without us: those who use it lose their connections to it and to us.
  await shutDown();
}

// A terminal's Ctrl-C and hang-up are for those who use the server; they let go of it by ending.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Whoever started us stops listening to our output once we listen to its connection.
process.stdout.on('error', () => undefined);
await keep(await readConfig());
