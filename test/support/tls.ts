// A PostgreSQL server with TLS on the loopback interface, from the embedded binaries.
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { serverAccount } from '../../src/backends/embedded/account.ts';
import { findBinaries } from '../../src/backends/embedded/binaries.ts';
import { openThrowaway } from '../../src/backends/embedded/throwaway.ts';
import { resolveConnection } from '../../src/backends/connection/resolve.ts';
import { nodeSurroundings } from '../../src/backends/connection/surroundings.ts';
import { BackendError } from '../../src/core/errors.ts';
import type { ConnectionParameters } from '../../src/backends/parameters.ts';

const FIXTURES = 'test/fixtures/tls';

/** The password of every user of the server who has one. */
export const PASSWORD = 'correct horse';

/** Who may come in how. */
const RULES = `
local   all  all                        scram-sha-256
hostssl all  tls_only   127.0.0.1/32    scram-sha-256
hostnossl all plain_only 127.0.0.1/32   scram-sha-256
hostssl all  cert_user  127.0.0.1/32    cert
host    all  trusted    127.0.0.1/32    trust
host    all  clear      127.0.0.1/32    password
host    all  anyone     127.0.0.1/32    scram-sha-256
`;

/** A server with TLS on 127.0.0.1. */
export interface TlsServer {
  readonly port: number;
  /** The major version. */
  readonly major: number;
  /** Folder with copies of the fixtures, keys with mode 600 and of the server's user. */
  readonly directory: string;
  /** Changes settings for connections to come, and waits until they are in force. */
  readonly configure: (settings: Readonly<Record<string, string>>) => Promise<void>;
  /** Runs SQL as the superuser, over the unix socket. */
  readonly sql: (text: string) => Promise<unknown[]>;
  /** Parameters from a URL, found as a command finds them, with nothing from this machine but the given variables. */
  readonly parameters: (url: string, variables?: Readonly<Record<string, string>>) => ConnectionParameters;
  readonly close: () => Promise<void>;
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

/** Why there is no server here; undefined when there is one. */
export function noBinaries(): string | undefined {
  try {
    findBinaries(serverAccount(undefined), process.env['LMS_DB_TEST_PACKAGE']);
    return undefined;
  } catch (error) {
    if (error instanceof BackendError) return error.message;
    throw error;
  }
}

/** Starts it. The server of LMS_DB_TEST_URL or of a container is not asked: its certificates are not ours. */
export async function openTlsServer(): Promise<TlsServer> {
  // Not in TMPDIR: the server's user may not be able to walk there.
  const directory = mkdtempSync('/tmp/lms-db-tls-');
  chmodSync(directory, 0o711);
  const account = serverAccount(undefined);
  for (const name of ['ca.crt', 'other-ca.crt', 'server.crt', 'server-ip.crt', 'client.crt']) {
    copyFileSync(join(FIXTURES, name), join(directory, name));
    chmodSync(join(directory, name), 0o644);
  }
  for (const name of ['server.key', 'server-ip.key', 'client.key']) {
    copyFileSync(join(FIXTURES, name), join(directory, name));
    chmodSync(join(directory, name), 0o600);
    if (account !== undefined && name !== 'client.key')
      chownSync(join(directory, name), account.uid, account.gid);
  }
  writeFileSync(join(directory, 'pg_hba.conf'), RULES, { mode: 0o644 });
  const port = await freePort();
  const server = await openThrowaway({
    packageDirectory: process.env['LMS_DB_TEST_PACKAGE'],
    settings: { port: String(port), listen_addresses: '127.0.0.1', hba_file: join(directory, 'pg_hba.conf') },
  });
  const socket = { ...server.parameters, port };
  const sql = async (text: string): Promise<Record<string, unknown>[]> => {
    const { host, user, password, database } = socket;
    const client = new pg.Client({ host, port, user, password, database, ssl: false });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  };
  const loadedAt = async (): Promise<unknown> =>
    (await sql('select pg_conf_load_time()::text as time'))[0]?.['time'];
  for (const user of ['tls_only', 'plain_only', 'cert_user', 'trusted', 'clear', 'anyone']) {
    await sql(`create role ${user} login password '${PASSWORD}'`);
  }
  return {
    port,
    major: Number.parseInt(server.version, 10),
    directory,
    sql,
    async configure(settings) {
      const before = await loadedAt();
      for (const [name, value] of Object.entries(settings))
        await sql(`alter system set ${name} = '${value}'`);
      await sql('select pg_reload_conf()');
      while ((await loadedAt()) === before) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    parameters: (url, variables = {}) =>
      resolveConnection({ url }, { ...nodeSurroundings(variables), home: '/nonexistent' }).parameters,
    async close() {
      await server.release();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
