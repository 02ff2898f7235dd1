import pg from 'pg';
import type { ClientConfig } from 'pg';
import type { SessionPurpose } from '../core/database.ts';
import { ConnectionError, LmsDbError } from '../core/errors.ts';
import { describeConnection } from './connection/describe.ts';
import type { ConnectionParameters } from './parameters.ts';
import { PgSession } from './session.ts';
import type { SessionFacts } from './session.ts';

/**
 * What brings every session into the same state. With client_connection_check_interval (PostgreSQL 14)
 * the server notices within a second that this process was killed, cancels what it was doing and gives
 * its locks back, instead of finishing a long statement for nobody.
 */
const SESSION_SETTINGS = "set client_connection_check_interval = '1s'; set standard_conforming_strings = on";

interface FactsRow {
  readonly version: string;
  readonly pid: number;
  readonly database: string;
  readonly user: string;
  readonly recovering: boolean;
}

/** Opens a session. Throws ConnectionError, naming the server but never the password. */
export async function connect(parameters: ConnectionParameters, purpose: SessionPurpose): Promise<PgSession> {
  const client = await openClient(parameters, purpose);
  try {
    const result = await client.query<FactsRow>(
      `select pg_catalog.current_setting('server_version_num') as version, pg_catalog.pg_backend_pid() as pid,
        pg_catalog.current_database() as database, current_user as user,
        pg_catalog.pg_is_in_recovery() as recovering`,
    );
    const row = result.rows[0];
    if (row === undefined) throw new ConnectionError('the server answered nothing to the first question');
    const facts: SessionFacts = {
      serverVersion: Number(row.version),
      pid: row.pid,
      // Not in pg's types: the process id that the server, or a pooler in its place, sent at the start.
      toldPid: (client as pg.Client & { readonly processID: number | null }).processID ?? row.pid,
      database: row.database,
      user: row.user,
      inRecovery: row.recovering,
    };
    if (facts.serverVersion < 140000) {
      throw new ConnectionError(`lms-db needs PostgreSQL 14 or newer; the server has ${row.version}`);
    }
    const session = new PgSession(client, facts, SESSION_SETTINGS);
    if (purpose !== 'look') await session.script(SESSION_SETTINGS);
    return session;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function openClient(parameters: ConnectionParameters, purpose: SessionPurpose): Promise<pg.Client> {
  try {
    return await attempt(parameters, purpose, parameters.ssl);
  } catch (error) {
    if (parameters.sslOptional === true && parameters.ssl !== false && hasNoTls(error)) {
      try {
        return await attempt(parameters, purpose, false);
      } catch (second) {
        throw connectionError(parameters, second);
      }
    }
    throw connectionError(parameters, error);
  }
}

async function attempt(
  parameters: ConnectionParameters,
  purpose: SessionPurpose,
  ssl: ConnectionParameters['ssl'],
): Promise<pg.Client> {
  const config: ClientConfig = {
    host: parameters.host,
    port: parameters.port,
    database: parameters.database,
    user: parameters.user,
    // An empty password keeps pg from looking for a .pgpass by rules of its own.
    password: parameters.password ?? '',
    ssl,
    application_name: parameters.applicationName ?? `lms-db ${purpose}`,
    connectionTimeoutMillis: parameters.connectTimeout ?? 15_000,
    keepAlive: true,
    ...(parameters.options === undefined ? {} : { options: parameters.options }),
  };
  const client = new pg.Client(config);
  // Errors after the connection stands reach the session; before, connect() rejects with them.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return client;
}

function hasNoTls(error: unknown): boolean {
  return error instanceof Error && error.message.includes('does not support SSL');
}

function connectionError(parameters: ConnectionParameters, error: unknown): Error {
  if (error instanceof LmsDbError) return error;
  const where = describeConnection(parameters);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const said = error instanceof Error && error.message !== '' ? error.message : code;
  const { hint } = HINTS.find((candidate) => candidate.codes.some((known) => known === code)) ?? {};
  return new ConnectionError(`cannot connect to ${where}: ${said}`, { cause: error, hint });
}

const HINTS = [
  {
    codes: ['ECONNREFUSED', 'ENOENT'],
    hint: 'is the server running, and is it the right host and port? `lms-db wait` waits for it',
  },
  { codes: ['ENOTFOUND', 'EAI_AGAIN'], hint: 'check the host name' },
  { codes: ['ETIMEDOUT', 'EHOSTUNREACH'], hint: 'check the network, the firewall and the port' },
  { codes: ['28P01', '28000'], hint: 'check the user, the password (.pgpass, PGPASSWORD) and pg_hba.conf' },
  { codes: ['3D000'], hint: 'create the database first, or correct its name' },
  { codes: ['53300'], hint: 'the server has no connection left: lms-db needs two' },
] satisfies readonly { readonly codes: readonly string[]; readonly hint: string }[];
