import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openServer } from '../../src/backends/server.ts';
import { directoriesOf } from '../../src/core/project-files.ts';
import { readProject } from '../../src/files/read-project.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { catalogOf, countsOf } from '../support/catalog.ts';
import type { Sql } from '../support/catalog.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import {
  COMPANIES,
  down,
  offersVector,
  ORIGINAL,
  ORIGINAL_TABLES,
  TWO_COMPANIES,
  up,
} from '../support/enpyco.ts';
import { succeeded } from '../support/lms.ts';
import { contextFor } from '../support/run.ts';

const { migrations } = readProject({
  project: 'enpyco',
  root: process.cwd(),
  directories: directoriesOf('enpyco'),
});

const vector = await offersVector();
/** Indexes that only pgvector brings. */
const more = vector ? 1 : 0;

/** What the specification counts after each migration, on a server without pgvector. */
const STAGES = [
  {
    version: ORIGINAL,
    tables: 4,
    enums: 0,
    fks: 2,
    explicit_indexes: 2,
    pg_indexes: 6,
    triggers: 0,
    policies: 0,
  },
  {
    version: COMPANIES,
    tables: 15,
    enums: 5,
    fks: 22,
    explicit_indexes: 35,
    pg_indexes: 52,
    triggers: 6,
    policies: 0,
  },
];

/** How many columns each table has in the end. */
const COLUMNS = {
  audit_log: 9,
  block_files: 3,
  companies: 12,
  content_blocks: 12,
  content_matches: 13,
  document_chunks: 6,
  files: 9,
  generation_requests: 14,
  memoires: 12,
  past_projects: 15,
  projects: 16,
  rc_analysis: 10,
  section_templates: 9,
  sections: 13,
  users: 10,
};

const LABELS = {
  user_role_enum: 'admin, user, viewer',
  project_status_enum:
    'draft, rc_analyzing, rc_analyzed, matching, matched, generating, generated, reviewing, completed, submitted',
  content_block_type_enum:
    'company-profile, person-cv, equipment, procedure, certification, methodology-template, past-project-reference',
  generation_status_enum: 'pending, in_progress, completed, failed',
  file_relationship_enum: 'main-file, photo, certificate, datasheet',
};

/** Every foreign key of 001, with what happens when its parent goes. */
const FOREIGN_KEYS = [
  'audit_log.user_id → users SET NULL',
  'block_files.block_id → content_blocks NO ACTION',
  'block_files.file_id → files CASCADE',
  'content_blocks.company_id → companies CASCADE',
  'content_blocks.created_by → users SET NULL',
  'content_matches.approved_by → users SET NULL',
  'content_matches.project_id → projects CASCADE',
  'document_chunks.memoire_id → memoires CASCADE',
  'files.company_id → companies CASCADE',
  'files.uploaded_by → users SET NULL',
  'generation_requests.project_id → projects CASCADE',
  'memoires.company_id → companies CASCADE',
  'memoires.uploaded_by → users SET NULL',
  'past_projects.company_id → companies CASCADE',
  'past_projects.created_by → users SET NULL',
  'projects.company_id → companies CASCADE',
  'projects.created_by → users SET NULL',
  'rc_analysis.project_id → projects CASCADE',
  'section_templates.company_id → companies CASCADE',
  'sections.project_id → projects CASCADE',
  'sections.reviewer_id → users SET NULL',
  'users.company_id → companies CASCADE',
];

async function lines(sql: Sql, query: string): Promise<string[]> {
  return (await sql<{ line: string }>(query)).map(({ line }) => line);
}

/** Tables of ours in the schema of the tool. */
async function leftInHistory(sql: Sql): Promise<string[]> {
  return lines(
    sql,
    `select relname as line from pg_class where relnamespace = to_regnamespace('lms_db') and relname like 'enpyco%' and relkind = 'r'`,
  );
}

