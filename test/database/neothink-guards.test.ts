import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { directoriesOf } from '../../src/core/project-files.ts';
import { readProject } from '../../src/files/read-project.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { columnsOf, fingerprints, serverVersion, succeeded } from '../support/lms.ts';
import { changedProject } from '../support/changed-project.ts';
import { BASELINE, changesOf, pictureOf, up } from '../support/neothink.ts';
import { BASELINE_ROWS } from '../support/neothink-rows.ts';

const tooOld = (await serverVersion()) < 150_000;

/** A mistake that somebody could have made in a migration, or a row that stands in its way, and what the guard says. */
interface Mistake {
  readonly guard: string;
  readonly change?: (text: string) => string;
  readonly rows?: string;
  /** A column of the first offending row, where the guard shows rows. */
  readonly offender?: Readonly<Record<string, unknown>>;
}

function then(statement: string): (text: string) => string {
  return (text) => `${text}\n${statement};\n`;
}

function instead(what: string | RegExp, by: string): (text: string) => string {
  return (text) => text.replace(what, by);
}

const MISTAKES: Readonly<Record<string, readonly Mistake[]>> = {
  '20250601000001-permission-system': [
    {
      guard: 'the fourteen permissions are there',
      change: instead(/,\n +\('Manage Integrations'.*\)/, ''),
    },
    {
      // What the plan does where there are no roles, or other ones.
      guard: 'every admin has 14 of them, every editor 6, every viewer 2',
      change: instead(`WHEN 'editor' THEN`, `WHEN 'author' THEN`),
      offender: { role: 'editor', permissions: '0' },
    },
  ],
  '20250601000002-tenant-configuration': [
    {
      // A plain || of the defaults and what was there.
      guard: 'every tenant has the settings of the plan',
      change: instead(
        /app_private\.filled_in\(own -> entry\.key, entry\.value\)/,
        'coalesce(own -> entry.key, entry.value)',
      ),
      offender: { slug: 'hub' },
    },
    {
      guard: 'every tenant has the branding of the plan',
      change: instead(`'heading', 'Montserrat',\n`, ''),
      offender: { slug: expect.any(String) as string },
    },
    {
      // What the plan does.
      guard: 'no tenant has lost a setting',
      change: instead(/RETURN own \|\| coalesce\(/, 'RETURN coalesce('),
      rows: `update tenants set settings = '{"own": 1}' where slug = 'neothinkers'`,
      offender: { slug: expect.any(String) as string },
    },
    {
      guard: 'no tenant has lost a part of its branding',
      change: then(
        `UPDATE tenants SET branding = jsonb_set(branding, '{logo,full}', '"https://assets.neothink.io/n.png"') WHERE slug = 'neothinkers'`,
      ),
      offender: { slug: 'neothinkers' },
    },
    {
      guard: 'no branding has a placeholder in it',
      change: instead(/replace\(tenants\.branding::TEXT, .*::JSONB,/, 'tenants.branding,'),
      offender: { slug: 'ascenders' },
    },
    {
      guard: 'every tenant that had no primary color has the stated one',
      change: instead('#673AB7', '#FF0000'),
      offender: { slug: 'immortals', color: '#FF0000' },
    },
    {
      guard: 'the trigger that keeps updated_at is switched on again',
      change: instead(/ALTER TABLE tenants\n {2}ENABLE TRIGGER tenants_set_updated_at;\n/, ''),
      offender: { tgname: 'tenants_set_updated_at' },
    },
  ],
  '20250601000003-security-enhancements': [
    {
      guard: 'every table has row security',
      change: instead('ALTER TABLE permissions ENABLE ROW LEVEL SECURITY;\n', ''),
      offender: { table: 'permissions' },
    },
    {
      // What the plan does to eleven tables.
      guard: 'every table has a policy',
      change: instead(/CREATE POLICY permissions_select[\s\S]*?;\n/, ''),
      offender: { table: 'permissions' },
    },
  ],
  '20250602000001-enhanced-user-profiles': [
    {
      guard: 'no profile is complete without a display name',
      change: instead(
        'profile_completed BOOLEAN NOT NULL DEFAULT FALSE',
        'profile_completed BOOLEAN NOT NULL DEFAULT TRUE',
      ),
      offender: { id: expect.any(String) as string },
    },
    {
      guard: 'every constraint of profiles has been validated',
      change: instead(/ {2}VALIDATE CONSTRAINT profiles_social_links_check,\n/, ''),
      offender: { conname: 'profiles_social_links_check' },
    },
  ],
  '20250603000001-content-types-system': [
    {
      guard: 'the four system types are there',
      change: instead(`'pdf-document',`, `'pdf-file',`),
    },
    {
      guard: 'every field of a type has a name, a type, and says whether it is required',
      change: instead('"type": "image"', '"type": "picture"'),
      offender: { slug: 'text-article' },
    },
    {
      guard: 'every constraint of the three tables has been validated',
      change:
        then(`ALTER TABLE lessons DROP CONSTRAINT lessons_content_type_id_fkey, ADD CONSTRAINT lessons_content_type_id_fkey
        FOREIGN KEY (content_type_id) REFERENCES content_types (id) NOT VALID`),
      offender: { conname: 'lessons_content_type_id_fkey' },
    },
  ],
};

const { migrations } = readProject({
  project: 'neothink',
  root: process.cwd(),
  directories: directoriesOf('neothink'),
});

describe('the guards of the neothink project', () => {
  it('are all shown here to be able to fail', () => {
    const guards = migrations.flatMap(({ version, name, guard }) =>
      (guard?.checks ?? []).map((check) => `${version}-${name}: ${check.name}`),
    );
    const shown = Object.entries(MISTAKES).flatMap(([stem, mistakes]) =>
      mistakes.map(({ guard }) => `${stem}: ${guard}`),
    );
    expect(shown.sort()).toEqual(guards.sort());
  });
});

// Needs PostgreSQL 15, as the whole project.
describe.skipIf(tooOld)('a guard of the neothink project (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  const copies: PrivateDatabase[] = [];
  beforeAll(async () => {
    database = await privateDatabase();
    await succeeded(up(database, BASELINE));
    await database.sql(BASELINE_ROWS);
  });
  afterAll(() => database.drop());
  afterEach(async () => {
    await Promise.all(copies.splice(0).map((copy) => copy.drop()));
  });

  describe.each(Object.entries(MISTAKES))('of %s', (stem, mistakes) => {
    const version = stem.slice(0, 14);
    beforeAll(async () => {
      const index = migrations.findIndex((migration) => migration.version === version);
      await succeeded(up(database, migrations[index - 1]?.version));
    });

    it.each(mistakes.map((mistake) => [mistake.guard, mistake] as const))(
      'finds that it does not hold that %s, and nothing of the migration remains',
      async (guard, { change, rows, offender }) => {
        const copy = await privateDatabase(database.database.name);
        copies.push(copy);
        if (rows !== undefined) await copy.sql(rows);
        const before = await pictureOf(copy);
        const columns = await columnsOf(copy.sql);
        const prints = await fingerprints(copy.sql, columns);
        const project = changedProject(
          'neothink',
          change === undefined ? {} : { [`migrations/neothink/${stem}.sql`]: change },
        );
        try {
          const report = await up(copy, version, project.root);
          expect(report.error?.message).toContain(`guard "${guard}"`);
          expect([report.exitCode, report.error?.code]).toEqual([6, 'guard-failed']);
          const failed = report.outcomes.at(-1)?.checks.find(({ passed }) => !passed);
          expect(failed).toMatchObject({ name: guard, place: { file: `checks/neothink/${stem}.sql` } });
          if (offender === undefined) expect(failed?.offenders).toEqual([]);
          else expect(failed?.offenders[0]).toMatchObject(offender);
        } finally {
          project.dispose();
        }
        expect(changesOf(before, await pictureOf(copy))).toEqual([]);
        expect(await fingerprints(copy.sql, columns)).toEqual(prints);
      },
    );
  });

  it('holds for the project as it is', async () => {
    const report = await succeeded(up(database));
    expect(report.outcomes.at(-1)).toMatchObject({ version: '20250605000002', status: 'done' });
  });
});
