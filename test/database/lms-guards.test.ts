import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoriesOf } from '../../src/core/project-files.ts';
import { readProject } from '../../src/files/read-project.ts';
import { changedProject } from '../support/changed-project.ts';
import { catalogOf } from '../support/catalog.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import {
  BASELINE,
  columnsOf,
  fingerprints,
  loadRows,
  NEW_TABLES,
  serverVersion,
  succeeded,
  up,
} from '../support/lms.ts';

const tooOld = (await serverVersion()) < 150_000;

/** A mistake that somebody could have made in a migration, and what the guard says of it. */
interface Mistake {
  readonly guard: string;
  readonly change: (text: string) => string;
  /** A column of the first offending row, where the guard shows rows. */
  readonly offender?: Readonly<Record<string, unknown>>;
}

/** Without its four statements the column may stay null: the guard has to find what the constraint would. */
function withoutNotNull(text: string): string {
  return text.replace(
    /ALTER TABLE \w+\n {2}ADD CONSTRAINT \w+_not_null\n[\s\S]*?DROP CONSTRAINT \w+_not_null;\n/,
    '',
  );
}

function withoutTrigger(text: string): string {
  return text.replace(/ALTER TABLE \w+\n {2}ENABLE TRIGGER \w+;\n/, '');
}

function withoutValidation(text: string): string {
  return text.replace(/ {2}VALIDATE CONSTRAINT \w+_quality_score_check,\n/, '');
}

function then(statement: string): (text: string) => string {
  return (text) => `${text}\n${statement};\n`;
}

const OTHER = `(SELECT id FROM academies WHERE slug = 'a-1')`;

/** The mistakes that all four content tables have in common. */
function common(table: string, leaveOut: string, offender: Mistake['offender']): Mistake[] {
  return [
    {
      guard: `no ${table === 'quizzes' ? 'quiz' : table.replace(/s$/, '')} is without an academy`,
      change: (text) => withoutNotNull(text).replace(/(academy_id IS NULL);/, `$1\n  AND ${leaveOut};`),
      offender: offender ?? {},
    },
    {
      guard: 'the trigger that keeps updated_at is switched on again',
      change: withoutTrigger,
      offender: { tgname: `${table}_set_updated_at` },
    },
    {
      guard: `every constraint of ${table} has been validated`,
      change: withoutValidation,
      offender: { conname: `${table}_quality_score_check` },
    },
  ];
}

function strayed(table: string, title: string): (text: string) => string {
  return then(`UPDATE ${table} SET academy_id = ${OTHER} WHERE title = '${title}'`);
}

const MISTAKES: Readonly<Record<string, readonly Mistake[]>> = {
  '20251103000014-alter-courses-table': [
    ...common('courses', `slug <> 's7'`, { title: 'Course 7 «größe» 🎓' }),
    { guard: 'exactly one academy is the default', change: then('UPDATE academies SET is_default = FALSE') },
    {
      guard: 'every course that was there belongs to the default academy',
      change: then(`UPDATE courses SET academy_id = ${OTHER} WHERE slug = 's7'`),
      offender: { title: 'Course 7 «größe» 🎓', academy: 'a-1' },
    },
  ],
  '20251103000015-alter-modules-table': [
    ...common('modules', `modules.title <> 'Module 7'`, { title: 'Module 7' }),
    {
      guard: 'every module belongs to the academy of its course',
      change: strayed('modules', 'Module 7'),
      offender: { title: 'Module 7' },
    },
  ],
  '20251103000016-alter-lessons-table': [
    ...common('lessons', `lessons.title <> 'Lesson 7'`, { title: 'Lesson 7' }),
    {
      guard: 'every lesson belongs to the academy of its course',
      change: strayed('lessons', 'Lesson 7'),
      offender: { title: 'Lesson 7' },
    },
    {
      guard: 'every lesson in a module belongs to the academy of the module',
      // Lesson 6 stands in section 7, which stands in module 7, with lessons 126, 246 and 366.
      change: strayed('modules', 'Module 7'),
      offender: { title: expect.stringMatching(/^Lesson (6|126|246|366|486)$/) as string },
    },
  ],
  '20251103000017-alter-quizzes-table': [
    ...common('quizzes', `quizzes.title <> 'Quiz 7'`, { title: 'Quiz 7' }),
    {
      guard: 'every quiz belongs to the academy of its lesson',
      change: strayed('quizzes', 'Quiz 7'),
      offender: { title: 'Quiz 7' },
    },
  ],
  '20251103000018-alter-users-table': [
    {
      guard: 'no user is without a status',
      change: (text) =>
        withoutNotNull(text).replace('WHERE status IS NULL;', `WHERE status IS NULL AND username <> 'u7';`),
      offender: { username: 'u7' },
    },
    {
      guard: 'deleted are exactly the users with deleted_at',
      change: (text) => text.replace(`THEN 'deleted'`, `THEN 'archived'`),
      offender: { status: 'archived' },
    },
    {
      guard: 'suspended are exactly the other users who are not active',
      change: (text) => text.replace(`THEN 'suspended'`, `THEN 'archived'`),
      offender: { status: 'archived', is_active: false },
    },
    {
      guard: 'pending are exactly the remaining users whose e-mail address is not verified',
      change: (text) => text.replace(`THEN 'pending'`, `THEN 'active'`),
      offender: { status: 'active', is_email_verified: false },
    },
    {
      guard: 'active are exactly the users against whom nothing stands',
      change: (text) => text.replace(`ELSE 'active'`, `ELSE 'archived'`),
      offender: { status: 'archived', is_active: true },
    },
    {
      guard: 'the last activity of every user is the last login',
      change: (text) => text.replace('last_activity_at = last_login', 'last_activity_at = created_at'),
      offender: { username: expect.any(String) as string },
    },
    {
      guard: 'the trigger that keeps updated_at is switched on again',
      change: withoutTrigger,
      offender: { tgname: 'users_set_updated_at' },
    },
    {
      guard: 'every constraint of users has been validated',
      change: then(`ALTER TABLE users ADD CONSTRAINT users_bio_check CHECK (bio <> '') NOT VALID`),
      offender: { conname: 'users_bio_check' },
    },
  ],
};

