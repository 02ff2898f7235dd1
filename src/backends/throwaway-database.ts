import { randomBytes } from 'node:crypto';
import type { Database } from '../core/database.ts';
import { BackendError, ServerError } from '../core/errors.ts';
import { connect } from './connect.ts';
import { describeConnection } from './connection/describe.ts';
import { containersAvailable, openContainer } from './container.ts';
import type { ConnectionParameters } from './parameters.ts';
import { identifier } from './sql.ts';

/** Where a throwaway database is made. */
export interface ThrowawayRequest {
  /** A server on which databases may be made and dropped; without it a container, or else the embedded server. */
  readonly on?: ConnectionParameters | undefined;
  readonly note: (message: string) => void;
}

/**
 * Makes an empty database that close() removes: on the given server, in a container where containers
 * run, or on an embedded server of its own. Throws BackendError, ConnectionError.
 */
export async function openThrowawayDatabase(request: ThrowawayRequest): Promise<Database> {
  if (request.on !== undefined) return onServer(request.on);
  if (await containersAvailable()) {
    request.note('starting a container for the throwaway database');
    return (await openContainer({ database: 'throwaway' })).database;
  }
  const { openThrowaway } = await import('./embedded/throwaway.ts');
  const server = await openThrowaway({ database: 'throwaway' });
  const { parameters } = server;
  return {
    backend: 'embedded',
    label: `throwaway on embedded PostgreSQL ${server.version}`,
    name: parameters.database,
    connect: (purpose) => connect(parameters, purpose),
    close: () => server.release(),
  };
}

async function onServer(server: ConnectionParameters): Promise<Database> {
  const name = `lms_db_throwaway_${randomBytes(6).toString('hex')}`;
  const parameters = { ...server, database: name };
  await administer(server, `create database ${identifier(name)} template template0`);
  return {
    backend: 'server',
    label: `throwaway on ${describeConnection(server)}`,
    name,
    connect: (purpose) => connect(parameters, purpose),
    close: () => administer(server, `drop database if exists ${identifier(name)} with (force)`),
  };
}

async function administer(server: ConnectionParameters, sql: string): Promise<void> {
  const session = await connect(server, 'look');
  try {
    await session.script(sql);
  } catch (error) {
    // 42501 insufficient_privilege
    if (error instanceof ServerError && error.facts.sqlstate === '42501') {
      throw new BackendError(
        `no throwaway database can be made on ${describeConnection(server)}: ${error.facts.message}`,
        {
          hint: 'use a role with CREATEDB, or leave --on out',
          cause: error,
        },
      );
    }
    throw error;
  } finally {
    await session.close();
  }
}
