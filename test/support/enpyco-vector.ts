// A PostgreSQL with pgvector for the tests of enpyco: PGlite, reached by `pg` over a socket of this machine.
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import pg from 'pg';
import { openServer } from '../../src/backends/server.ts';
import type { ConnectionParameters } from '../../src/backends/parameters.ts';
import type { Observer, RunLock, Tools } from '../../src/core/ports.ts';
import type { Context } from '../../src/operations/context.ts';
import type { PrivateDatabase } from './database.ts';
import { urlOf } from './database.ts';

/** Starts one, empty, in memory; drop() ends it. It has a single backend, which all connections share by turns. */
export async function vectorDatabase(): Promise<PrivateDatabase> {
  const pglite = await PGlite.create({ extensions: { vector } });
  const server = new PGLiteSocketServer({ db: pglite, host: '127.0.0.1', port: 0, maxConnections: 10 });
  await server.start();
  const [host = '', port = ''] = server.getServerConn().split(':');
  const parameters: ConnectionParameters = {
    host,
    port: Number(port),
    user: 'postgres',
    password: '',
    database: 'postgres',
    ssl: false,
  };
  return {
    parameters,
    database: openServer(parameters),
    url: urlOf(parameters),
    sql: async (text, values) => {
      const client = new pg.Client(parameters);
      await client.connect();
      try {
        return (await client.query(text, values)).rows as never;
      } finally {
        await client.end();
      }
    },
    client: () => Promise.reject(new Error('the one backend of PGlite cannot keep a client for itself')),
    drop: async () => {
      await server.stop();
      await pglite.close();
    },
  };
}

/**
 * The context of an operation for PGlite. Everything is the tool's own but what needs a second backend: there is
 * none that could hold the run lock against this one, watch it, or wait for it. lms-db itself refuses such a
 * server, rightly, as it refuses a pooler in transaction mode.
 */
export function alone<Whole extends Context>(context: Whole): Whole {
  const lock: RunLock = {
    lost: false,
    tryAcquire: () => Promise.resolve(true),
    holder: () => Promise.resolve(undefined),
    stillHeld: () => Promise.resolve(true),
    release: () => Promise.resolve(),
  };
  const observer: Observer = {
    blockersOf: () => Promise.resolve([]),
    indexProgressOf: () => Promise.resolve(undefined),
    cancel: () => Promise.resolve(),
    alive: () => Promise.resolve(true),
  };
  const tools: Tools = {
    ...context.tools,
    runLock: () => lock,
    observer: () => observer,
    detectPooler: () => Promise.resolve('none'),
  };
  return { ...context, tools };
}
