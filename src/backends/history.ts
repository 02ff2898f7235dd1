import { ConnectionError, RefusedError, ServerError } from '../core/errors.ts';
import { tokenChecksumOf } from '../core/checksum.ts';
import type {
  AppliedMigration,
  HistoryEvent,
  HistoryState,
  RecordedEvent,
  StatementRecord,
  StoredRollback,
} from '../core/history.ts';
import type { Direction } from '../core/migration.ts';
import type { Step } from '../core/plan.ts';
import type { Frame, History, Session } from '../core/ports.ts';
import { HISTORY_VERSION, historyUpgrades } from './history-schema.ts';
import { identifier, literal } from './sql.ts';

/** Who writes the history, and where. */
export interface HistoryOptions {
  /** Name of the schema: `lms_db` unless configured. */
  readonly schema: string;
  readonly project: string;
  /** Identifies the run. */
  readonly run: string;
  /** `user@host` of the person or pipeline; the database user is added by the server. */
  readonly actor: string;
  readonly toolVersion: string;
}

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

interface EventRow {
  readonly id: string;
  readonly at: Date;
  readonly run_id: string;
  readonly kind: HistoryEvent['kind'];
  readonly direction: Direction | null;
  readonly version: string | null;
  readonly name: string | null;
  readonly duration_ms: number | null;
  readonly sqlstate: string | null;
  readonly message: string | null;
  readonly by: string;
}

/** The history of one project in one database. */
export function createHistory(options: HistoryOptions): History {
  const { schema, project, run, actor, toolVersion } = options;
  const s = identifier(schema);
  const who = `${literal(actor)} || ' as ' || session_user`;
  // The start is kept in a setting of the transaction; where a file reset it, the time of the transaction serves.
  const duration = `extract(epoch from pg_catalog.clock_timestamp() - coalesce(nullif(
    pg_catalog.current_setting('lms_db.started', true), '')::timestamptz, pg_catalog.transaction_timestamp())) * 1000`;

  const eventSql = (event: HistoryEvent, durationSql: string): string =>
    `insert into ${s}.events (run_id, project, kind, direction, version, name, duration_ms, sqlstate, message, by, tool_version) values (${[
      run,
      project,
      event.kind,
      event.direction,
      event.version,
      event.name,
    ]
      .map(literal)
      .join(
        ', ',
      )}, ${durationSql}, ${literal(event.sqlstate)}, ${literal(event.message)}, ${who}, ${literal(toolVersion)});\n`;

  const recordSql = (step: Step): string => {
    const { file } = step;
    if (file === undefined) throw new Error(`step ${step.version} has no file to record`);
    const checksums = [file.script, file.rollback?.script, file.guard].flatMap((script) =>
      script === undefined ? [undefined, undefined] : [script.checksum, tokenChecksumOf(script.text)],
    );
    const values = [
      project,
      step.version,
      step.name,
      ...checksums,
      file.script.text,
      file.rollback?.script.text,
      file.directives.irreversible,
    ];
    return `insert into ${s}.migrations (project, version, name, checksum, token_checksum, rollback_checksum, rollback_token_checksum, guard_checksum, guard_token_checksum, migration_text, rollback_text, irreversible, duration_ms, applied_by, run_id, tool_version) values (${values
      .map(literal)
      .join(', ')}, ${duration}, ${who}, ${literal(run)}, ${literal(toolVersion)});\n`;
  };

  return {
    read: (session) => readHistory(session, schema, project),
    ensure: (session) => ensureHistory(session, schema),

    frame(step): Frame {
      const { direction, version, name } = step;
      const change =
        direction === 'up'
          ? recordSql(step)
          : `delete from ${s}.migrations where project = ${literal(project)} and version = ${literal(version)};\n`;
      const kind = direction === 'up' ? 'applied' : 'rolled-back';
      return {
        opening: `select ${s}.claim(${[project, version, direction].map(literal).join(', ')});\n`,
        closing: change + eventSql({ kind, direction, version, name }, duration),
      };
    },

    async durations(session, versions) {
      const rows = await session.query<{ version: string; duration_ms: number }>(
        `select version, duration_ms from ${s}.migrations where project = $1 and version = any($2)`,
        [project, [...versions]],
      );
      return new Map(rows.map((row) => [row.version, row.duration_ms]));
    },

    async record(session, event) {
      await session.script(eventSql(event, literal(event.duration)));
    },

    async rollbacks(session, versions) {
      const rows = await session.query<{ version: string; name: string; rollback_text: string }>(
        `select version, name, rollback_text from ${s}.migrations
         where project = $1 and version = any($2) and rollback_text is not null`,
        [project, [...versions]],
      );
      return new Map(
        rows.map((row): [string, StoredRollback] => [
          row.version,
          { version: row.version, fileName: `${row.version}-${row.name}.sql`, text: row.rollback_text },
        ]),
      );
    },

    async events(session, limit) {
      const rows = await session.query<EventRow>(
        `select id, at, run_id, kind, direction, version, name, duration_ms, sqlstate, message, by
         from ${s}.events where project = $1 order by id desc limit $2`,
        [project, limit],
      );
      return rows.map(eventOf);
    },

    statementSql: (record) =>
      `insert into ${s}.statements (project, version, direction, ordinal, checksum, state, run_id) values (${[
        project,
        record.version,
        record.direction,
        record.ordinal,
        record.checksum,
        record.state,
        run,
      ]
        .map(literal)
        .join(
          ', ',
        )}) on conflict on constraint statements_pkey do update set checksum = excluded.checksum, state = excluded.state, at = excluded.at, run_id = excluded.run_id;\n`,

    forgetStatementsSql: (version, direction) =>
      `delete from ${s}.statements where project = ${literal(project)} and version = ${literal(version)} and direction = ${literal(direction)};\n`,

    async setEnvironment(session, environment) {
      await session.query(
        `insert into ${s}.settings (name, value) values ('environment', $1)
         on conflict (name) do update set value = excluded.value`,
        [environment],
      );
    },
  };
}

