import pg from 'pg';
import type { Connection, Submittable } from 'pg';
import { ConnectionError, ServerError } from '../core/errors.ts';
import type { ServerErrorFacts } from '../core/errors.ts';
import { offsetOfCodePoint } from '../core/place.ts';
import type { Row, ScriptResult, Session } from '../core/ports.ts';

/** Facts about the server behind a session, read once when it opens. */
export interface SessionFacts {
  readonly serverVersion: number;
  /** Process id of the backend, as the server itself knows it. */
  readonly pid: number;
  /** The process id that the connection was told; differs from `pid` behind a pooler. */
  readonly toldPid: number;
  readonly database: string;
  readonly user: string;
  readonly inRecovery: boolean;
}

interface BackendMessage {
  readonly text?: string;
}

/**
 * A text of one or more statements in one simple query message. pg's own query object reports no
 * results before all of them have come and does not say which one failed; this one counts.
 */
class ScriptQuery implements Submittable {
  readonly tags: string[] = [];
  readonly done: Promise<void>;
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(
    readonly text: string,
    readonly onComplete: ((index: number, tag: string) => void) | undefined,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  submit(connection: Connection): void {
    connection.query(this.text);
  }

  handleRowDescription(): void {
    /* results of the user's statements are not kept */
  }

  handleDataRow(): void {
    /* results of the user's statements are not kept */
  }

  handleEmptyQuery(): void {
    /* a text without a statement completes nothing */
  }

  handleCommandComplete(message: BackendMessage): void {
    const tag = message.text ?? '';
    this.tags.push(tag);
    this.onComplete?.(this.tags.length - 1, tag);
  }

  /** COPY … TO STDOUT is refused before; where one comes all the same, its rows go nowhere. */
  handleCopyData(): void {
    /* not kept */
  }

  handleCopyInResponse(connection: { sendCopyFail: (message: string) => void }): void {
    connection.sendCopyFail('lms-db sends no data for COPY FROM STDIN');
  }

  /** The first error ends the text; pg sends no ReadyForQuery to a query that failed. */
  handleError(error: Error): void {
    this.#settle?.reject(error);
  }

  handleReadyForQuery(): void {
    this.#settle?.resolve();
  }
}

/**
 * The state that a run relies on, whatever ALTER ROLE or ALTER DATABASE set: idle_session_timeout would end
 * the connection that holds the run lock, and a snapshot kept for a transaction would not show what another
 * run did while this one waited for it.
 */
const STANDARD_STATE = [
  'standard_conforming_strings = on',
  'idle_session_timeout = 0',
  'default_transaction_read_only = off',
  'default_transaction_deferrable = off',
  "default_transaction_isolation = 'read committed'",
]
  .map((setting) => `set ${setting};`)
  .join(' ');

/**
 * The server notices within a second that this process was killed, cancels what it was doing and gives its
 * locks back, instead of finishing a long statement for nobody (PostgreSQL 14).
 */
const CONNECTION_CHECK = " set client_connection_check_interval = '1s';";

/** What DISCARD ALL does (https://www.postgresql.org/docs/current/sql-discard.html), but for one prepared statement. */
function discardAllBut(prepared: string): string {
  return `close all; set session authorization default; reset all; unlisten *; discard temp; discard sequences;
select pg_catalog.pg_advisory_unlock_all();
do $$ declare other text; begin
  for other in select name from pg_catalog.pg_prepared_statements where name <> '${prepared}' loop
    execute pg_catalog.format('deallocate %I', other);
  end loop;
end $$`;
}

/** One `pg` connection behind the Session port. */
export class PgSession implements Session {
  readonly facts: SessionFacts;
  readonly #client: pg.Client;
  #prepared = false;
  #closed = false;
  onNotice: ((message: string) => void) | undefined;

