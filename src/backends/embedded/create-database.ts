import type { ConnectionParameters } from '../parameters.ts';
import { BackendError } from '../../core/errors.ts';

/** Creates the database that the parameters name, unless it exists. Throws BackendError. */
export async function createDatabase(parameters: ConnectionParameters): Promise<void> {
  // Needed when a second project shares a cluster, not at an ordinary start.
  const { Client, escapeIdentifier, DatabaseError } = (await import('pg')).default;
  const { host, port, user, password, database } = parameters;
  const client = new Client({ host, port, user, password, database: 'template1', ssl: false });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`create database ${escapeIdentifier(database)}`);
  } catch (error) {
    // 42P04: it exists; 23505: somebody else creates it in this moment.
    if (error instanceof DatabaseError && (error.code === '42P04' || error.code === '23505')) return;
    const message = error instanceof Error ? error.message : String(error);
    throw new BackendError(`cannot create the database ${database} in the embedded PostgreSQL: ${message}`, {
      cause: error,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}
