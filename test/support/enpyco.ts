// The enpyco project, whole, in a private database: going up and down, rows of the original schema, rows of two companies.
import pg from 'pg';
import { loadConfig } from '../../src/config/load-config.ts';
import { projectOf } from '../../src/config/projects.ts';
import type { TargetReport } from '../../src/core/report.ts';
import type { Context } from '../../src/operations/context.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { rollBack } from '../../src/operations/roll-back.ts';
import type { Sql } from './catalog.ts';
import { serverParameters } from './database.ts';
import type { PrivateDatabase } from './database.ts';
import { contextFor } from './run.ts';
import type { RunOptions } from './run.ts';
import { verifyContext } from './verify.ts';

/** The version with the four original tables, and the one with companies. */
export const ORIGINAL = '000';
export const COMPANIES = '001';

/** The company and the user that the migration makes for what was there before. */
export const MIGRATED_COMPANY = '00000000-0000-4000-8000-202511060001';
export const MIGRATION_USER = '00000000-0000-4000-8000-202511060002';

const ENPYCO: RunOptions = { project: 'enpyco', minimumServer: 14 };

/** The tables of the original schema. */
export const ORIGINAL_TABLES = ['document_chunks', 'memoires', 'projects', 'sections'];

/** Applies the project, or a copy of it in another folder, up to a version; whatever comes of it. */
export function up(database: PrivateDatabase, to?: string, root = process.cwd()): Promise<TargetReport> {
  return migrate(contextFor(database, root, ENPYCO), { to });
}

/** Rolls back everything that was applied after a version, or everything; whatever comes of it. */
export function down(database: PrivateDatabase, to?: string, root = process.cwd()): Promise<TargetReport> {
  return rollBack(contextFor(database, root, ENPYCO), {
    ...(to === undefined ? { count: 'all' } : { to }),
    consent: () => Promise.resolve(),
  });
}

/** The context of verify over the project as it is configured in this repository. */
export async function enpycoContext(database: PrivateDatabase): Promise<Context> {
  const config = await loadConfig({ cwd: process.cwd(), env: {}, flags: {} });
  const { tenancy, allowed } = projectOf(config, 'enpyco');
  return verifyContext(database, process.cwd(), { ...ENPYCO, tenancy, allowed });
}

/** Whether the server of the run offers pgvector: then the original schema has one index and one function more. */
export async function offersVector(): Promise<boolean> {
  const { host, port, user, password, database } = serverParameters();
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    const { rowCount } = await client.query(`select from pg_available_extensions where name = 'vector'`);
    return rowCount === 1;
  } finally {
    await client.end();
  }
}

/** The statuses of the original schema, with what they become; null is a project without one. */
export const STATUSES: readonly (readonly [was: string | null, becomes: string])[] = [
  [null, 'draft'],
  ['draft', 'draft'],
  ['analyzing', 'rc_analyzing'],
  ['in_progress', 'matching'],
  ['rc_analyzing', 'rc_analyzing'],
  ['rc_analyzed', 'rc_analyzed'],
  ['matching', 'matching'],
  ['matched', 'matched'],
  ['generating', 'generating'],
  ['generated', 'generated'],
  ['reviewing', 'reviewing'],
  ['completed', 'completed'],
  ['submitted', 'submitted'],
];

/**
 * Rows for a database that stands at the original schema: 5 projects in each of the 13 statuses, 3 sections each,
 * 20 memoires with 4 chunks each, every tenth chunk without an embedding.
 */
export async function loadRows(sql: Sql): Promise<void> {
  const statuses = STATUSES.map(([status]) => (status === null ? 'null' : `'${status}'`)).join(', ');
  await sql(`
    insert into projects (id, name, rc_storage_path, rc_context, status, created_at)
    select md5('project' || s || ' ' || i)::uuid, 'Project «' || s || '» ' || i, 'rc/' || i || '.pdf', null,
      (array[${statuses}])[s], '2024-01-01'::timestamptz + i * interval '1 day'
    from generate_series(1, ${STATUSES.length}) as s, generate_series(1, 5) as i;
    insert into sections (id, project_id, section_type, title, content, order_num, created_at)
    select md5('section' || projects.id || i)::uuid, projects.id, 'methodology', 'Section ' || i, 'é' || i, i, '2024-02-01'
    from projects, generate_series(1, 3) as i;
    insert into memoires (id, filename, storage_path, client, year, indexed, created_at)
    select md5('memoire' || i)::uuid, 'mémoire ' || i || '.pdf', 'memoires/' || i, null, 2000 + i, i % 2 = 0, '2024-03-01'
    from generate_series(1, 20) as i;
    insert into document_chunks (id, memoire_id, content, embedding, metadata, created_at)
    select md5('chunk' || m || ' ' || i)::uuid, md5('memoire' || m)::uuid, 'chunk ' || i,
      case when (m * 4 + i) % 10 > 0 then (select array_agg(sin(n * (m * 4 + i))::real) from generate_series(1, 1536) as n) end,
      jsonb_build_object('page', i), '2024-04-01'
    from generate_series(1, 20) as m, generate_series(1, 4) as i`);
}

