// What the migrations of neothink do with rows that are there, on the way up and on the way back.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { columnsOf, fingerprints, serverVersion, succeeded } from '../support/lms.ts';
import { BASELINE, CONFIGURATION, down, PERMISSIONS, PROFILES, up } from '../support/neothink.ts';
import {
  ADA,
  ASCENDERS,
  BASELINE_ROWS,
  EVE,
  HUB,
  id,
  OTTO,
  PLAN_ROWS,
  VIC,
} from '../support/neothink-rows.ts';

const tooOld = (await serverVersion()) < 150_000;

// Needs PostgreSQL 15, as the whole project.
describe.skipIf(tooOld)('rows in neothink (from PostgreSQL 15 on)', () => {
  /** The baseline with rows; a copy of it after the whole plan; and one with rows in the tables of the plan too. */
  let baseline: PrivateDatabase;
  let applied: PrivateDatabase;
  let planned: PrivateDatabase;
  let columns: ReadonlyMap<string, readonly string[]>;
  let before: string[];
  const copies: PrivateDatabase[] = [];

  beforeAll(async () => {
    baseline = await privateDatabase();
    await succeeded(up(baseline, BASELINE));
    await baseline.sql(BASELINE_ROWS);
    columns = await columnsOf(baseline.sql);
    before = await fingerprints(baseline.sql, columns);
    applied = await privateDatabase(baseline.database.name);
    await succeeded(up(applied));
    planned = await privateDatabase(applied.database.name);
    await planned.sql(PLAN_ROWS);
  });
  afterAll(async () => {
    await Promise.all([baseline, applied, planned].map((database) => database.drop()));
  });
  afterEach(async () => {
    await Promise.all(copies.splice(0).map((copy) => copy.drop()));
  });

  const copyOf = async (source: PrivateDatabase): Promise<PrivateDatabase> => {
    const copy = await privateDatabase(source.database.name);
    copies.push(copy);
    return copy;
  };
  const list = async ({ sql }: PrivateDatabase, query: string): Promise<unknown[][]> =>
    (await sql(query)).map((row) => Object.values(row));

  it('begin in all sixteen tables', () => {
    expect(before).toHaveLength(16);
    expect(before.filter((line) => / 0 -$/.test(line))).toEqual([]);
  });

  /** Lines of tables that are not among these. */
  const without = (lines: readonly string[], tables: readonly string[]): string[] =>
    lines.filter((line) => !tables.includes(line.slice(0, line.indexOf(':'))));

  it('are not touched on the way up, but for permissions, grants, settings and branding', async () => {
    const changed = ['permissions', 'role_permissions', 'tenants'];
    expect(without(await fingerprints(applied.sql, columns), changed)).toEqual(without(before, changed));
    const tenants = new Map([['tenants', ['id', 'name', 'slug', 'created_at', 'updated_at']]]);
    expect(await fingerprints(applied.sql, tenants)).toEqual(await fingerprints(baseline.sql, tenants));
  });

  it('are all given back on the way down, by every rollback, to the last byte', async () => {
    const database = await copyOf(applied);
    const report = await succeeded(down(database, BASELINE));
    expect(report.outcomes).toHaveLength(12);
    expect(await fingerprints(database.sql, columns)).toEqual(before);
    const after = await fingerprints(applied.sql, columns);
    await succeeded(up(database));
    // What was inserted has new ids; as much of it is there.
    const counts = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/ \S+$/, ''));
    expect(counts(await fingerprints(database.sql, columns))).toEqual(counts(after));
  });

  it('in the tables of the plan do not keep it from being taken back, nor the rest from being as it was', async () => {
    const database = await copyOf(planned);
    await succeeded(down(database, BASELINE));
    // The application has given these a type or a name since.
    const changed = ['content_modules', 'lessons', 'profiles'];
    expect(without(await fingerprints(database.sql, columns), changed)).toEqual(without(before, changed));
  });

  it('go with their tables when everything goes', async () => {
    const database = await copyOf(planned);
    await succeeded(down(database));
    expect(
      await list(database, `select count(*)::int from pg_class where relnamespace = 'public'::regnamespace`),
    ).toEqual([[0]]);
  });

  describe('permissions', () => {
    it('are granted 14, 6 and 2 to the admins, editors and viewers of every tenant (N-2, N-4)', async () => {
      const database = await copyOf(baseline);
      await succeeded(up(database, PERMISSIONS));
      expect(
        await list(
          database,
          `select r.slug, count(distinct r.tenant_id)::int as tenants, count(*)::int as grants from role_permissions as g
           join tenant_roles as r on r.id = g.tenant_role_id join permissions as p on p.id = g.permission_id
           where p.slug <> 'custom:fly' group by 1 order by 1`,
        ),
      ).toEqual([
        ['admin', 4, 56],
        ['editor', 4, 24],
        ['viewer', 4, 8],
      ]);
      expect(await list(database, 'select slug from permissions group by slug having count(*) > 1')).toEqual(
        [],
      );
    });

    it('that were there keep their name, and stay on the way back with what was granted of them (N-5)', async () => {
      const database = await copyOf(baseline);
      await succeeded(up(database, PERMISSIONS));
      expect(await list(database, `select name from permissions where slug = 'content:view'`)).toEqual([
        ['Look'],
      ]);
      await succeeded(down(database, BASELINE));
      expect(await fingerprints(database.sql, columns)).toEqual(before);
    });

    it('are granted once, also where the plan has run before (N-4)', async () => {
      const database = await copyOf(baseline);
      await database.sql(
        `insert into permissions (name, slug, resource_type) values ('Edit', 'content:edit', 'content');
         insert into role_permissions (tenant_role_id, permission_id)
         select r.id, p.id from tenant_roles as r, permissions as p where r.slug = 'editor' and p.slug = 'content:edit'`,
      );
      const then = await fingerprints(database.sql, columns);
      await succeeded(up(database, PERMISSIONS));
      expect(await list(database, 'select count(*)::int from role_permissions')).toEqual([[89]]);
      await succeeded(down(database, BASELINE));
      expect(await fingerprints(database.sql, columns)).toEqual(then);
    });

    it.each([
      [
        'lacks columns',
        `alter table role_permissions rename column tenant_role_id to role_id; alter table permissions drop column resource_type`,
        '42703',
        'this database is not the one that the plan presumes; it lacks permissions.resource_type, role_permissions.tenant_role_id',
      ],
      [
        'lacks a table',
        'drop table learning_progress',
        '42703',
        'this database is not the one that the plan presumes; it lacks learning_progress.content_id, learning_progress.content_type, learning_progress.user_id',
      ],
      [
        'demands more',
        `alter table permissions add column scope text not null default 'x'; alter table permissions alter column scope drop default`,
        '23502',
        'this database is not the one that the plan presumes; it demands values for permissions.scope',
      ],
    ])(
      'stop, in one sentence, before a schema of the same names that %s (N-3)',
      async (_, change, sqlstate, message) => {
        const database = await copyOf(baseline);
        await database.sql(change);
        const report = await up(database);
        expect(report.exitCode).toBe(5);
        expect(report.outcomes.find(({ status }) => status === 'failed')).toMatchObject({
          version: PERMISSIONS,
          failure: { sqlstate, message },
        });
      },
    );
  });

  describe('settings and branding', () => {
    it('that a tenant has set stay; the rest is filled in, also beside them (N-6)', async () => {
      const database = await copyOf(baseline);
      await succeeded(up(database, CONFIGURATION));
      const rows = await database.sql<{
        slug: string;
        settings: Record<string, Record<string, unknown>>;
        branding: Record<string, Record<string, unknown>>;
      }>('select slug, settings, branding from tenants');
      const of = new Map(rows.map((row) => [row.slug, row]));
      expect(of.get('hub')?.settings).toEqual({
        own: [1, 2],
        features: {
          contentSharing: true,
          userProfiles: true,
          achievements: true,
          analytics: true,
          notifications: true,
        },
        limits: { storageGB: 999, maxUsers: 10_000, maxContentItems: 5_000 },
        security: { mfa: false, ssoEnabled: false, passwordPolicy: 'medium' },
      });
      expect(of.get('immortals')?.settings['security']).toEqual({
        mfa: true,
        ssoEnabled: false,
        passwordPolicy: 'medium',
      });
      expect(of.get('hub')?.branding).toEqual({
        logo: {
          full: 'https://assets.neothink.io/hub/logo-full.png',
          icon: 'https://assets.neothink.io/hub/logo-icon.png',
        },
        colors: {
          primary: '#1A73E8',
          secondary: '#34A853',
          accent: '#000000',
          background: '#FFFFFF',
          text: '#202124',
        },
        fonts: { heading: 'Montserrat', body: 'Roboto' },
      });
      expect(of.get('neothinkers')?.branding['logo']).toEqual({
        full: 'https://logo.example/n.svg',
        icon: 'https://assets.neothink.io/neothinkers/logo-icon.png',
      });
      expect(rows.map(({ slug, branding }) => [slug, branding['colors']?.['primary']]).sort()).toEqual([
        ['another', '#123456'],
        ['ascenders', '#FF5722'],
        ['hub', '#1A73E8'],
        ['immortals', '#673AB7'],
        ['neothinkers', '#009688'],
      ]);
    });

    it('have no placeholder in them, not even one that was there (N-6a)', async () => {
      expect(
        await list(
          planned,
          `select slug, branding #>> '{logo,full}' from tenants where branding::text like '%assets.neothink.io%' order by 1`,
        ),
      ).toEqual([
        ['another', 'https://assets.neothink.io/another/logo-full.png'],
        ['ascenders', 'https://assets.neothink.io/ascenders/logo-full.png'],
        ['hub', 'https://assets.neothink.io/hub/logo-full.png'],
        ['immortals', 'https://assets.neothink.io/immortals/logo-full.png'],
        ['neothinkers', 'https://logo.example/n.svg'],
      ]);
    });

    it('are on the way back what they were, without touching updated_at (N-6)', async () => {
      const database = await copyOf(baseline);
      await succeeded(up(database, CONFIGURATION));
      await succeeded(down(database, PERMISSIONS));
      const of = (lines: readonly string[]): string | undefined =>
        lines.find((line) => line.startsWith('tenants:'));
      expect(of(await fingerprints(database.sql, columns))).toBe(of(before));
    });

    it('that somebody has changed since stay on the way back; the others go back (N-6)', async () => {
      const database = await copyOf(baseline);
      await succeeded(up(database, CONFIGURATION));
      await database.sql(
        `update tenants set branding = jsonb_set(branding, '{colors,primary}', '"#FFFFFF"') where slug = 'hub'`,
      );
      await succeeded(down(database, PERMISSIONS));
      expect(
        await list(
          database,
          `select branding #>> '{colors,primary}', settings::text from tenants where slug = 'hub'`,
        ),
      ).toEqual([['#FFFFFF', '{"own": [1, 2], "limits": {"storageGB": 999}}']]);
      expect(await list(database, `select branding from tenants where slug = 'immortals'`)).toEqual([[null]]);
    });

    it('are empty objects for tenants that come later', async () => {
      const database = await copyOf(planned);
      expect(
        await list(
          database,
          `insert into tenants (name, slug) values ('New', 'new') returning settings::text, branding::text`,
        ),
      ).toEqual([['{}', '{}']]);
    });
  });

  describe('guardians', () => {
    const guardians = (database: PrivateDatabase): Promise<unknown[][]> =>
      list(database, 'select id from profiles where is_guardian order by 1');

    it('are those with an approved ward, from the approval to its end, and those who were before (N-24)', async () => {
      const database = await copyOf(planned);
      expect(await guardians(database)).toEqual([[ADA], [OTTO]]);
      await database.sql(
        `update guardian_relationships set is_approved = true, approval_date = now() where guardian_id = '${EVE}'`,
      );
      expect(await guardians(database)).toEqual([[ADA], [EVE], [OTTO]]);
      await database.sql(
        `update guardian_relationships set is_approved = false, approval_date = null where guardian_id = '${EVE}'`,
      );
      expect(await guardians(database)).toEqual([[ADA], [OTTO]]);
      await database.sql(
        `insert into guardian_relationships (guardian_id, ward_id, relationship_type, is_approved, approval_date)
         values ('${ADA}', '${EVE}', 'parent', true, now())`,
      );
      await database.sql(`delete from guardian_relationships where ward_id = '${VIC}'`);
      expect(await guardians(database)).toEqual([[ADA], [OTTO]]);
      // The last ward leaves, together with the account.
      await database.sql(`delete from auth.users where id = '${EVE}'`);
      expect(await guardians(database)).toEqual([[OTTO]]);
    });

    it('of two relationships that end at the same moment are none (N-24)', async () => {
      const database = await copyOf(planned);
      await database.sql(
        `insert into guardian_relationships (guardian_id, ward_id, relationship_type, is_approved, approval_date)
         values ('${ADA}', '${EVE}', 'parent', true, now())`,
      );
      const [one, other] = [await database.client(), await database.client()];
      await one.query('begin');
      await one.query(
        `delete from guardian_relationships where guardian_id = '${ADA}' and ward_id = '${VIC}'`,
      );
      const waiting = other.query(
        `delete from guardian_relationships where guardian_id = '${ADA}' and ward_id = '${EVE}'`,
      );
      // The second one stands before the profile that the first one has locked.
      await expect
        .poll(() => list(database, `select count(*)::int from pg_locks where not granted`), {
          timeout: 10_000,
        })
        .toEqual([[1]]);
      await one.query('commit');
      await waiting;
      expect(await guardians(database)).toEqual([[OTTO]]);
    });

    it('lose the flag with the table, where it came with the table', async () => {
      const database = await copyOf(planned);
      await succeeded(down(database, PROFILES));
      expect(await guardians(database)).toEqual([[OTTO]]);
    });
  });

  it('of a tenant or a user go, or hold it, as their foreign keys say (N-28)', async () => {
    const database = await copyOf(planned);
    // Subscriptions and attempts hold a tenant.
    await expect(database.sql(`delete from tenants where id = '${ASCENDERS}'`)).rejects.toMatchObject({
      code: expect.stringMatching(/^23(?:001|503)$/) as string,
    });
    await database.sql(
      `delete from subscriptions where tenant_id = '${ASCENDERS}';
       delete from assessment_attempts where assessment_id = '${id('assessment', 3)}';
       delete from tenants where id = '${ASCENDERS}'`,
    );
    expect(
      await list(
        database,
        `select (select count(*) from tenant_users where tenant_id = '${ASCENDERS}')::int as n0,
           (select count(*) from tenant_roles where tenant_id = '${ASCENDERS}')::int as n1,
           (select count(*) from learning_groups where tenant_id = '${ASCENDERS}')::int as n2,
           (select count(*) from content_types where tenant_id = '${ASCENDERS}')::int as n3,
           (select count(*) from content_modules where content_type_id is not null)::int as n4`,
      ),
    ).toEqual([[0, 0, 0, 0, 0]]);
    // A user goes with what is his, and leaves what he made for others.
    await database.sql(`delete from auth.users where id = '${EVE}'`);
    expect(
      await list(
        database,
        `select (select count(*) from profiles where id = '${EVE}')::int as n5,
           (select count(*) from content_engagement where user_id = '${EVE}')::int as n6,
           (select count(*) from assessments where tenant_id = '${HUB}' and created_by is null)::int as n7,
           (select count(*) from content_translations where translator_id is null)::int as n8`,
      ),
    ).toEqual([[0, 0, 2, 2]]);
    await database.sql(`delete from auth.users where id = '${ADA}'`);
    expect(await list(database, 'select user_id from audit_logs')).toEqual([[null]]);
  });
});
