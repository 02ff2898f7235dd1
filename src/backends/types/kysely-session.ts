import { Kysely, PostgresDialect } from 'kysely';
import type { PostgresPoolClient, PostgresPool } from 'kysely';
import type { PgSession } from '../session.ts';

/**
 * A Kysely that speaks through a session of ours: one connection, opened and checked by us. The
 * engine's own way to connect accepts any certificate and then tries without TLS
 * (kysely-codegen/dist/introspector/introspector.js, connect). The session stays open.
 */
export function kyselyOver(session: PgSession): Kysely<Record<string, never>> {
  const { client } = session;
  // pg's query is overloaded; Kysely calls it with a text and values, or with a cursor, which is not used here.
  const query = client.query.bind(client) as unknown as PostgresPoolClient['query'];
  const pool: PostgresPool = {
    connect: () => Promise.resolve({ query, release: () => undefined }),
    end: () => Promise.resolve(),
  };
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}
