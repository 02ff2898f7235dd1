import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TargetReport } from '../../src/core/report.ts';
import { catalogOf } from '../support/catalog.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import {
  chunksOnDisk,
  COMPANIES,
  down,
  loadRows,
  MIGRATED_COMPANY,
  MIGRATION_USER,
  ORIGINAL,
  STATUSES,
  statusesOf,
  up,
} from '../support/enpyco.ts';
import { columnsOf, fingerprints, succeeded } from '../support/lms.ts';

describe('the way of the enpyco project to companies, with rows', () => {
  /** Four tables with rows. */
  let original: PrivateDatabase;
  /** The same with companies. */
  let evolved: PrivateDatabase;
  let report: TargetReport;
  let columns: ReadonlyMap<string, readonly string[]>;
  let before: string[];
  let statuses: ReadonlyMap<string, string | null>;
  let chunks: readonly unknown[];
  let catalog: string[];
  const copies: PrivateDatabase[] = [];

  beforeAll(async () => {
    original = await privateDatabase();
    await succeeded(up(original, ORIGINAL));
    await loadRows(original.sql);
    columns = await columnsOf(original.sql);
    before = await fingerprints(original.sql, columns);
    statuses = await statusesOf(original.sql);
    chunks = await chunksOnDisk(original.sql);
    catalog = await catalogOf(original.sql);
    evolved = await privateDatabase(original.database.name);
    report = await succeeded(up(evolved));
  });
  afterAll(async () => {
    await Promise.all([original, evolved].map((database) => database.drop()));
  });
  afterEach(async () => {
    await Promise.all(copies.splice(0).map((copy) => copy.drop()));
  });
  const copyOf = async (source: PrivateDatabase): Promise<PrivateDatabase> => {
    const copy = await privateDatabase(source.database.name);
    copies.push(copy);
    return copy;
  };
  /** The old columns, those of projects without the status, which gets new names. */
  const withoutStatus = (): ReadonlyMap<string, readonly string[]> =>
    new Map([...columns].map(([table, names]) => [table, names.filter((name) => name !== 'status')]));

  it('begins with rows in all four tables, and projects in every status', () => {
    expect(before.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'document_chunks: 80',
      'memoires: 20',
      'projects: 65',
      'sections: 195',
    ]);
    expect(new Set(statuses.values()).size).toBe(STATUSES.length);
  });

  it('carries every row: nothing is lost or changed, and all belongs to the company of the migrated data', async () => {
    const { sql } = evolved;
    expect(report.outcomes.map(({ status }) => status)).toEqual(['done']);
    expect(await fingerprints(sql, withoutStatus())).toEqual(
      await fingerprints(original.sql, withoutStatus()),
    );
    expect(await sql('select id, name from companies')).toEqual([
      { id: MIGRATED_COMPANY, name: 'Enpyco (Migrated Data)' },
    ]);
    expect(await sql('select distinct company_id, created_by from projects')).toEqual([
      { company_id: MIGRATED_COMPANY, created_by: MIGRATION_USER },
    ]);
    expect(await sql('select distinct company_id, uploaded_by from memoires')).toEqual([
      { company_id: MIGRATED_COMPANY, uploaded_by: MIGRATION_USER },
    ]);
    expect(
      await sql(
        `select table_name from information_schema.columns
         where column_name = 'company_id' and table_name in ('memoires', 'projects') and is_nullable = 'NO' order by 1`,
      ),
    ).toEqual([{ table_name: 'memoires' }, { table_name: 'projects' }]);
  });

  it('makes a migration user that cannot log in', async () => {
    expect(await evolved.sql('select id, company_id, role, is_active, password_hash from users')).toEqual([
      {
        id: MIGRATION_USER,
        company_id: MIGRATED_COMPANY,
        role: 'viewer',
        is_active: false,
        password_hash: '!',
      },
    ]);
  });

  it('runs all eleven guards, and all of them hold', () => {
    const [outcome] = report.outcomes;
    expect(outcome?.checks).toHaveLength(11);
    expect(outcome?.checks.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('does not touch document_chunks: each row lies where it lay, written by whom it was written', async () => {
    expect(chunks).toHaveLength(80);
    expect(await chunksOnDisk(evolved.sql)).toEqual(chunks);
    const copy = await copyOf(evolved);
    await succeeded(down(copy, ORIGINAL));
    expect(await chunksOnDisk(copy.sql)).toEqual(chunks);
  });

  it('does not wait for those who search the chunks', async () => {
    const database = await copyOf(original);
    const reader = await database.client();
    await reader.query('begin; select count(*) from document_chunks');
    await succeeded(up(database));
    await reader.query('commit');
    expect(await chunksOnDisk(database.sql)).toEqual(chunks);
  });

  it('E-3: gives each status its new name, in its old place', async () => {
    const renamed = new Map(STATUSES);
    expect(await statusesOf(evolved.sql)).toEqual(
      new Map([...statuses].map(([name, status]) => [name, renamed.get(status) ?? 'nothing'])),
    );
    expect(
      await evolved.sql(
        `select ordinal_position::int as place, udt_name, is_nullable, column_default from information_schema.columns
         where table_name = 'projects' and column_name = 'status'`,
      ),
    ).toEqual([
      {
        place: 5,
        udt_name: 'project_status_enum',
        is_nullable: 'NO',
        column_default: `'draft'::project_status_enum`,
      },
    ]);
  });

  it('E-3: takes everything back: data, statuses and schema equal to before, column order too; and up again', async () => {
    const database = await copyOf(evolved);
    const after = await catalogOf(database.sql);
    await succeeded(down(database, ORIGINAL));
    expect(await statusesOf(database.sql)).toEqual(statuses);
    expect(await fingerprints(database.sql, columns)).toEqual(before);
    expect([...(await columnsOf(database.sql))]).toEqual([...columns]);
    expect(await catalogOf(database.sql)).toEqual(catalog);
    expect(await database.sql(`select to_regclass('lms_db.enpyco_001_projects') as kept`)).toEqual([
      { kept: null },
    ]);
    await succeeded(up(database));
    expect(await catalogOf(database.sql)).toEqual(after);
    expect(await statusesOf(database.sql)).toEqual(await statusesOf(evolved.sql));
  });

  it('E-3: leaves the status of a project that has moved on since, and of a new one, as it is', async () => {
    const database = await copyOf(evolved);
    await database.sql(`update projects set status = 'completed' where name = 'Project «3» 1';
      update projects set status = 'submitted' where name = 'Project «1» 2';
      delete from projects where name = 'Project «4» 3';
      insert into projects (name, company_id, status) values ('New', '${MIGRATED_COMPANY}', 'rc_analyzing')`);
    await succeeded(down(database, ORIGINAL));
    const expected = new Map(statuses);
    expected.set('Project «3» 1', 'completed');
    expected.set('Project «1» 2', 'submitted');
    expected.delete('Project «4» 3');
    expected.set('New', 'rc_analyzing');
    expect(Object.fromEntries(await statusesOf(database.sql))).toEqual(Object.fromEntries(expected));
    expect(await catalogOf(database.sql)).toEqual(catalog);
  });

  it('E-4: stops at a status that nobody has mapped, names each, and changes nothing', async () => {
    const database = await copyOf(original);
    await database.sql(`update projects set status = 'weird' where name like '%«2» 1' or name like '%«2» 2';
      update projects set status = 'Draft ' where name like '%«2» 3'`);
    const rows = await fingerprints(database.sql, columns);
    const stopped = await up(database);
    expect(stopped.exitCode).toBe(5);
    expect(stopped.outcomes[0]).toMatchObject({
      status: 'failed',
      failure: {
        sqlstate: '22P02',
        message: expect.stringMatching(/^unmapped project status: (Draft , weird|weird, Draft )$/) as string,
        detail: expect.stringMatching(/'weird': 2/) as string,
        serverHint: expect.stringMatching(
          /^Give these projects one of draft, rc_analyzing, .*, submitted; then/,
        ) as string,
        place: { file: 'migrations/enpyco/001_multi_tenant_schema.sql' },
      },
    });
    expect(await fingerprints(database.sql, columns)).toEqual(rows);
    expect(await catalogOf(database.sql)).toEqual(catalog);
    // What the hint says helps.
    await database.sql(`update projects set status = 'draft' where status in ('weird', 'Draft ')`);
    await succeeded(up(database));
  });

  it('E-9: fills company_id wherever it is missing, and fails where it still is', async () => {
    const database = await copyOf(original);
    // As if somebody else's trigger took the company away again.
    await database.sql(`create function nobody() returns trigger language plpgsql as
        $$ begin new.company_id := null; return new; end $$;
      create trigger nobody before update on memoires for each row execute function nobody()`);
    const stopped = await up(database);
    expect(stopped.outcomes[0]?.failure).toMatchObject({
      sqlstate: '23514',
      message: expect.stringContaining('memoires_company_id_not_null') as string,
    });
    expect(await fingerprints(database.sql, columns)).toEqual(before);
    await database.sql('drop trigger nobody on memoires; drop function nobody()');
    await succeeded(up(database));
  });

  it('makes the company in a database without rows too, and takes it back', async () => {
    const empty = await privateDatabase();
    copies.push(empty);
    await succeeded(up(empty));
    expect(await empty.sql('select id from companies')).toEqual([{ id: MIGRATED_COMPANY }]);
    await succeeded(down(empty, ORIGINAL));
    expect(await catalogOf(empty.sql)).toEqual(catalog);
    await succeeded(up(empty, COMPANIES));
  });

  it('says before the way back what would be lost, counted', async () => {
    const database = await copyOf(evolved);
    await database.sql(
      `update projects set client = 'c' where name like '%1'; update sections set generated_by_ai = true`,
    );
    const rolled = await succeeded(down(database, ORIGINAL));
    const lost = rolled.losses?.map(({ object, count }) => `${object}: ${String(count)}`);
    expect(lost).toEqual(
      expect.arrayContaining([
        'companies: 1',
        'users: 1',
        'projects.company_id: 65',
        'projects.client: 13',
        'memoires.company_id: 20',
        'sections.generated_by_ai: 195',
      ]),
    );
    expect(lost?.filter((line) => /document_chunks|audit_log|source_blocks/.test(line))).toEqual([]);
  });
});
