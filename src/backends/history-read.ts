import { ConnectionError, RefusedError, ServerError } from '../core/errors.ts';
import type { AppliedMigration, HistoryState, StatementRecord } from '../core/history.ts';
import type { Session } from '../core/ports.ts';
import { HISTORY_VERSION } from './history-schema.ts';
import { identifier } from './sql.ts';

interface AppliedRow {
  readonly version: string;
  readonly name: string;
  readonly applied_order: string;
  readonly checksum: string;
  readonly token_checksum: string;
  readonly rollback_checksum: string | null;
  readonly rollback_token_checksum: string | null;
  readonly guard_checksum: string | null;
  readonly guard_token_checksum: string | null;
  readonly irreversible: string | null;
  readonly duration_ms: number;
  readonly applied_at: Date;
  readonly applied_by: string;
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
    const settings = await session.query<{ name: string; value: string }>(
      `select name, value from ${s}.settings`,
    );
    const installedVersion = Number(settings.find((row) => row.name === 'version')?.value ?? '0');
    if (installedVersion > HISTORY_VERSION) throw tooNew(schema, installedVersion);
    const applied = await session.query<AppliedRow>(
      `select version, name, applied_order, checksum, token_checksum, rollback_checksum, rollback_token_checksum,
         guard_checksum, guard_token_checksum, irreversible, duration_ms, applied_at, applied_by
       from ${s}.migrations where project = $1 order by applied_order`,
      [project],
    );
    const statements = await session.query<StatementRecord>(
      `select version, direction, ordinal, checksum, state from ${s}.statements
       where project = $1 order by version, direction, ordinal`,
      [project],
    );
    return {
      installed: true,
      environment: settings.find((row) => row.name === 'environment')?.value,
      applied: applied.map(appliedOf),
      statements,
    };
  } catch (error) {
    // 42501 insufficient_privilege
    if (error instanceof ServerError && error.facts.sqlstate === '42501') throw notReadable(schema);
    // 42P01 undefined_table, 42703 undefined_column
    if (error instanceof ServerError && ['42P01', '42703'].includes(error.facts.sqlstate)) {
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

function appliedOf(row: AppliedRow): AppliedMigration {
  return {
    version: row.version,
    name: row.name,
    order: Number(row.applied_order),
    checksums: {
      migration: row.checksum,
      migrationTokens: row.token_checksum,
      rollback: row.rollback_checksum ?? undefined,
      rollbackTokens: row.rollback_token_checksum ?? undefined,
      guard: row.guard_checksum ?? undefined,
      guardTokens: row.guard_token_checksum ?? undefined,
    },
    irreversible: row.irreversible ?? undefined,
    appliedAt: row.applied_at,
    appliedBy: row.applied_by,
    duration: row.duration_ms,
  };
}
