// Starts and stops postgres itself, for the keeper. Imports node: modules only.
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { dirname, join } from 'node:path';
import type { KeeperConfig } from './messages.ts';
import { logFile } from './messages.ts';
import { CLUSTER_NAME } from './postmaster.ts';
import { openForAppend } from './private-file.ts';

/** A running postgres. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when it has ended, with its exit code or signal. Never rejects. */
  readonly ended: Promise<string>;
  /** `fast`: breaks connections and writes a checkpoint. `immediate`: stops at once, and recovers at the next start. */
  stop(mode: 'fast' | 'immediate'): void;
}

/** Where the server listens. */
export interface Address {
  /** Directory of the unix socket, or 127.0.0.1. */
  readonly host: string;
  readonly port: number;
}

/**
 * The server becomes the shell itself (exec), so that our child is the postmaster. Beside it waits a
 * watcher for a word or the end of file 3, whose other end only the keeper holds: when the keeper is
 * gone, however it went, the kernel closes it, and the watcher stops the server and removes $1, the
 * private directory with its sockets, and $2, the folder of a throwaway cluster or nothing. The watcher is a grandchild: a child of the postmaster that
 * it does not know, and that dies of a signal, would make it restart all backends.
 */
const WATCHED = `
run=$1; home=$2; shift 2
( (
  trap '' HUP INT QUIT TERM
  word=
  read -r word <&3
  [ "$word" = stopped ] && exit 0
  kill -INT $$
  n=0
  while kill -0 $$ 2>/dev/null; do
    n=$((n+1))
    [ $n = 300 ] && kill -QUIT $$
    sleep 0.2 2>/dev/null || sleep 1
  done
  rm -rf -- "$run" "$home"
) </dev/null >/dev/null 2>&1 & )
exec "$@" 3<&-
`;

function serverArguments(config: KeeperConfig, address: Address): readonly string[] {
  const windows = process.platform === 'win32';
  const settings: readonly (readonly [string, string])[] = [
    ['cluster_name', CLUSTER_NAME],
    ['port', String(address.port)],
    ['listen_addresses', windows ? address.host : ''],
    ['unix_socket_directories', windows ? '' : address.host],
    ['unix_socket_permissions', '0700'],
    ['logging_collector', 'off'],
    ['log_destination', 'stderr'],
    ...config.settings,
  ];
  return ['-D', config.data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Starts postgres with its log appended to the server's log. Does not wait until it is ready. */
export function startServer(config: KeeperConfig, address: Address): ServerProcess | undefined {
  const windows = process.platform === 'win32';
  const args = serverArguments(config, address);
  const removed = [dirname(address.host), config.throwaway ? config.home : ''];
  const log = openForAppend(logFile(config.home));
  const child = windows
    ? // Not detached: Windows ends it with the keeper (libuv puts it in a job that dies with us).
      spawn(config.postgres, args, { stdio: ['ignore', log, log, 'pipe'], windowsHide: true })
    : spawn('/bin/sh', ['-c', WATCHED, 'lms-db', ...removed, config.postgres, ...args], {
        stdio: ['ignore', log, log, 'pipe'],
        cwd: '/',
        ...(config.account === undefined ? {} : { uid: config.account.uid, gid: config.account.gid }),
      });
  closeSync(log);
  const watcher = child.stdio[3];
  watcher?.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => {
      // The word tells the watcher that there is nothing left to stop: the id may be another's soon.
      if (watcher !== null && watcher !== undefined && 'write' in watcher) release(watcher);
      resolve(signal ?? `exit code ${code ?? '?'}`);
    });
  });
  const { pid } = child;
  if (pid === undefined) return undefined;
  return { pid, ended, stop: (mode) => stop(config, pid, mode) };
}

function release(watcher: Writable): void {
  watcher.end('stopped\n');
}

function stop(config: KeeperConfig, pid: number, mode: 'fast' | 'immediate'): void {
  if (process.platform === 'win32') {
    // Windows has no signals; pg_ctl knows the named pipe that postgres listens to instead.
    const program = join(dirname(config.postgres), 'pg_ctl.exe');
    spawn(program, ['stop', '-W', '-m', mode, '-D', config.data], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  } catch {
    // Already gone.
  }
}
