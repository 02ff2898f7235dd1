import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServer } from '../../src/backends/server.ts';
import { createTools } from '../../src/backends/tools.ts';
import type { TargetReport } from '../../src/core/report.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { rollBack } from '../../src/operations/roll-back.ts';
import type { Context } from '../../src/operations/context.ts';
import { catalogOf, countsOf } from '../support/catalog.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { serverVersion, succeeded } from '../support/lms.ts';
import { contextFor } from '../support/run.ts';

const tooOld = (await serverVersion()) < 150_000;

const TENANTS = ['tenant_a', 'Tenant "B"'] as const;

// Needs PostgreSQL 15, as the whole project.
describe.skipIf(tooOld)('a schema for each academy (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
    await database.sql('create schema tenant_a; create schema "Tenant ""B"""');
  });
  afterAll(() => database.drop());

  /** The same project over one schema, with a history of its own. */
  const contextOf = (tenant: (typeof TENANTS)[number]): Context => {
    const schema = tenant === 'tenant_a' ? 'tenant_a' : String.raw`\"Tenant\ \"\"B\"\"\"`;
    return {
      ...contextFor(database, process.cwd(), { project: 'lms', minimumServer: 15 }),
      database: openServer({
        ...database.parameters,
        options: `-c search_path=${schema.replaceAll(String.raw`\"`, '"')}`,
      }),
      tools: createTools({
        schema: `history of ${tenant}`,
        project: 'lms',
        run: tenant,
        actor: 'tester@test',
        toolVersion: '0.0.0-test',
      }),
    };
  };
  const up = (tenant: (typeof TENANTS)[number]): Promise<TargetReport> =>
    succeeded(migrate(contextOf(tenant), {}));

  /** The catalog of one tenant, under a name that all have in common. */
  const catalog = async (tenant: (typeof TENANTS)[number]): Promise<string[]> => {
    const others = [
      'public',
      ...TENANTS.filter((other) => other !== tenant),
      ...TENANTS.map((name) => `history of ${name}`),
    ];
    const lines = await catalogOf(database.sql, others);
    return lines
      .map((line) =>
        line.replaceAll(`"${tenant.replaceAll('"', '""')}"`, 'tenant').replaceAll(tenant, 'tenant'),
      )
      .sort();
  };

  it('goes up in both schemas at the same time', async () => {
    const reports = await Promise.all(TENANTS.map(up));
    expect(reports.map(({ outcomes }) => outcomes.length)).toEqual([48, 48]);
  });

  it('makes the whole database in each of them, and nothing in public', async () => {
    for (const tenant of TENANTS) {
      expect(await countsOf(database.sql, tenant)).toEqual({
        tables: 42,
        enums: 26,
        fks: 83,
        explicit_indexes: 113,
        pg_indexes: 182,
        triggers: 26,
      });
    }
    expect(Object.values(await countsOf(database.sql))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await database.sql(`select oid from pg_proc where pronamespace = 'public'::regnamespace`)).toEqual(
      [],
    );
  });

  it('makes the same in each of them', async () => {
    const [first = [], second = []] = await Promise.all(TENANTS.map(catalog));
    expect(first.length).toBeGreaterThan(800);
    expect(second).toEqual(first);
  });

  it.each<[what: string, query: string]>([
    [
      'foreign key',
      `select conname from pg_constraint as k join pg_class as a on a.oid = k.conrelid
       join pg_class as b on b.oid = k.confrelid where a.relnamespace <> b.relnamespace`,
    ],
    [
      'trigger',
      `select tgname from pg_trigger as t join pg_class as c on c.oid = t.tgrelid join pg_proc as p on p.oid = t.tgfoid
       where not tgisinternal and c.relnamespace <> p.pronamespace`,
    ],
    [
      'enum column',
      `select attname from pg_attribute as a join pg_class as c on c.oid = a.attrelid
       join pg_type as t on t.oid = a.atttypid
       where c.relkind = 'r' and t.typtype = 'e' and t.typnamespace <> c.relnamespace`,
    ],
  ])('has no %s that leads out of its schema', async (_, query) => {
    expect(await database.sql(query)).toEqual([]);
  });

  it('keeps updated_at in every schema, whatever the search_path', async () => {
    const [row] = await database.sql<{ old: boolean }>(
      `insert into tenant_a.roles (name, updated_at) values ('x', '2020-01-01') returning updated_at < '2021-01-01' as old`,
    );
    expect(row?.old).toBe(true);
    const client = await database.client();
    await client.query(`set search_path = ''`);
    await client.query(`update tenant_a.roles set name = 'y'`);
    const { rows } = await client.query<{ fresh: boolean }>(
      `select updated_at > now() - interval '1 hour' as fresh from tenant_a.roles`,
    );
    expect(rows).toEqual([{ fresh: true }]);
  });

  it('goes down in one schema and leaves the other as it was', async () => {
    const other = await catalog('Tenant "B"');
    const report = await succeeded(
      rollBack(contextOf('tenant_a'), { count: 'all', consent: () => Promise.resolve() }),
    );
    expect(report.outcomes).toHaveLength(48);
    expect(await catalog('tenant_a')).toEqual(['schema tenant - | ']);
    expect(await catalog('Tenant "B"')).toEqual(other);
    const again = await succeeded(migrate(contextOf('Tenant "B"'), {}));
    expect(again.outcomes).toEqual([]);
  });
});
