// The server that everything runs on: one for the whole benchmark, with a database for each run.
import pg from 'pg';
import { openThrowaway } from '../src/backends/embedded/throwaway.ts';

/** A server, and what the benchmark does with its databases. */
export interface Server {
  readonly version: string;
  readonly origin: string;
  urlOf(database: string): string;
  /** Makes a database anew, as a copy of another one where one is given, and lets the server settle. */
  make(database: string, template?: string): Promise<void>;
  drop(database: string): Promise<void>;
  /** The first column of the first row. */
  ask(database: string, sql: string): Promise<unknown>;
  /** Drops what is left and stops the server if it was ours. */
  close(): Promise<void>;
}

const PREFIX = 'lms_db_bench_';

/**
 * Opens `url`, or a throwaway cluster of the embedded PostgreSQL that writes as durably as a real server.
 * Databases of the benchmark bear a prefix of their own; no other one is touched.
 */
export async function openBenchServer(url: string | undefined): Promise<Server> {
  if (url !== undefined) return serverAt(new URL(url), 'LMS_DB_BENCH_URL', () => Promise.resolve());
  const server = await openThrowaway({
    database: 'postgres',
    settings: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' },
  });
  const { host, port, user, password } = server.parameters;
  const address = new URL(`postgresql://${encodeURIComponent(host)}:${port}/postgres`);
  address.username = user;
  address.password = password ?? '';
  return serverAt(address, 'embedded', () => server.release());
}

async function serverAt(address: URL, origin: string, stop: () => Promise<void>): Promise<Server> {
  const admin = new pg.Client({ connectionString: address.href });
  try {
    await admin.connect();
  } catch (error) {
    await stop();
    throw error;
  }
  const made = new Set<string>();
  const urlOf = (database: string): string => {
    const url = new URL(address);
    url.pathname = `/${PREFIX}${database}`;
    return url.href;
  };
  const drop = async (database: string): Promise<void> => {
    await admin.query(`drop database if exists ${PREFIX}${database} with (force)`);
    made.delete(database);
  };
  const ask = async (client: pg.Client, sql: string): Promise<unknown> => {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  };
  return {
    origin,
    version: String(await ask(admin, 'show server_version')),
    urlOf,
    drop,
    async make(database, template) {
      await drop(database);
      made.add(database);
      const from = template === undefined ? 'template0' : `${PREFIX}${template}`;
      await admin.query(`create database ${PREFIX}${database} template ${from}`);
      // What the run before left to be written must not be paid by the next one.
      await admin.query('checkpoint');
    },
    async ask(database, sql) {
      const client = new pg.Client({ connectionString: urlOf(database) });
      await client.connect();
      try {
        return await ask(client, sql);
      } finally {
        await client.end();
      }
    },
    async close() {
      for (const database of [...made]) await drop(database).catch(() => undefined);
      await admin.end().catch(() => undefined);
      await stop();
    },
  };
}
