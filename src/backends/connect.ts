import pg from 'pg';
import type { ClientConfig } from 'pg';
import type { SessionPurpose } from '../core/database.ts';
import { ConnectionError, LmsDbError } from '../core/errors.ts';
import { channelBinding } from './channel-binding.ts';
import { describeConnection } from './connection/describe.ts';
import type { ConnectionParameters } from './parameters.ts';
import { PgSession } from './session.ts';
import type { SessionFacts } from './session.ts';

interface FactsRow {
  readonly version: string;
  readonly pid: number;
  readonly database: string;
  readonly user: string;
  readonly recovering: boolean;
  readonly readOnly: boolean;
}

/**
 * Opens a session. What may be a pooler's gets no settings before it is known which kind of pooler: behind
 * one in transaction mode they would stay with the next client. Throws ConnectionError, naming the server but never the password.
 */
export async function connect(parameters: ConnectionParameters, purpose: SessionPurpose): Promise<PgSession> {
  const client = await openClient(parameters, purpose);
  try {
    const result = await client.query<FactsRow>(
      `select pg_catalog.current_setting('server_version_num') as version, pg_catalog.pg_backend_pid() as pid,
      pg_catalog.current_database() as database, current_user as user,
      pg_catalog.pg_is_in_recovery() as recovering,
      pg_catalog.current_setting('transaction_read_only') = 'on' as "readOnly"`,
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
    requireAttributes(parameters, row);
    const session = new PgSession(client, facts);
    if (purpose !== 'look' && facts.pid === facts.toldPid) await session.prepare();
    return session;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw connectionError(parameters, error);
  }
}

/** Refuses a server that is not what `target_session_attrs` asks for, with libpq's meaning of the words. */
function requireAttributes(parameters: ConnectionParameters, row: FactsRow): void {
  const wanted = parameters.targetSessionAttributes;
  const where = describeConnection(parameters);
  if (wanted === 'primary' && row.recovering) {
    throw new ConnectionError(`${where} is a standby, and target_session_attrs=primary asks for a primary`, {
      hint: 'connect to the primary',
    });
  }
  if (wanted === 'read-write' && row.readOnly) {
    throw new ConnectionError(
      `${where} is read-only, and target_session_attrs=read-write asks for a server that can be written to`,
      {
        hint: row.recovering
          ? 'it is a standby: connect to the primary'
          : 'see its default_transaction_read_only, which a role or a database can set too',
      },
    );
  }
}

async function openClient(parameters: ConnectionParameters, purpose: SessionPurpose): Promise<pg.Client> {
  try {
    return await attempt(parameters, purpose, parameters.ssl);
  } catch (error) {
    if (parameters.sslOptional === true && parameters.ssl !== false && mayWorkWithoutTls(error)) {
      try {
        return await attempt(parameters, purpose, false);
      } catch (second) {
        // Refused both ways: what the encrypted attempt was told says more.
        throw connectionError(parameters, codeOf(second) === codeOf(error) ? error : second);
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
  // An empty password keeps pg from looking for a .pgpass by rules of its own.
  const password = parameters.password ?? '';
  const binding = parameters.channelBinding === true ? channelBinding(password) : undefined;
  const config: ClientConfig = {
    host: parameters.host,
    port: parameters.port,
    database: parameters.database,
    user: parameters.user,
    password: binding?.password ?? password,
    ssl,
    // Said in any case: pg would look into PGSSLNEGOTIATION by itself.
    sslnegotiation: ssl === false ? 'postgres' : (parameters.sslNegotiation ?? 'postgres'),
    enableChannelBinding: binding !== undefined,
    application_name: parameters.applicationName ?? `lms-db ${purpose}`,
    connectionTimeoutMillis: parameters.connectTimeout ?? 15_000,
    keepAlive: true,
    ...(parameters.options === undefined ? {} : { options: parameters.options }),
  };
  const client = new pg.Client(config);
  // Errors after the connection stands reach the session; before, connect() rejects with them.
  client.on('error', () => undefined);
  binding?.watch(client);
  try {
    await client.connect();
    binding?.require();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return client;
}

/**
 * As libpq's `prefer`: the server has no TLS, the handshake failed, or pg_hba.conf has no entry for an
 * encrypted connection (28000). A wrong password (28P01) is not tried twice.
 */
function mayWorkWithoutTls(error: unknown): boolean {
  return /^(?:NO_TLS$|28000$|EPROTO$|ERR_SSL_)/.test(codeOf(error));
}

/** SQLSTATE, or the code of the system or of TLS; pg's own two errors, which have none, get one here. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error) return String(error.code);
  return OWN_CODES.find(({ said }) => error.message.includes(said))?.code ?? '';
}

const OWN_CODES = [
  { said: 'timeout expired', code: 'ETIMEDOUT' },
  { said: 'does not support SSL', code: 'NO_TLS' },
];

function connectionError(parameters: ConnectionParameters, error: unknown): Error {
  if (error instanceof LmsDbError) return error;
  const where = describeConnection(parameters);
  const code = codeOf(error);
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
  {
    codes: ['NO_TLS'],
    hint: 'sslmode=prefer goes on without encryption; only do that in a network you trust',
  },
  {
    codes: [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    hint: 'name the certificate of the authority that signed the server’s with sslrootcert',
  },
  {
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
    hint: 'connect by the name that the certificate bears; sslmode=verify-ca does not look at the name',
  },
  { codes: ['CERT_HAS_EXPIRED'], hint: 'renew the certificate of the server' },
] satisfies readonly { readonly codes: readonly string[]; readonly hint: string }[];