describe('the files of the enpyco project', () => {
  it('are two, each with its rollback, and the one that carries rows has guards', () => {
    expect(migrations.map(({ fileName }) => fileName)).toEqual([
      '000_baseline_rag_schema.sql',
      '001_multi_tenant_schema.sql',
    ]);
    expect(migrations.filter(({ rollback }) => rollback === undefined)).toEqual([]);
    expect(migrations.map(({ guard }) => guard?.checks.length)).toEqual([undefined, 11]);
  });

  it('say what each migration means for those who run it', () => {
    for (const { name, directives } of migrations) {
      expect([name, directives.phase, directives.risk?.level, directives.downtime]).not.toContain(undefined);
    }
    expect(migrations[1]?.directives).toMatchObject({ requires: [ORIGINAL], risk: { level: 'medium' } });
    expect(migrations[1]?.directives.downtime).toContain('maintenance window');
  });

  it('use nothing newer than PostgreSQL 14', () => {
    for (const { script, rollback } of migrations) {
      expect(script.text + (rollback?.script.text ?? '')).not.toMatch(
        /NULLS (NOT )?DISTINCT|SET NULL \(|security_invoker|\bMERGE\b/i,
      );
    }
  });
});

describe('the enpyco project', () => {
  let database: PrivateDatabase;
  /** What the catalog held after each migration; before the first one at index 0. */
  const catalogs: string[][] = [];
  const copies: PrivateDatabase[] = [];
  beforeAll(async () => {
    database = await privateDatabase();
    catalogs.push(await catalogOf(database.sql));
  });
  afterEach(async () => {
    await Promise.all(copies.splice(0).map((copy) => copy.drop()));
  });
  afterAll(() => database.drop());

  const empty = async (): Promise<PrivateDatabase> => {
    const copy = await privateDatabase();
    copies.push(copy);
    return copy;
  };
  const withCompanies = async (): Promise<PrivateDatabase> => {
    const copy = await privateDatabase(database.database.name);
    copies.push(copy);
    await copy.sql(TWO_COMPANIES);
    return copy;
  };

  it('makes after each migration what the specification counts', async () => {
    for (const { version, ...expected } of STAGES) {
      await succeeded(up(database, version));
      const [row] = await database.sql('select count(*)::int as policies from pg_policies');
      expect({ ...(await countsOf(database.sql)), ...row }).toEqual({
        ...expected,
        explicit_indexes: expected.explicit_indexes + more,
        pg_indexes: expected.pg_indexes + more,
      });
      catalogs.push(await catalogOf(database.sql));
    }
  });

  it('has 15 tables with 163 columns, as many each as the specification says', async () => {
    const rows = await database.sql<{ name: string; columns: number }>(
      `select table_name as name, count(*)::int as columns from information_schema.columns
       where table_schema = 'public' group by 1 order by 1`,
    );
    expect(Object.fromEntries(rows.map(({ name, columns }) => [name, columns]))).toEqual(COLUMNS);
    expect(rows.reduce((sum, { columns }) => sum + columns, 0)).toBe(163);
  });

  it('has the labels of every enum in their order', async () => {
    const rows = await database.sql<{ name: string; labels: string }>(
      `select t.typname as name, string_agg(e.enumlabel, ', ' order by e.enumsortorder) as labels
       from pg_type as t join pg_enum as e on e.enumtypid = t.oid group by t.typname`,
    );
    expect(Object.fromEntries(rows.map(({ name, labels }) => [name, labels]))).toEqual(LABELS);
  });

  it('says of every foreign key what happens when its parent goes', async () => {
    expect(
      await lines(
        database.sql,
        `select format('%s.%s → %s %s', conrelid::regclass, a.attname, confrelid::regclass,
           case confdeltype when 'c' then 'CASCADE' when 'n' then 'SET NULL' when 'a' then 'NO ACTION' when 'r' then 'RESTRICT' end) as line
         from pg_constraint join pg_attribute as a on a.attrelid = conrelid and a.attnum = conkey[1]
         where contype = 'f' order by 1`,
      ),
    ).toEqual(FOREIGN_KEYS);
  });

  it.each<[what: string, query: string]>([
    [
      'a foreign key without an index that leads with its column',
      `select conname from pg_constraint as k where contype = 'f' and not exists (
         select from pg_index as i where i.indrelid = k.conrelid and i.indpred is null and i.indkey[0] = k.conkey[1])`,
    ],
    [
      'a table without a comment',
      `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
         and obj_description(oid, 'pg_class') is null`,
    ],
    [
      'a JSON or array column without a comment',
      `select attrelid::regclass, attname from pg_attribute as a join pg_class as c on c.oid = a.attrelid
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
         and a.atttypid in ('jsonb'::regtype, 'text[]'::regtype, 'uuid[]'::regtype, 'real[]'::regtype)
         and col_description(attrelid, attnum) is null`,
    ],
    ['a constraint that was not validated', 'select conname from pg_constraint where not convalidated'],
    [
      'a timestamp without time zone',
      `select table_name, column_name from information_schema.columns
       where table_schema = 'public' and data_type = 'timestamp without time zone'`,
    ],
    [
      'a default that makes a UUID otherwise than by gen_random_uuid()',
      `select table_name, column_default from information_schema.columns
       where table_schema = 'public' and column_name = 'id' and column_default <> 'gen_random_uuid()'`,
    ],
  ])('does not have %s', async (_, query) => {
    expect(await database.sql(query)).toEqual([]);
  });

  it('has nothing left to do when it runs again', async () => {
    const again = await succeeded(up(database));
    expect([again.plan?.steps, again.outcomes, again.exitCode]).toEqual([[], [], 0]);
  });

  it('refuses values out of range, states without their dates, JSON of another shape', async () => {
    const { sql } = await withCompanies();
    const broken: readonly (readonly [constraint: string, statement: string])[] = [
      ['companies_name_check', `update companies set name = ' '`],
      ['users_email_check', `update users set email = '@x'`],
      ['content_blocks_version_check', 'update content_blocks set version = 0'],
      ['files_size_bytes_check', 'update files set size_bytes = -1'],
      ['past_projects_year_check', 'update past_projects set year = 1899'],
      ['section_templates_usage_count_check', 'update section_templates set usage_count = -1'],
      ['rc_analysis_required_sections_check', `update rc_analysis set required_sections = '{}'`],
      ['rc_analysis_special_requirements_check', `update rc_analysis set special_requirements = '1'`],
      ['rc_analysis_confidence_score_check', 'update rc_analysis set confidence_score = 1.001'],
      ['content_matches_confidence_check', 'update content_matches set confidence = -0.1'],
      ['content_matches_approval_check', 'update content_matches set approved_at = null'],
      ['generation_requests_quality_score_check', 'update generation_requests set quality_score = 2'],
      ['generation_requests_tokens_used_check', 'update generation_requests set tokens_used = -1'],
      ['generation_requests_cost_usd_check', 'update generation_requests set cost_usd = -1'],
      ['generation_requests_latency_seconds_check', 'update generation_requests set latency_seconds = -1'],
      ['generation_requests_finished_check', `update generation_requests set status = 'pending'`],
      ['sections_quality_score_check', 'update sections set quality_score = 1.5'],
      ['sections_reviewed_check', 'update sections set reviewed = false'],
    ];
    const refusing = [];
    for (const [, statement] of broken) {
      const error: unknown = await sql(statement).catch((thrown: unknown) => thrown);
      refusing.push((error as { readonly constraint?: string }).constraint);
    }
    expect(refusing).toEqual(broken.map(([constraint]) => constraint));
  });

  it.each<[what: string, object: string, said: string]>([
    ['a table', 'create table users (id int, nickname text)', 'relation users'],
    ['a view', 'create view files as select 1 as id', 'relation files'],
    ['a type', `create type user_role_enum as enum ('a')`, 'type user_role_enum'],
    [
      'a function',
      `create function set_updated_at() returns trigger language plpgsql as 'begin return new; end'`,
      'function set_updated_at()',
    ],
  ])('E-1: refuses to take over %s that is already there, and leaves it alone', async (_, object, said) => {
    const other = await empty();
    await succeeded(up(other, ORIGINAL));
    await other.sql(object);
    const before = await catalogOf(other.sql);
    const report = await up(other);
    expect([report.exitCode, report.outcomes[0]?.failure?.sqlstate]).toEqual([5, '42710']);
    expect(report.outcomes[0]?.failure?.message).toBe(`already there, and not of this migration: ${said}`);
    expect(report.outcomes[0]?.failure?.serverHint).toContain('Rename it');
    expect(await catalogOf(other.sql)).toEqual(before);
    expect(await leftInHistory(other.sql)).toEqual([]);
  });

  it('E-1: is not disturbed by a table users in another schema', async () => {
    const other = await empty();
    await other.sql('create schema auth; create table auth.users (id uuid primary key)');
    await succeeded(up(other));
    expect((await countsOf(other.sql)).tables).toBe(15);
    await succeeded(down(other));
    expect(await other.sql('select * from auth.users')).toEqual([]);
  });

  it('E-2: past projects know who created them', async () => {
    const { sql } = await withCompanies();
    expect(
      await sql(
        `select count(*)::int as n from past_projects join users on users.id = past_projects.created_by`,
      ),
    ).toEqual([{ n: 2 }]);
  });

  it('E-5: in_progress is no project status any more, and the query by company and status has its index', async () => {
    const copy = await withCompanies();
    await expect(
      copy.sql(`select * from projects where company_id = $1 and status = 'in_progress'`, [randomUUID()]),
    ).rejects.toMatchObject({ code: '22P02' });
    const client = await copy.client();
    await client.query('set enable_seqscan = off');
    const { rows } = await client.query<Record<string, string>>(
      `explain select * from projects where company_id = '${randomUUID()}' and status = 'matching'`,
    );
    expect(JSON.stringify(rows)).toContain('idx_projects_company_status');
  });

  it('E-6: a company goes with all that it has, once its foreign key is deferred', async () => {
    const copy = await withCompanies();
    const gone = `delete from companies where name = 'Alpha'`;
    await expect(copy.sql(gone)).rejects.toMatchObject({
      code: '23503',
      constraint: 'block_files_block_id_fkey',
    });
    await copy.sql(`begin; set constraints block_files_block_id_fkey deferred; ${gone}; commit`);
    const [left] = await copy.sql(
      `select (select count(*)::int from companies where name in ('Alpha', 'Beta')) as companies,
         (select count(*)::int from content_blocks) as blocks, (select count(*)::int from files) as files,
         (select count(*)::int from block_files) as pairs, (select count(*)::int from projects) as projects,
         (select count(*)::int from sections) as sections, (select count(*)::int from content_matches) as matches,
         (select count(*)::int from generation_requests) as requests, (select count(*)::int from rc_analysis) as analyses,
         (select count(*)::int from memoires) as memoires, (select count(*)::int from document_chunks) as chunks,
         (select count(*)::int from past_projects) as past, (select count(*)::int from section_templates) as templates`,
    );
    expect(left).toEqual({
      companies: 1,
      blocks: 3,
      files: 1,
      pairs: 1,
      projects: 1,
      sections: 1,
      matches: 1,
      requests: 1,
      analyses: 1,
      memoires: 1,
      chunks: 1,
      past: 1,
      templates: 1,
    });
  });

  it('E-6: a single block with files stays, deferred or not; one without files goes', async () => {
    const copy = await withCompanies();
    const gone = `delete from content_blocks where id = md5('block11')::uuid`;
    const refused = { code: '23503', constraint: 'block_files_block_id_fkey' };
    await expect(copy.sql(gone)).rejects.toMatchObject(refused);
    await expect(copy.sql(`begin; set constraints all deferred; ${gone}; commit`)).rejects.toMatchObject(
      refused,
    );
    await copy.sql(`delete from content_blocks where id = md5('block13')::uuid`);
    expect(await copy.sql('select count(*)::int as n from content_blocks')).toEqual([{ n: 5 }]);
  });

  it('E-7: a user can be deleted, and what the user made stays', async () => {
    const { sql } = await withCompanies();
    await sql(`delete from users where id = md5('user1')::uuid`);
    expect(
      await sql(
        `select (select count(*)::int from content_blocks where created_by is null) as blocks,
           (select count(*)::int from files where uploaded_by is null) as files,
           (select count(*)::int from memoires where uploaded_by is null) as memoires,
           (select count(*)::int from projects where created_by is null) as projects,
           (select count(*)::int from past_projects where created_by is null) as past,
           (select count(*)::int from sections where reviewed and reviewer_id is null) as reviewed,
           (select count(*)::int from content_matches where approved and approved_by is null) as approved`,
      ),
    ).toEqual([{ blocks: 3, files: 1, memoires: 1, projects: 1, past: 1, reviewed: 1, approved: 1 }]);
  });

  it('E-8: who uses a block is found by an index over the arrays', async () => {
    const copy = await withCompanies();
    const client = await copy.client();
    await client.query('set enable_seqscan = off');
    for (const [table, column] of [
      ['content_matches', 'matched_blocks'],
      ['sections', 'source_blocks'],
    ] as const) {
      const { rows } = await client.query<Record<string, string>>(
        `explain select from ${table} where ${column} @> array['${randomUUID()}'::uuid]`,
      );
      expect(JSON.stringify(rows)).toContain(`idx_${table}_${column}_gin`);
    }
  });

  it('E-12: keeps everything but its tables out of public', async () => {
    const other = await empty();
    await succeeded(up(other));
    await succeeded(down(other, ORIGINAL));
    expect(
      await lines(
        other.sql,
        `select relname as line from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
      ),
    ).toEqual(ORIGINAL_TABLES);
  });

  it('E-14: an e-mail address is unique whatever its case, and no index repeats another', async () => {
    const { sql } = await withCompanies();
    await expect(
      sql(`update users set email = 'U2@Example.org' where email = 'u1@example.org'`),
    ).rejects.toMatchObject({
      code: '23505',
      constraint: 'uq_users_lower_email',
    });
    expect(
      await sql(
        `select one.indexrelid::regclass from pg_index as one join pg_index as other
           on other.indrelid = one.indrelid and other.indexrelid <> one.indexrelid
         join pg_class as a on a.oid = one.indexrelid join pg_class as b on b.oid = other.indexrelid and b.relam = a.relam
         where a.relnamespace = 'public'::regnamespace and one.indexprs is null and other.indexprs is null
           and one.indnkeyatts <= other.indnkeyatts and not one.indisunique
           and (one.indkey::int2[])[0:one.indnkeyatts - 1] = (other.indkey::int2[])[0:one.indnkeyatts - 1]`,
      ),
    ).toEqual([]);
  });

  it('E-15: the audit log keeps its rows when the user goes', async () => {
    const { sql } = await withCompanies();
    await sql(`delete from users where id = md5('user1')::uuid`);
    expect(await sql('select count(*)::int as rows, count(user_id)::int as known from audit_log')).toEqual([
      { rows: 2, known: 1 },
    ]);
  });

  it('E-16: updated_at moves in all six tables that have it, and only when something changes', async () => {
    const { sql } = await withCompanies();
    const tables = await lines(
      sql,
      `select table_name as line from information_schema.columns
       where table_schema = 'public' and column_name = 'updated_at' order by 1`,
    );
    expect(tables).toEqual([
      'companies',
      'content_blocks',
      'content_matches',
      'past_projects',
      'section_templates',
      'users',
    ]);
    const moved = async (set: string): Promise<number[]> => {
      const counts = [];
      for (const table of tables) {
        const [row] = await sql<{ n: number }>(
          `with moved as (update ${table} set ${set} returning updated_at > created_at as later)
           select count(*) filter (where later)::int as n from moved`,
        );
        counts.push(row?.n ?? -1);
      }
      return counts;
    };
    // The company of the migrated data and its user are among them.
    expect(await moved('id = id')).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await moved(`created_at = created_at - interval '1 s'`)).toEqual([3, 6, 2, 2, 2, 3]);
  });

  it.skipIf(vector)(
    'E-17: says once and clearly that pgvector is missing, and works without (a server without it)',
    async () => {
      const said: string[] = [];
      const other = await empty();
      const context = contextFor(other, process.cwd(), {
        project: 'enpyco',
        onEvent: (event) => {
          if (event.type === 'note') said.push(event.message);
        },
      });
      await succeeded(migrate(context, {}));
      expect(said.filter((message) => message.startsWith('degraded: pgvector missing'))).toHaveLength(1);
      expect(
        await other.sql(
          `select data_type || ' ' || udt_name as type from information_schema.columns
         where table_name = 'document_chunks' and column_name = 'embedding'`,
        ),
      ).toEqual([{ type: 'ARRAY _float4' }]);
    },
  );

  it('goes down one by one: after each rollback the catalog is what it was before the migration', async () => {
    for (let index = migrations.length - 1; index >= 0; index -= 1) {
      const report = await succeeded(down(database, migrations[index - 1]?.version));
      expect(report.outcomes.map(({ version }) => version)).toEqual([migrations[index]?.version]);
      expect(await catalogOf(database.sql), migrations[index]?.name).toEqual(catalogs[index]);
    }
    expect(await leftInHistory(database.sql)).toEqual([]);
    expect(await database.sql(`select extname from pg_extension where extname = 'vector'`)).toEqual([]);
  });

  it('goes up again to the same catalog, and down all at once', async () => {
    const report = await succeeded(up(database));
    expect(report.counts).toEqual({ tables: 15, enums: 5, indexes: 52 + more });
    expect(await catalogOf(database.sql)).toEqual(catalogs.at(-1));
    expect((await succeeded(down(database))).counts).toEqual({ tables: 0, enums: 0, indexes: 0 });
    expect(await catalogOf(database.sql)).toEqual(catalogs[0]);
    await succeeded(up(database));
  });

  it('goes up and down with rows in every table', async () => {
    const copy = await withCompanies();
    await succeeded(down(copy, ORIGINAL));
    expect(await catalogOf(copy.sql)).toEqual(catalogs[1]);
    expect(await lines(copy.sql, 'select name as line from projects order by 1')).toEqual([
      'Tender 1',
      'Tender 2',
    ]);
    await succeeded(up(copy));
    await succeeded(down(copy));
    expect(await catalogOf(copy.sql)).toEqual(catalogs[0]);
  });
});

describe('the enpyco project, run by an owner who is no superuser', () => {
  let database: PrivateDatabase;
  let owned: PrivateDatabase;
  const owner = `owner_${randomUUID().slice(0, 8)}`;
  beforeAll(async () => {
    database = await privateDatabase();
    await database.sql(`create role ${owner} login password 'correct horse'`);
    await database.sql(`alter database ${database.database.name} owner to ${owner}`);
    // Before PostgreSQL 15 everybody may create in public.
    await database.sql(`grant create on schema public to ${owner}`);
    const parameters = { ...database.parameters, user: owner, password: 'correct horse' };
    owned = { ...database, parameters, database: openServer(parameters) };
  });
  afterAll(async () => {
    await database.sql(`drop owned by ${owner} cascade`);
    await database.sql(`alter database ${database.database.name} owner to current_user`);
    await database.sql(`drop role ${owner}`);
    await database.drop();
  });

  it('goes up, and down to nothing', async () => {
    expect((await succeeded(up(owned))).counts).toMatchObject({ tables: 15, enums: 5 });
    expect((await succeeded(down(owned))).counts).toEqual({ tables: 0, enums: 0, indexes: 0 });
  });
});
