import { randomBytes } from 'node:crypto';
import { BackendError, ServerError } from '../core/errors.ts';
import type { SavedDatabase, ThrowawayDatabase } from '../core/rehearsal-ports.ts';
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
export async function openThrowawayDatabase(request: ThrowawayRequest): Promise<ThrowawayDatabase> {
  if (request.on !== undefined) return onServer(request.on);
  if (await containersAvailable()) {
    request.note('starting a container for the throwaway database');
    const { database, parameters } = await openContainer({ database: 'throwaway' });
    return { ...database, save: copierOf(parameters, parameters.database).save };
  }
  const { openThrowaway } = await import('./embedded/throwaway.ts');
  const server = await openThrowaway({ database: 'throwaway' });
  const { parameters } = server;
  return {
    backend: 'embedded',
    label: `throwaway on embedded PostgreSQL ${server.version}`,
    name: parameters.database,
    connect: (purpose) => connect(parameters, purpose),
    save: copierOf(parameters, parameters.database).save,
    close: () => server.release(),
  };
}

async function onServer(server: ConnectionParameters): Promise<ThrowawayDatabase> {
  const name = `lms_db_throwaway_${randomBytes(6).toString('hex')}`;
  const parameters = { ...server, database: name };
  const copier = copierOf(server, name);
  await administer(server, [`create database ${identifier(name)} template template0`]);
  return {
    backend: 'server',
    label: `throwaway on ${describeConnection(server)}`,
    name,
    connect: (purpose) => connect(parameters, purpose),
    save: copier.save,
    close: () => administer(server, [dropSql(name), ...copier.copies().map(dropSql)]),
  };
}

/** Copies of a database, on its server; `server` is a way to it, by any database that is there. */
function copierOf(
  server: ConnectionParameters,
  name: string,
): { readonly save: () => Promise<SavedDatabase>; readonly copies: () => readonly string[] } {
  const copies = new Set<string>();
  // A database cannot be copied or dropped from within.
  const admin = server.database === name ? { ...server, database: 'postgres' } : server;
  let count = 0;
  return {
    copies: () => [...copies],
    async save() {
      count += 1;
      const copy = `${name}_${count}`;
      copies.add(copy);
      await administer(admin, [copySql(copy, name)]);
      return {
        restore: () => administer(admin, [dropSql(name), copySql(name, copy)]),
        async takeBack() {
          await administer(admin, [
            dropSql(name),
            `alter database ${identifier(copy)} rename to ${identifier(name)}`,
          ]);
          copies.delete(copy);
        },
        async discard() {
          if (!copies.delete(copy)) return;
          await administer(admin, [dropSql(copy)]);
        },
      };
    },
  };
}

function copySql(to: string, from: string): string {
  return `create database ${identifier(to)} template ${identifier(from)}`;
}

function dropSql(name: string): string {
  return `drop database if exists ${identifier(name)} with (force)`;
}

/** Runs these one by one: none of them may stand in a transaction block. */
async function administer(server: ConnectionParameters, statements: readonly string[]): Promise<void> {
  const session = await connect(server, 'look');
  // "database … does not exist, skipping" is nobody's business.
  session.onNotice = undefined;
  try {
    for (const statement of statements) await session.script(statement);
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