  /** Takes over a connected client. */
  constructor(client: pg.Client, facts: SessionFacts) {
    this.#client = client;
    this.facts = facts;
    const lost = (): void => {
      this.#closed = true;
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notice', (notice) => {
      // 25P01: our ROLLBACK after an error that had ended the transaction already.
      if (notice.code !== '25P01') this.onNotice?.(notice.message ?? '');
    });
  }

  get pid(): number {
    return this.facts.pid;
  }

  get serverVersion(): number {
    return this.facts.serverVersion;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The client itself, for libraries that speak to one (Kysely, COPY). Only for the backends room. */
  get client(): pg.Client {
    return this.#client;
  }

  async query<Result extends object = Row>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<readonly Result[]> {
    try {
      const result = await this.#client.query<Result>(sql, values === undefined ? undefined : [...values]);
      return result.rows;
    } catch (error) {
      throw this.#translate(error, sql, 0);
    }
  }

  async script(sql: string, onComplete?: (index: number, tag: string) => void): Promise<ScriptResult> {
    const query = new ScriptQuery(sql, onComplete);
    if (this.#closed) throw this.#translate(new Error('Connection terminated'), sql, 0);
    this.#client.query(query);
    try {
      await query.done;
    } catch (error) {
      throw this.#translate(error, sql, query.tags.length);
    }
    return { tags: query.tags };
  }

  async prepare(): Promise<void> {
    if (this.#prepared) return;
    try {
      await this.script(STANDARD_STATE + CONNECTION_CHECK);
    } catch (error) {
      // 22023 invalid_parameter_value: a server on Windows, or on macOS before 15, has no such check.
      if (!(error instanceof ServerError && error.facts.sqlstate === '22023')) throw error;
      await this.script(STANDARD_STATE);
    }
    this.#prepared = true;
  }

  async reset(options?: { readonly keep: string }): Promise<void> {
    // Alone in its message: DISCARD ALL cannot run inside a transaction block (25001).
    await this.script(options === undefined ? 'discard all' : discardAllBut(options.keep));
    this.#prepared = false;
    await this.prepare();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#client.end().catch(() => undefined);
  }

  #translate(error: unknown, sql: string, completed: number): Error {
    if (error instanceof pg.DatabaseError) {
      const facts = serverErrorFacts(error, sql, completed);
      if (isConnectionLoss(facts.sqlstate)) {
        this.#closed = true;
        return new ConnectionError(`the server ended the connection: ${facts.message}`, { cause: error });
      }
      return new ServerError(facts, error);
    }
    // A mistake of ours is no loss of the connection.
    if (error instanceof TypeError || error instanceof RangeError) return error;
    this.#closed = true;
    const message = error instanceof Error ? error.message : String(error);
    return new ConnectionError(`the connection to the server was lost: ${message}`, {
      hint: 'see `lms-db status` for what is applied; running the command again is safe',
      cause: error,
    });
  }
}

/** Class 57P and 08 end the connection; 57014 (cancelled) and 57P05 (idle) do not belong here, 25P03 and 25P04 do. */
function isConnectionLoss(sqlstate: string): boolean {
  return (
    sqlstate === '57P01' ||
    sqlstate === '57P02' ||
    sqlstate === '57P03' ||
    sqlstate === '57P05' ||
    sqlstate === '25P03' ||
    sqlstate === '25P04' ||
    sqlstate.startsWith('08')
  );
}

/** The facts of a server's error, with the position turned into an offset in the text that was sent. */
export function serverErrorFacts(error: pg.DatabaseError, sql: string, completed: number): ServerErrorFacts {
  const position = Number(error.position);
  return {
    sqlstate: error.code ?? 'XX000',
    message: error.message,
    detail: error.detail,
    hint: error.hint,
    where: error.where,
    schema: error.schema,
    table: error.table,
    column: error.column,
    constraint: error.constraint,
    offset: Number.isInteger(position) && position > 0 ? offsetOfCodePoint(sql, position) : undefined,
    completed,
  };
}