/** Every row of document_chunks as it lies on disk: place, writing transaction, values. And the file that holds them. */
export async function chunksOnDisk(sql: Sql): Promise<readonly unknown[]> {
  return sql(`
    select ctid::text, xmin::text, id, memoire_id, content, md5(embedding::text) as embedding, metadata, created_at,
      pg_relation_filenode('document_chunks') as file
    from document_chunks order by id`);
}

/** Each project with its status, as text. */
export async function statusesOf(sql: Sql): Promise<ReadonlyMap<string, string | null>> {
  const rows = await sql<{ name: string; status: string | null }>(
    'select name, status::text from projects order by name',
  );
  return new Map(rows.map(({ name, status }) => [name, status]));
}

/** Rows of two companies beside that of the migrated data, in every table, with nothing wrong. Company 1 is Alpha, 2 Beta. */
export const TWO_COMPANIES = `
  insert into companies (id, name) values (md5('company1')::uuid, 'Alpha'), (md5('company2')::uuid, 'Beta');
  insert into users (id, company_id, email, password_hash, full_name)
  select md5('user' || c)::uuid, md5('company' || c)::uuid, 'u' || c || '@example.org', 'hash', 'User ' || c
  from generate_series(1, 2) as c;
  insert into content_blocks (id, company_id, type, title, content, created_by)
  select md5('block' || c || i)::uuid, md5('company' || c)::uuid, 'equipment', 'Block ' || i, 'text', md5('user' || c)::uuid
  from generate_series(1, 2) as c, generate_series(1, 3) as i;
  insert into files (id, company_id, filename, storage_url, uploaded_by)
  select md5('file' || c)::uuid, md5('company' || c)::uuid, 'f.pdf', 'files/f.pdf', md5('user' || c)::uuid
  from generate_series(1, 2) as c;
  insert into block_files (block_id, file_id, relationship)
  select md5('block' || c || 1)::uuid, md5('file' || c)::uuid, 'photo' from generate_series(1, 2) as c;
  insert into past_projects (company_id, name, created_by)
  select md5('company' || c)::uuid, 'Past', md5('user' || c)::uuid from generate_series(1, 2) as c;
  insert into section_templates (company_id, section_type, title, template_content)
  select md5('company' || c)::uuid, 'methodology', 'T', 'text' from generate_series(1, 2) as c;
  insert into projects (id, company_id, name, created_by)
  select md5('tender' || c)::uuid, md5('company' || c)::uuid, 'Tender ' || c, md5('user' || c)::uuid
  from generate_series(1, 2) as c;
  insert into sections (id, project_id, section_type, title, source_blocks, reviewed, reviewer_id, reviewed_at)
  select md5('part' || c)::uuid, md5('tender' || c)::uuid, 'methodology', 'S', array[md5('block' || c || 2)::uuid], true,
    md5('user' || c)::uuid, '2025-01-01' from generate_series(1, 2) as c;
  insert into rc_analysis (project_id, rc_file_url)
  select md5('tender' || c)::uuid, 'rc.pdf' from generate_series(1, 2) as c;
  insert into content_matches (id, project_id, requirement_id, matched_blocks, approved, approved_by, approved_at)
  select md5('match' || c)::uuid, md5('tender' || c)::uuid, 'R1', array[md5('block' || c || 1)::uuid, md5('block' || c || 2)::uuid],
    true, md5('user' || c)::uuid, '2025-01-01' from generate_series(1, 2) as c;
  insert into generation_requests (project_id, section_type, status, completed_at)
  select md5('tender' || c)::uuid, 'methodology', 'completed', '2025-01-01' from generate_series(1, 2) as c;
  insert into memoires (id, company_id, filename, storage_path, uploaded_by)
  select md5('reference' || c)::uuid, md5('company' || c)::uuid, 'm.pdf', 'm', md5('user' || c)::uuid
  from generate_series(1, 2) as c;
  insert into document_chunks (memoire_id, content)
  select md5('reference' || c)::uuid, 'text' from generate_series(1, 2) as c;
  insert into audit_log (action, user_id, details)
  select 'login', md5('user' || c)::uuid, '{}' from generate_series(1, 2) as c`;
