// The private directory with the sockets of one run of a server. Imports node: modules only.
import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, chownSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { createServer } from 'node:net';
import type { KeeperConfig } from './messages.ts';
import type { Address } from './server-process.ts';

/** What one run of a server uses beside its data. */
export interface RunDirectory {
  /** Empty on Windows, which has named pipes instead. */
  readonly path: string;
  readonly control: string;
  readonly address: Address;
}

const PREFIX = 'lms-db-run-';

/** /tmp where there is one: the address of a unix socket has 107 bytes (macOS: 103), and TMPDIR may be long. */
function shortTemporaryDirectory(): string {
  try {
    accessSync('/tmp', constants.W_OK | constants.X_OK);
    return '/tmp';
  } catch {
    return tmpdir();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/**
 * Makes it, with a name that nobody can guess and that the server's file tells. For root there are
 * two levels: the upper one, with the control socket, is root's, the lower one the server's.
 */
export async function makeRunDirectory(account: KeeperConfig['account']): Promise<RunDirectory> {
  if (process.platform === 'win32') {
    const control = `\\\\.\\pipe\\lms-db-${randomBytes(12).toString('hex')}`;
    return { path: '', control, address: { host: '127.0.0.1', port: await freePort() } };
  }
  const path = mkdtempSync(join(shortTemporaryDirectory(), PREFIX));
  const sockets = join(path, 'sql');
  mkdirSync(sockets, { mode: 0o700 });
  if (account !== undefined) {
    chmodSync(path, 0o711);
    chownSync(sockets, account.uid, account.gid);
  }
  return { path, control: join(path, 'control'), address: { host: sockets, port: 5432 } };
}

/** Removes one of our run directories; anything else it is given, such as an edited file says, it leaves alone. */
export function removeRunDirectory(path: string): void {
  if (!isAbsolute(path) || !basename(path).startsWith(PREFIX) || dirname(path) === path) return;
  rmSync(path, { recursive: true, force: true });
}
