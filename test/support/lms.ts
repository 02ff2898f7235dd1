// The flagship project, whole, in a private database: going up and down, its rows, what became of them.
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { migrate } from '../../src/operations/migrate.ts';
import { rollBack } from '../../src/operations/roll-back.ts';
import type { TargetReport } from '../../src/core/report.ts';
import type { Sql } from './catalog.ts';
import { serverParameters } from './database.ts';
import type { PrivateDatabase } from './database.ts';
import { contextFor } from './run.ts';
import type { RunOptions } from './run.ts';

/** The last migration of the baseline, and the last of the new tables, before the altering ones. */
export const BASELINE = '20251102010014';
export const NEW_TABLES = '20251103000013';

/** The id that the default academy gets when the evolution makes it. */
export const DEFAULT_ACADEMY = '00000000-0000-4000-8000-202511030014';

const LMS: RunOptions = { project: 'lms', minimumServer: 15 };

/** `server_version_num` of the server of the run. */
export async function serverVersion(): Promise<number> {
  const { host, port, user, password, database } = serverParameters();
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string }>(
      `select current_setting('server_version_num') as version`,
    );
    return Number(rows[0]?.version);
  } finally {
    await client.end();
  }
}

/** Applies the project, or a copy of it in another folder, up to a version; whatever comes of it. */
export function up(database: PrivateDatabase, to?: string, root = process.cwd()): Promise<TargetReport> {
  return migrate(contextFor(database, root, LMS), { to });
}

/** Rolls back everything that was applied after a version, or everything; whatever comes of it. */
export function down(database: PrivateDatabase, to?: string): Promise<TargetReport> {
  return rollBack(contextFor(database, process.cwd(), LMS), {
    ...(to === undefined ? { count: 'all' } : { to }),
    consent: () => Promise.resolve(),
  });
}

/** The report of a run that has to succeed. */
export async function succeeded(run: Promise<TargetReport>): Promise<TargetReport> {
  const report = await run;
  if (report.error !== undefined) throw new Error(report.error.message);
  return report;
}

/** Loads the rows of test/fixtures/lms/rows.sql into a database that stands at the baseline. */
export async function loadRows(sql: Sql): Promise<void> {
  await sql(readFileSync('test/fixtures/lms/rows.sql', 'utf8'));
}

/** The columns of each table, in their order. */
export async function columnsOf(sql: Sql): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await sql<{ name: string; columns: string[] }>(
    `select table_name as name, array_agg(column_name::text order by ordinal_position) as columns
     from information_schema.columns where table_schema = 'public' group by table_name order by table_name`,
  );
  return new Map(rows.map(({ name, columns }) => [name, columns]));
}

/** Rows and a hash over the values of these columns of each table, `updated_at` among them: `courses: 50 3f2a…`. */
export async function fingerprints(
  sql: Sql,
  tables: ReadonlyMap<string, readonly string[]>,
  without: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const parts = [...tables].map(([table, columns]) => {
    const condition = without[table] === undefined ? '' : `where not (${without[table]})`;
    const names = columns.map((column) => `"${column}"`).join(', ');
    return `select '${table}: ' || count(*) || ' ' || coalesce(md5(string_agg(row::text, e'\\n' order by id)), '-') as line
      from (select id, (${names}) as row from "${table}" ${condition}) as "${table}"`;
  });
  const rows = await sql<{ line: string }>(parts.join('\nunion all\n'));
  return rows.map(({ line }) => line);
}
