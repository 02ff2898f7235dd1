import { tokenChecksumOf } from '../core/checksum.ts';
import type { HistoryEvent, RecordedEvent, StoredRollback } from '../core/history.ts';
import type { Direction } from '../core/migration.ts';
import type { Step } from '../core/plan.ts';
import type { Frame, History } from '../core/ports.ts';
import { installHistory } from './history-install.ts';
import { readHistory } from './history-read.ts';
import { claimKeySql } from './history-schema.ts';
import { holderOf } from './run-lock.ts';
import type { HolderRow } from './run-lock.ts';
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
  const eventSql = (event: HistoryEvent): string => {
    const { kind, direction, version, name, duration, sqlstate, message } = event;
    const values = [run, project, kind, direction, version, name, duration, sqlstate, message].map(literal);
    return `insert into ${s}.events (run_id, project, kind, direction, version, name, duration_ms, sqlstate, message, by, tool_version) values (${values.join(', ')}, ${who}, ${literal(toolVersion)});\n`;
  };

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
    return `select ${s}.record_applied(${[...values, actor, run, toolVersion].map(literal).join(', ')});\n`;
  };

  return {
    read: (session) => readHistory(session, schema, project),
    ensure: (session) => installHistory(session, schema),

    frame(step): Frame {
      const { direction, version, name } = step;
      const rolledBack = [project, version, name, actor, run, toolVersion].map(literal).join(', ');
      return {
        opening: `select ${s}.claim(${[project, version, direction].map(literal).join(', ')});\n`,
        closing: direction === 'up' ? recordSql(step) : `select ${s}.record_rolled_back(${rolledBack});\n`,
      };
    },

    async flush(session) {
      // A commit with a record in the log waits for the log up to there, and so for all commits before it.
      await session.query(`update ${s}.settings set value = value where name = 'version'`);
    },

    async durations(session, steps) {
      const versionsOf = (direction: Direction): readonly string[] =>
        steps.filter((step) => step.direction === direction).map((step) => step.version);
      const rows = await session.query<{ version: string; duration_ms: number }>(
        `select version, duration_ms from ${s}.migrations where project = $1 and version = any($2)
         union all
         select version, duration_ms from ${s}.events
         where project = $1 and version = any($3) and kind = 'rolled-back' and run_id = $4`,
        [project, versionsOf('up'), versionsOf('down'), run],
      );
      return new Map(rows.map((row) => [row.version, row.duration_ms]));
    },

    async record(session, event) {
      // Bounded: a run that was told to end must not hang on its own log.
      try {
        await session.script(`begin read write; set local lock_timeout = '2s'; ${eventSql(event)}commit;`);
      } catch (error) {
        if (!session.closed) await session.script('rollback').catch(() => undefined);
        throw error;
      }
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

    forgetStatementsSql: (version, direction, ordinal) =>
      `delete from ${s}.statements where project = ${literal(project)} and version = ${literal(version)} and direction = ${literal(direction)}${
        ordinal === undefined ? '' : ` and ordinal = ${literal(ordinal)}`
      };\n`,

    async tryHold(session) {
      const key = claimKeySql(schema, literal(project));
      const [row] = await session.query<{ held: boolean }>(
        `select pg_catalog.pg_try_advisory_lock(${key}) as held`,
      );
      if (row?.held === true) return { held: true };
      const [by] = await session.query<HolderRow>(
        `select a.pid, a.usename::text, a.application_name, pg_catalog.host(a.client_addr) as client_addr, a.state,
           extract(epoch from pg_catalog.clock_timestamp() - coalesce(a.xact_start, a.backend_start))::float8 * 1000 as age,
           pg_catalog.left(a.query, 120) as query
         from pg_catalog.pg_locks as l join pg_catalog.pg_stat_activity as a on a.pid = l.pid
         where l.locktype = 'advisory' and l.granted and l.objsubid = 1
           and (l.classid::bigint << 32) | l.objid::bigint = ${key}
           and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())`,
      );
      return { held: false, by: by === undefined ? undefined : holderOf(by) };
    },

    async setEnvironment(session, environment) {
      await session.query(
        `insert into ${s}.settings (name, value) values ('environment', $1)
         on conflict (name) do update set value = excluded.value`,
        [environment],
      );
    },
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
