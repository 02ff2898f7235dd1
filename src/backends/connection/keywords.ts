/**
 * The connection parameters of libpq, with their variables
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS and libpq-envars.html).
 */

/** What becomes of a parameter here. */
export type KeywordEffect =
  /** It is obeyed. */
  | 'used'
  /** It changes nothing that matters to a migration, or Node's driver does it anyway. */
  | 'harmless'
  /** Only the listed values can be obeyed; any other is refused, because it asks for something that is not done here. */
  | 'limited'
  /** It cannot be obeyed. */
  | 'refused';

/** One parameter of libpq. */
export interface Keyword {
  readonly name: string;
  readonly variable?: string | undefined;
  readonly effect: KeywordEffect;
  /** For `limited`: what it may be, in lower case. */
  readonly values?: readonly string[] | undefined;
}

function used(name: string, variable?: string): Keyword {
  return { name, variable, effect: 'used' };
}

function harmless(name: string, variable?: string): Keyword {
  return { name, variable, effect: 'harmless' };
}

function limited(name: string, variable: string | undefined, ...values: string[]): Keyword {
  return { name, variable, effect: 'limited', values };
}

function refused(name: string, variable?: string): Keyword {
  return { name, variable, effect: 'refused' };
}

export const KEYWORDS: readonly Keyword[] = [
  used('host', 'PGHOST'),
  used('hostaddr', 'PGHOSTADDR'),
  used('port', 'PGPORT'),
  used('dbname', 'PGDATABASE'),
  used('user', 'PGUSER'),
  used('password', 'PGPASSWORD'),
  used('passfile', 'PGPASSFILE'),
  used('service', 'PGSERVICE'),
  used('servicefile', 'PGSERVICEFILE'),
  used('connect_timeout', 'PGCONNECT_TIMEOUT'),
  used('options', 'PGOPTIONS'),
  used('application_name', 'PGAPPNAME'),
  used('target_session_attrs', 'PGTARGETSESSIONATTRS'),
  used('sslmode', 'PGSSLMODE'),
  used('sslrootcert', 'PGSSLROOTCERT'),
  used('sslcert', 'PGSSLCERT'),
  used('sslkey', 'PGSSLKEY'),
  used('sslpassword'),
  used('sslcrl', 'PGSSLCRL'),
  used('ssl_min_protocol_version', 'PGSSLMINPROTOCOLVERSION'),
  used('ssl_max_protocol_version', 'PGSSLMAXPROTOCOLVERSION'),
  used('sslnegotiation', 'PGSSLNEGOTIATION'),
  used('channel_binding', 'PGCHANNELBINDING'),
  harmless('fallback_application_name'),
  harmless('keepalives'),
  harmless('keepalives_idle'),
  harmless('keepalives_interval'),
  harmless('keepalives_count'),
  harmless('tcp_user_timeout'),
  harmless('krbsrvname', 'PGKRBSRVNAME'),
  harmless('gsslib', 'PGGSSLIB'),
  harmless('gssdelegation', 'PGGSSDELEGATION'),
  harmless('sslcompression', 'PGSSLCOMPRESSION'),
  harmless('load_balance_hosts', 'PGLOADBALANCEHOSTS'),
  harmless('max_protocol_version', 'PGMAXPROTOCOLVERSION'),
  limited('min_protocol_version', 'PGMINPROTOCOLVERSION', '3.0'),
  limited('client_encoding', 'PGCLIENTENCODING', 'auto', 'utf8', 'utf-8', 'unicode'),
  limited('gssencmode', 'PGGSSENCMODE', 'disable', 'prefer'),
  limited('sslsni', 'PGSSLSNI', '1'),
  limited('sslcertmode', 'PGSSLCERTMODE', 'allow', 'disable'),
  limited('replication', undefined, 'false', 'off', 'no', '0'),
  refused('requirepeer', 'PGREQUIREPEER'),
  refused('require_auth', 'PGREQUIREAUTH'),
  refused('requiressl', 'PGREQUIRESSL'),
  refused('sslcrldir', 'PGSSLCRLDIR'),
  refused('sslkeylogfile'),
  refused('scram_client_key'),
  refused('scram_server_key'),
  refused('oauth_issuer'),
  refused('oauth_client_id'),
  refused('oauth_client_secret'),
  refused('oauth_scope'),
];

export const KEYWORD_BY_NAME: ReadonlyMap<string, Keyword> = new Map(
  KEYWORDS.map((keyword) => [keyword.name, keyword]),
);

/** Parameters that other programs put into URLs, with what to do about them. */
export const FOREIGN_PARAMETERS: Readonly<Record<string, string>> = {
  schema: 'that is Prisma’s: leave it out, or set the search path with options=-csearch_path%3Dname',
  pgbouncer: 'that is Prisma’s: leave it out, and give migrations a direct connection, past the pooler',
  connection_limit: 'that is Prisma’s: leave it out',
  pool_timeout: 'that is Prisma’s: leave it out',
  statement_cache_size: 'that is Prisma’s: leave it out',
  sslidentity: 'that is Prisma’s: use sslcert and sslkey',
  sslaccept: 'that is Prisma’s: use sslmode=require, verify-ca or verify-full',
  currentschema: 'that is JDBC’s: set the search path with options=-csearch_path%3Dname',
  ssl: 'use sslmode=require, verify-ca or verify-full',
  encoding: 'the client’s encoding is always UTF-8: leave it out',
  min: 'that is a pool’s: leave it out',
  max: 'that is a pool’s: leave it out',
  statement_timeout: 'use --statement-timeout',
  lock_timeout: 'use --lock-timeout',
  database: 'it is called dbname',
  username: 'it is called user',
  hostname: 'it is called host',
};
