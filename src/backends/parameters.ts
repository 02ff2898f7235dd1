import type { ConnectionOptions as TlsOptions } from 'node:tls';

/** Everything that is needed to connect to one database, after every source (URL, PG*, files) has been read. */
export interface ConnectionParameters {
  /** Host name or address, or the directory of a unix socket (starts with `/`). */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string | undefined;
  /** TLS as libpq's sslmode asks for it; false for none. */
  readonly ssl: false | TlsOptions;
  /** `sslmode=prefer`/`allow`: try TLS, and go on without it where the server has none. */
  readonly sslOptional?: boolean | undefined;
  /** `sslnegotiation=direct`: TLS from the first byte, as PostgreSQL 17 allows. */
  readonly sslNegotiation?: 'direct' | undefined;
  /** `channel_binding=require`: the server proves, knowing the password, that nobody stands in between. */
  readonly channelBinding?: boolean | undefined;
  /** Milliseconds; 0 waits for ever. */
  readonly connectTimeout?: number | undefined;
  /** Extra start-up options (`options=-c search_path=…`). */
  readonly options?: string | undefined;
  readonly applicationName?: string | undefined;
  /** `target_session_attrs`, where given. */
  readonly targetSessionAttributes?: 'any' | 'read-write' | 'primary' | undefined;
}