// Needs PostgreSQL 15, as the whole project.
describe.skipIf(tooOld)('the guards of the lms project (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
    await succeeded(up(database, BASELINE));
    await loadRows(database.sql);
    await succeeded(up(database, NEW_TABLES));
  });
  afterAll(() => database.drop());

  it('are all shown here to be able to fail', () => {
    const { migrations } = readProject({
      project: 'lms',
      root: process.cwd(),
      directories: directoriesOf('lms'),
    });
    const guards = migrations.flatMap(({ version, name, guard }) =>
      (guard?.checks ?? []).map((check) => `${version}-${name}: ${check.name}`),
    );
    const shown = Object.entries(MISTAKES).flatMap(([stem, mistakes]) =>
      mistakes.map(({ guard }) => `${stem}: ${guard}`),
    );
    expect(shown.sort()).toEqual(guards.sort());
  });

  describe.each(Object.entries(MISTAKES))('of %s', (stem, mistakes) => {
    const version = stem.slice(0, 14);
    let catalog: string[];
    let columns: ReadonlyMap<string, readonly string[]>;
    let rows: string[];
    beforeAll(async () => {
      await succeeded(up(database, String(Number(version) - 1)));
      catalog = await catalogOf(database.sql);
      columns = await columnsOf(database.sql);
      rows = await fingerprints(database.sql, columns);
    });

    it.each(mistakes.map((mistake) => [mistake.guard, mistake] as const))(
      'find that it does not hold that %s',
      async (guard, { change, offender }) => {
        const project = changedProject('lms', { [`migrations/lms/${stem}.sql`]: change });
        try {
          const report = await up(database, version, project.root);
          expect(report.exitCode).toBe(6);
          expect(report.error?.code).toBe('guard-failed');
          expect(report.error?.message).toContain(`guard "${guard}"`);
          const outcome = report.outcomes.at(-1);
          expect(outcome).toMatchObject({
            status: 'failed',
            version,
            failure: { remains: `rolled back: nothing of ${version} remains.` },
          });
          const failed = outcome?.checks.find(({ passed }) => !passed);
          expect(failed).toMatchObject({ name: guard, place: { file: `checks/lms/${stem}.sql` } });
          if (offender === undefined) expect(failed?.offenders).toEqual([]);
          else expect(failed?.offenders[0]).toMatchObject(offender);
        } finally {
          project.dispose();
        }
        // Nothing is left behind, but the event that tells it.
        expect(await catalogOf(database.sql)).toEqual(catalog);
        expect(await fingerprints(database.sql, columns)).toEqual(rows);
        const [event] = await database.sql<{ kind: string; message: string }>(
          'select kind, version, message from lms_db.events order by id desc limit 1',
        );
        expect(event).toMatchObject({ kind: 'failed', version });
        expect(event?.message).toContain(guard);
        expect(
          await database.sql(`select version from lms_db.migrations where version = '${version}'`),
        ).toEqual([]);
      },
    );
  });

  it('hold for the project as it is, after all these failures', async () => {
    const report = await succeeded(up(database));
    expect(report.outcomes.at(-1)).toMatchObject({ version: '20251103000018', status: 'done' });
  });
});
