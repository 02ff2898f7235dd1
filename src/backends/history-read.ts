import { ConnectionError, RefusedError, ServerError } from '../core/errors.ts';
import type { AppliedMigration, HistoryState, StatementRecord } from '../core/history.ts';
import type { Session } from '../core/ports.ts';
import { HISTORY_VERSION } from './history-schema.ts';
import { identifier } from './sql.ts';

/** One row of the migrations, as an array: JSON.parse reads a thousand of them several times faster than pg its rows. */
type AppliedRow = readonly [
  version: string,
  name: string,
  appliedOrder: number,
  checksum: string,
  tokenChecksum: string,
  rollbackChecksum: string | null,
  rollbackTokenChecksum: string | null,
  guardChecksum: string | null,
  guardTokenChecksum: string | null,
  irreversible: string | null,
  duration: number,
  appliedAt: string,
  appliedBy: string,
];

interface HistoryRow {
  readonly settings: Readonly<Record<string, string>> | null;
  readonly applied: readonly AppliedRow[] | null;
  readonly statements: readonly StatementRecord[] | null;
}

/** Reads what is applied. Creates nothing. Throws ConnectionError where it may not be read, RefusedError where it is not ours. */
export async function readHistory(session: Session, schema: string, project: string): Promise<HistoryState> {
  const s = identifier(schema);
  const [found] = await session.query<{ installed: boolean; readable: boolean }>(
    `select true as installed, pg_catalog.has_schema_privilege(n.oid, 'usage') as readable
     from pg_catalog.pg_namespace as n join pg_catalog.pg_class as c on c.relnamespace = n.oid
     where n.nspname = $1 and c.relname = 'settings'`,
    [schema],
  );
  if (found === undefined) return { installed: false, applied: [], statements: [] };
  if (!found.readable) throw notReadable(schema);
  try {
    // One question: what is applied, and how far a file without a transaction came, as of one moment.
    const [row] = await session.query<HistoryRow>(
      `select
         (select pg_catalog.json_object_agg(name, value) from ${s}.settings) as settings,
         (select pg_catalog.json_agg(pg_catalog.json_build_array(version, name, applied_order, checksum,
            token_checksum, rollback_checksum, rollback_token_checksum, guard_checksum, guard_token_checksum,
            irreversible, duration_ms, applied_at, applied_by) order by applied_order)
          from ${s}.migrations where project = $1) as applied,
         (select pg_catalog.json_agg(pg_catalog.json_build_object('version', version, 'direction', direction,
            'ordinal', ordinal, 'checksum', checksum, 'state', state) order by version, direction, ordinal)
          from ${s}.statements where project = $1) as statements`,
      [project],
    );
    const settings = row?.settings ?? {};
    requireKnownVersion(schema, settings['version']);
    return {
      installed: true,
      environment: settings['environment'],
      applied: (row?.applied ?? []).map(appliedOf),
      statements: row?.statements ?? [],
    };
  } catch (error) {
    // 42501 insufficient_privilege
    if (error instanceof ServerError && error.facts.sqlstate === '42501') throw notReadable(schema);
    // 42P01 undefined_table, 42703 undefined_column
    if (error instanceof ServerError && ['42P01', '42703'].includes(error.facts.sqlstate)) {
      // A newer history may have another shape: then that is what there is to say.
      requireKnownVersion(schema, await installedVersion(session, s));
      throw new RefusedError(
        `schema ${schema} has a table "settings", but is no history of lms-db: ${error.facts.message}`,
        { hint: 'give the history a schema of its own with --history-schema', cause: error },
      );
    }
    throw error;
  }
}

function notReadable(schema: string): Error {
  const s = identifier(schema);
  return new ConnectionError(`this user may not read the history in schema ${schema}`, {
    hint: `as its owner: grant usage on schema ${s} to <user>; grant select on all tables in schema ${s} to <user>`,
  });
}

/** A history that a newer version wrote. */
export function tooNew(schema: string, version: number): Error {
  return new RefusedError(
    `the history in schema ${schema} has format ${version}; this lms-db knows formats up to ${HISTORY_VERSION}`,
    { hint: 'use the lms-db version that wrote it, or a newer one' },
  );
}

/** Throws RefusedError for a history that a newer lms-db wrote. */
function requireKnownVersion(schema: string, version: string | undefined): void {
  const installed = Number(version ?? '0');
  if (installed > HISTORY_VERSION) throw tooNew(schema, installed);
}

async function installedVersion(session: Session, s: string): Promise<string | undefined> {
  const [row] = await session
    .query<{ value: string }>(`select value from ${s}.settings where name = 'version'`)
    .catch(() => []);
  return row?.value;
}

/** By index: destructured as arrays, a thousand rows cost as much as reading them from the server. */
function appliedOf(row: AppliedRow): AppliedMigration {
  return {
    version: row[0],
    name: row[1],
    order: row[2],
    checksums: {
      migration: row[3],
      migrationTokens: row[4],
      rollback: row[5] ?? undefined,
      rollbackTokens: row[6] ?? undefined,
      guard: row[7] ?? undefined,
      guardTokens: row[8] ?? undefined,
    },
    irreversible: row[9] ?? undefined,
    duration: row[10],
    appliedAt: new Date(row[11]),
    appliedBy: row[12],
  };
}