async function readHistory(session: Session, schema: string, project: string): Promise<HistoryState> {
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
    throw error;
  }
}

async function ensureHistory(session: Session, schema: string): Promise<void> {
  const s = identifier(schema);
  const upgrades = historyUpgrades(schema);
  // Two projects of one database have two run locks, so the schema has a lock of its own.
  await session.script(
    `begin; select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${literal(`${schema}.schema`)}, 0));`,
  );
  try {
    const [existing] = await session.query<{ exists: boolean }>(
      `select pg_catalog.to_regclass($1) is not null as exists`,
      [`${s}.settings`],
    );
    let version = 0;
    if (existing?.exists === true) {
      const [row] = await session.query<{ value: string }>(
        `select value from ${s}.settings where name = 'version'`,
      );
      version = Number(row?.value ?? '0');
      if (version > HISTORY_VERSION) throw tooNew(schema, version);
    }
    if (version < HISTORY_VERSION) {
      await session.script(
        `create schema if not exists ${s};
         comment on schema ${s} is 'history of lms-db: what is applied, and what happened';
         ${upgrades.slice(version).join('\n')}
         insert into ${s}.settings (name, value) values ('version', ${literal(String(HISTORY_VERSION))})
         on conflict (name) do update set value = excluded.value;`,
      );
    }
    await session.script('commit');
  } catch (error) {
    if (!session.closed) await session.script('rollback');
    if (error instanceof ServerError && error.facts.sqlstate === '42501') {
      throw new RefusedError(
        `this user may not create the history schema ${schema}: ${error.facts.message}`,
        {
          hint: `as an administrator: create schema ${s} authorization <user>`,
          cause: error,
        },
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

function tooNew(schema: string, version: number): Error {
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

function eventOf(row: EventRow): RecordedEvent {
  return {
    id: Number(row.id),
    at: row.at,
    run: row.run_id,
    kind: row.kind,
    direction: row.direction ?? undefined,
    version: row.version ?? undefined,
    name: row.name ?? undefined,
    duration: row.duration_ms ?? undefined,
    sqlstate: row.sqlstate ?? undefined,
    message: row.message ?? undefined,
    by: row.by,
  };
}
