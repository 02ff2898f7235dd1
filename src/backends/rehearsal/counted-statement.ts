import pg from 'pg';
import type { Connection, Submittable } from 'pg';
import { ConnectionError, ServerError } from '../../core/errors.ts';
import type { Session } from '../../core/ports.ts';
import { PgSession, serverErrorFacts } from '../session.ts';

/**
 * Two statements in one message of the extended protocol: one that may not run in a transaction block, for which it
 * must be the first (https://www.postgresql.org/docs/current/protocol-flow.html, pipelining), and a query of one text
 * value. Between them the server reports no statistics (postgres.c does so before it is ready for the next message),
 * so the query still sees what the statement counted.
 */
class CountedStatement implements Submittable {
  readonly done: Promise<string | undefined>;
  #settle: { resolve: (value: string | undefined) => void; reject: (error: Error) => void } | undefined;
  #completed = 0;
  #value: string | undefined;

  constructor(
    readonly statement: string,
    readonly question: string,
    readonly values: readonly string[],
  ) {
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  submit(connection: Connection): void {
    const both = [
      { text: this.statement, values: [] },
      { text: this.question, values: [...this.values] },
    ];
    for (const { text, values } of both) {
      connection.parse({ name: '', text, types: [] }, true);
      connection.bind({ values }, true);
      connection.execute(null, true);
    }
    connection.sync();
  }

  handleRowDescription(): void {
    /* not asked for */
  }

  handleDataRow(message: { readonly fields?: readonly (string | null)[] }): void {
    if (this.#completed === 1) this.#value = message.fields?.[0] ?? undefined;
  }

  handleCommandComplete(): void {
    this.#completed += 1;
  }

  handleEmptyQuery(): void {
    this.#completed += 1;
  }

  handleError(error: Error): void {
    this.#settle?.reject(error);
  }

  handleReadyForQuery(): void {
    this.#settle?.resolve(this.#value);
  }
}

/**
 * Runs a statement outside any transaction, and then a query of one text value that sees what it counted. Throws
 * ServerError, ConnectionError.
 */
export async function counted(
  session: Session,
  statement: string,
  question: { readonly sql: string; readonly values: readonly string[] },
): Promise<string | undefined> {
  if (!(session instanceof PgSession)) throw new Error('measuring needs a session of pg');
  const query = new CountedStatement(statement, question.sql, question.values);
  session.client.query(query);
  try {
    return await query.done;
  } catch (error) {
    if (error instanceof pg.DatabaseError && !/^(?:08|57P0[1-3])/.test(error.code ?? '')) {
      // The server sends the error before it gives back the locks (postgres.c, PostgresMain); after this it has.
      await session.script('');
      throw new ServerError(serverErrorFacts(error, statement, 0), error);
    }
    const message = error instanceof Error ? error.message : String(error);
    throw new ConnectionError(`the connection to the server was lost: ${message}`, { cause: error });
  }
}
