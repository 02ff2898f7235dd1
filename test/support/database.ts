import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { openServer } from '../../src/backends/server.ts';
import type { ConnectionParameters } from '../../src/backends/parameters.ts';
import type { Database } from '../../src/core/database.ts';

/** A database of its own on the server of the run. */
export interface PrivateDatabase {
  readonly parameters: ConnectionParameters;
  readonly database: Database;
  /** For spawned processes. */
  readonly url: string;
  /** Runs SQL on a connection of its own and gives back the rows. */
  readonly sql: <Row extends object = Record<string, unknown>>(
    text: string,
    values?: unknown[],
  ) => Promise<Row[]>;
  /** A connection to keep: for locks and open transactions. Closed by drop(). */
  readonly client: () => Promise<pg.Client>;
  readonly drop: () => Promise<void>;
}

/** Parameters of the server that the run found. */
export function serverParameters(): ConnectionParameters {
  const server = inject('server');
  if (server === undefined) throw new Error('the run has no server');
  return server;
}

/**
 * Makes an empty database, or a copy of another one to which nobody is connected; drop() removes it, whoever
 * is still connected.
 */
export async function privateDatabase(
  template = 'template0',
  server = serverParameters(),
): Promise<PrivateDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await withClient(server, (client) => client.query(`create database ${name} template ${template}`));
  const parameters = { ...server, database: name };
  const clients: pg.Client[] = [];
  return {
    parameters,
    database: openServer(parameters),
    url: urlOf(parameters),
    sql: (text, values) =>
      withClient(parameters, async (client) => (await client.query(text, values)).rows as never),
    client: async () => {
      const client = await connected(parameters);
      clients.push(client);
      return client;
    },
    drop: async () => {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
      await withClient(server, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** A URL that libpq and lms-db both read, for a TCP host or a socket directory. */
export function urlOf(parameters: ConnectionParameters): string {
  const { user, password = '', host, port, database } = parameters;
  const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgresql://${who}@/${database}?host=${encodeURIComponent(host)}&port=${String(port)}&sslmode=disable`;
}

async function connected(parameters: ConnectionParameters): Promise<pg.Client> {
  const { host, port, user, password, database } = parameters;
  const client = new pg.Client({ host, port, user, password, database, application_name: 'test' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function withClient<Result>(
  parameters: ConnectionParameters,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = await connected(parameters);
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
