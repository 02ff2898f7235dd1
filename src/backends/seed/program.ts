import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { InterruptedError } from '../../core/errors.ts';
import type { SeedCounts } from '../../core/seed.ts';
import type { ProgramRunner } from '../../core/seed-ports.ts';
import type { PgSession } from '../session.ts';
import { pgSession } from './load.ts';
import { translated } from './translate.ts';

/** Words that would end the transaction in which the seed and its record commit together. */
const TRANSACTION_CONTROL =
  /^\s*(?:begin|start\s+transaction|commit|end|rollback(?!\s+to)|abort|prepare\s+transaction)\b/i;

/** Runs programs over the session and in the transaction that they are recorded in. */
export const programRunner: ProgramRunner = {
  async run(session, program, signal) {
    const connection = new SeedConnection(pgSession(session));
    const database = new Kysely<unknown>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createQueryCompiler: () => new PostgresQueryCompiler(),
        createIntrospector: (kysely) => new PostgresIntrospector(kysely),
        createDriver: () => new SeedDriver(connection),
      },
    });
    const ended = new AbortController();
    try {
      await Promise.race([Promise.resolve(program(database)), aborted(signal, ended.signal)]);
    } catch (error) {
      throw translated(connection.session, error, '');
    } finally {
      ended.abort();
      // A query that the program forgot to await must not run outside of the transaction.
      connection.close();
    }
    return connection.counts;
  },
};

/** Rejects when the signal aborts; `ended` takes the listener away again. */
function aborted(signal: AbortSignal, ended: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void =>
      reject(signal.reason instanceof Error ? signal.reason : new InterruptedError('SIGINT'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true, signal: ended });
  });
}

/** The one connection of a seed. */
class SeedConnection implements DatabaseConnection {
  readonly session: PgSession;
  #inserted = 0;
  #updated = 0;
  #deleted = 0;
  #closed = false;

  constructor(session: PgSession) {
    this.session = session;
  }

  get counts(): SeedCounts {
    return { inserted: this.#inserted, updated: this.#updated, deleted: this.#deleted };
  }

  close(): void {
    this.#closed = true;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (TRANSACTION_CONTROL.test(query.sql)) {
      throw new Error('a seed runs in one transaction with its record; it cannot begin or end one');
    }
    return this.run<Row>(query.sql, query.parameters);
  }

  async run<Row>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<Row>> {
    if (this.#closed) throw new Error('the seed has ended: await every query in it');
    const result = await this.session.client.query(sql, [...parameters]);
    const count = result.rowCount ?? 0;
    if (result.command === 'INSERT') this.#inserted += count;
    else if (result.command === 'UPDATE' || result.command === 'MERGE') this.#updated += count;
    else if (result.command === 'DELETE') this.#deleted += count;
    return { rows: result.rows as Row[], numAffectedRows: BigInt(count) };
  }

  // eslint-disable-next-line require-yield -- the interface asks for a generator, and there is none to give
  async *streamQuery<Row>(): AsyncGenerator<QueryResult<Row>> {
    await Promise.reject(new Error('a seed cannot stream a query: use execute()'));
  }
}

/** Gives out the one connection; a transaction inside the transaction is a savepoint. */
class SeedDriver implements Driver {
  readonly #connection: SeedConnection;
  #depth = 0;

  constructor(connection: SeedConnection) {
    this.#connection = connection;
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection);
  }

  async beginTransaction(): Promise<void> {
    this.#depth += 1;
    await this.#connection.run(`savepoint lms_db_${this.#depth}`, []);
  }

  async commitTransaction(): Promise<void> {
    await this.#connection.run(`release savepoint lms_db_${this.#depth}`, []);
    this.#depth -= 1;
  }

  async rollbackTransaction(): Promise<void> {
    await this.#connection.run(`rollback to savepoint lms_db_${this.#depth}`, []);
    this.#depth -= 1;
  }

  releaseConnection(): Promise<void> {
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    return Promise.resolve();
  }
}
