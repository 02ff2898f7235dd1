import { identifier, literal } from './sql.ts';

/** The version of the history schema that this program writes. */
export const HISTORY_VERSION = 3;

/** The tables that make up the history; any other table of its schema is somebody else's. */
export const HISTORY_TABLES: readonly string[] = ['settings', 'migrations', 'events', 'statements', 'seeds'];

/** The key of the advisory lock under which one transaction at a time works for a project; `project` is SQL. */
export function claimKeySql(schema: string, project: string): string {
  return `pg_catalog.hashtextextended(${literal(`${schema}.claim`)} || ':' || ${project}, 0)`;
}

/**
 * How long the step has taken on the server. Its start is kept in a setting of the transaction; where a file
 * reset it, the time of the transaction serves.
 */
const MILLISECONDS = `extract(epoch from pg_catalog.clock_timestamp() - coalesce(nullif(
    pg_catalog.current_setting('lms_db.started', true), '')::timestamptz, pg_catalog.transaction_timestamp())) * 1000`;

/**
 * The history schema, one entry a version: `upgrades[n]` brings a database from version n to n + 1.
 * An entry that was released never changes. Everything is schema-qualified, so that it works with an
 * empty search_path. Documented for users in docs/formats.md.
 */
export function historyUpgrades(schema: string): readonly string[] {
  const s = identifier(schema);
  return [
    `
create table ${s}.settings (
  name text primary key,
  value text not null
);
comment on table ${s}.settings is 'lms-db: version of this schema, environment of this database';

create table ${s}.migrations (
  project text not null,
  version text not null,
  name text not null,
  applied_order bigint generated always as identity,
  checksum text not null,
  token_checksum text not null,
  rollback_checksum text,
  rollback_token_checksum text,
  guard_checksum text,
  guard_token_checksum text,
  migration_text text not null,
  rollback_text text,
  irreversible text,
  duration_ms double precision not null,
  applied_at timestamptz not null default pg_catalog.clock_timestamp(),
  applied_by text not null,
  run_id text not null,
  tool_version text not null,
  constraint migrations_pkey primary key (project, version),
  constraint migrations_applied_order_key unique (applied_order)
);
comment on table ${s}.migrations is 'lms-db: what is applied; written in the transaction of the migration';
comment on column ${s}.migrations.applied_order is 'down goes backwards along this';
comment on column ${s}.migrations.checksum is 'SHA-256 over the text with LF line ends';
comment on column ${s}.migrations.token_checksum is 'SHA-256 over the tokens, without comments and white space';
comment on column ${s}.migrations.rollback_text is 'what down runs, also where the file is gone';
comment on column ${s}.migrations.irreversible is 'why down refuses to cross it';
comment on column ${s}.migrations.duration_ms is 'milliseconds on the server';
comment on column ${s}.migrations.run_id is 'the same for everything that one command did';

create table ${s}.events (
  id bigint generated always as identity primary key,
  at timestamptz not null default pg_catalog.clock_timestamp(),
  run_id text not null,
  project text not null,
  kind text not null,
  direction text,
  version text,
  name text,
  duration_ms double precision,
  sqlstate text,
  message text,
  by text not null,
  tool_version text not null
);
create index events_version_idx on ${s}.events (project, version, id);
comment on table ${s}.events is 'lms-db: append-only log of what was applied, rolled back, failed or interrupted';

create function ${s}.refuse_change() returns trigger
language plpgsql
set search_path = ''
as $body$
begin
  raise exception 'the event log of lms-db is append-only' using errcode = '55000';
end
$body$;
create trigger events_are_append_only
before update or delete or truncate on ${s}.events
for each statement execute function ${s}.refuse_change();

create table ${s}.statements (
  project text not null,
  version text not null,
  direction text not null,
  ordinal integer not null,
  checksum text not null,
  state text not null,
  at timestamptz not null default pg_catalog.clock_timestamp(),
  run_id text not null,
  constraint statements_pkey primary key (project, version, direction, ordinal),
  constraint statements_state_check check (state in ('started', 'done'))
);
comment on table ${s}.statements is 'lms-db: how far a file without a transaction came; empty between runs';

create function ${s}.claim(in_project text, in_version text, in_direction text) returns void
language plpgsql
set search_path = ''
as $body$
begin
  -- A run that was killed may still be at work on the server: wait for its transaction, bounded by lock_timeout.
  perform pg_catalog.pg_advisory_xact_lock(${claimKeySql(schema, 'in_project')});
  if in_direction = 'up' and exists (
    select from ${s}.migrations as m where m.project = in_project and m.version = in_version
  ) then
    raise exception 'migration % is already applied', in_version using errcode = 'LM001';
  end if;
  if in_direction = 'down' and not exists (
    select from ${s}.migrations as m where m.project = in_project and m.version = in_version
  ) then
    raise exception 'migration % is not applied', in_version using errcode = 'LM002';
  end if;
end
$body$;
comment on function ${s}.claim(text, text, text) is 'lms-db: one transaction at a time works on a version';
`,
    `
create table ${s}.seeds (
  project text not null,
  seed_set text not null,
  file_name text not null,
  checksum text not null,
  rows_inserted bigint not null,
  rows_updated bigint not null,
  rows_unchanged bigint,
  duration_ms double precision not null,
  loaded_at timestamptz not null default pg_catalog.clock_timestamp(),
  loaded_by text not null,
  run_id text not null,
  tool_version text not null,
  constraint seeds_pkey primary key (project, seed_set, file_name)
);
comment on table ${s}.seeds is 'lms-db: the seeds loaded; written in the transaction of the seed';
comment on column ${s}.seeds.seed_set is 'reference, or the environment that the file is for';
comment on column ${s}.seeds.checksum is 'SHA-256 over the bytes of the file; of .sql over the text with LF line ends';
comment on column ${s}.seeds.rows_unchanged is 'rows of the file that the table already had; null where nobody compares';
`,
    `
create function ${s}.record_applied(
  in_project text, in_version text, in_name text,
  in_checksum text, in_token_checksum text, in_rollback_checksum text, in_rollback_token_checksum text,
  in_guard_checksum text, in_guard_token_checksum text,
  in_migration_text text, in_rollback_text text, in_irreversible text,
  in_actor text, in_run_id text, in_tool_version text
) returns void
language plpgsql
set search_path = ''
as $body$
declare
  took constant double precision := ${MILLISECONDS};
  who constant text := in_actor || ' as ' || session_user;
begin
  insert into ${s}.migrations (project, version, name, checksum, token_checksum, rollback_checksum,
    rollback_token_checksum, guard_checksum, guard_token_checksum, migration_text, rollback_text, irreversible,
    duration_ms, applied_by, run_id, tool_version)
  values (in_project, in_version, in_name, in_checksum, in_token_checksum, in_rollback_checksum,
    in_rollback_token_checksum, in_guard_checksum, in_guard_token_checksum, in_migration_text, in_rollback_text,
    in_irreversible, took, who, in_run_id, in_tool_version);
  insert into ${s}.events (run_id, project, kind, direction, version, name, duration_ms, by, tool_version)
  values (in_run_id, in_project, 'applied', 'up', in_version, in_name, took, who, in_tool_version);
end
$body$;
comment on function ${s}.record_applied is 'lms-db: the history row and the event of a migration, in its transaction';

create function ${s}.record_rolled_back(
  in_project text, in_version text, in_name text, in_actor text, in_run_id text, in_tool_version text
) returns void
language plpgsql
set search_path = ''
as $body$
begin
  delete from ${s}.migrations as m where m.project = in_project and m.version = in_version;
  insert into ${s}.events (run_id, project, kind, direction, version, name, duration_ms, by, tool_version)
  values (in_run_id, in_project, 'rolled-back', 'down', in_version, in_name, ${MILLISECONDS},
    in_actor || ' as ' || session_user, in_tool_version);
end
$body$;
comment on function ${s}.record_rolled_back is 'lms-db: takes the history row away and appends the event, in the transaction of the rollback';
`,
  ];
}
