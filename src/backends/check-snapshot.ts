import pg from 'pg';
import { ConnectionError, ServerError } from '../core/errors.ts';
import type { Answered, Inquiry, Row, Session, Tools } from '../core/ports.ts';
import { PgSession, serverErrorFacts } from './session.ts';
import { literal } from './sql.ts';

/** What every inquiry goes back to before it starts. */
const SAVEPOINT = 'lms_db_snapshot';

/**
 * Opens a read-only transaction on one snapshot. REPEATABLE READ, so that all checks see the same moment
 * (https://www.postgresql.org/docs/current/transaction-iso.html); row_security off, so that a policy that
 * hides rows from this role is an error and not a check that passes because it saw nothing; dates as ISO.
 */
export const withSnapshot: Tools['withSnapshot'] = async (session, limits, use) => {
  const settings: readonly (readonly [string, string])[] = [
    ['statement_timeout', String(limits.statementTimeout)],
    ['lock_timeout', String(limits.lockTimeout)],
    ['idle_in_transaction_session_timeout', String(limits.idleInTransactionTimeout)],
    ['row_security', 'off'],
    ['datestyle', 'ISO, YMD'],
    ['intervalstyle', 'postgres'],
  ];
  const set = settings.map((pair) => setting(...pair)).join(', ');
  await session.script(
    `begin isolation level repeatable read, read only;\nselect ${set};\nsavepoint ${SAVEPOINT}`,
  );
  try {
    return await use({ ask: (inquiries) => askAll(session, inquiries) });
  } finally {
    if (!session.closed) await session.script('rollback').catch(() => undefined);
  }
};

function setting(name: string, value: string): string {
  return `pg_catalog.set_config(${literal(name)}, ${literal(value)}, true)`;
}

/** pg's pipeline mode (since 8.21) is a field of the client, which its types do not know. */
type PipeliningClient = pg.Client & { pipeline: boolean };

/**
 * Sends all inquiries at once. Each travels with a Sync of its own, which inside a transaction block ends
 * nothing but the error of its own message (https://www.postgresql.org/docs/current/protocol-flow.html,
 * extended query); the savepoint takes back whatever the one before did or left aborted.
 */
async function askAll(session: Session, inquiries: readonly Inquiry[]): Promise<readonly Answered[]> {
  if (!(session instanceof PgSession)) throw new Error('a snapshot needs a session of pg');
  const client = session.client as PipeliningClient;
  client.pipeline = true;
  try {
    return await Promise.all(
      inquiries.map(async (inquiry): Promise<Answered> => {
        const ready = send(client, { sql: `rollback to savepoint ${SAVEPOINT}`, keep: 0 }).then(now);
        const settings = settingsOf(inquiry);
        const set = settings === undefined ? undefined : send(client, { sql: settings, keep: 0 });
        const [result, duration] = await Promise.all([send(client, inquiry).then(withTime), ready, set]).then(
          ([[answer, end], begin]) => [answer, end - begin] as const,
        );
        return { ...result, duration };
      }),
    );
  } finally {
    client.pipeline = false;
  }
}

function now(): number {
  return performance.now();
}

function withTime(result: Result): readonly [Result, number] {
  return [result, performance.now()];
}

function settingsOf({ timeout, searchPath }: Inquiry): string | undefined {
  const settings = [
    ...(timeout === undefined ? [] : [setting('statement_timeout', String(timeout))]),
    // Questions to the catalog are short, however dear the planner thinks them: compiling them takes longer.
    ...(searchPath === undefined ? [] : [setting('search_path', ''), setting('jit', 'off')]),
  ];
  return settings.length === 0 ? undefined : `select ${settings.join(', ')}`;
}

type Result = { rows: readonly Row[]; count: number } | { error: ServerError };

/** One query of the pipeline: rows are counted as they come, and only the first ones kept. */
function send(client: pg.Client, { sql, values, keep }: Inquiry): Promise<Result> {
  return new Promise((resolve, reject) => {
    // The extended protocol refuses a second statement in one text.
    const config = {
      text: sql,
      values: values && [...values],
      queryMode: 'extended',
      rowMode: 'array',
      types: TYPES,
    };
    const query = new pg.Query<unknown[]>(config);
    const rows: Row[] = [];
    let count = 0;
    query.on('row', (row, result) => {
      count += 1;
      if (rows.length < keep) rows.push(named(row, result?.fields ?? []));
    });
    query.on('end', () => resolve({ rows, count }));
    query.on('error', (error: Error) => {
      const ended = error instanceof pg.DatabaseError && /^(08|57P0[1-3])/.test(error.code ?? '');
      if (error instanceof pg.DatabaseError && !ended)
        resolve({ error: new ServerError(serverErrorFacts(error, sql, 0), error) });
      else
        reject(
          new ConnectionError(`the connection to the server was lost: ${error.message}`, { cause: error }),
        );
    });
    client.query(query);
  });
}

/** A row by column name. `select count(*), count(x)` has two columns of one name: none gets lost. */
function named(values: readonly unknown[], fields: readonly { readonly name: string }[]): Row {
  const row: Record<string, unknown> = {};
  for (const [index, value] of values.entries()) {
    const name = fields[index]?.name ?? '';
    let unique = name;
    for (let number = 2; Object.hasOwn(row, unique); number += 1) unique = `${name} ${number}`;
    row[unique] = value;
  }
  return row;
}

/**
 * Dates, times and bytes stay as the server writes them: a JavaScript Date would lose microseconds, and
 * move a timestamp without time zone.
 */
const AS_TEXT: ReadonlySet<number> = new Set([17, 1082, 1083, 1114, 1184, 1186, 1266, 1115, 1182, 1185]);

const TYPES = {
  getTypeParser: (oid: Parameters<typeof pg.types.getTypeParser>[0], format?: 'text' | 'binary'): unknown =>
    AS_TEXT.has(oid) ? (value: string) => value : pg.types.getTypeParser(oid, format ?? 'text'),
};
