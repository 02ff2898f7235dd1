import pg from 'pg';
import { ConnectionError, ServerError } from '../../core/errors.ts';
import { serverErrorFacts } from '../session.ts';
import type { PgSession } from '../session.ts';

/** The error of a driver as the rest of the program knows it; any other error as it is. */
export function translated(session: PgSession, error: unknown, sql: string): unknown {
  if (error instanceof pg.DatabaseError && !session.closed) {
    return new ServerError(serverErrorFacts(error, sql, 0), error);
  }
  if (!session.closed) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ConnectionError(`the connection to the server was lost: ${message}`, {
    hint: 'running the command again is safe: a seed and its record commit together',
    cause: error,
  });
}
