import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { projectOf } from '../../src/config/projects.ts';
import { parseChecks } from '../../src/core/check-file.ts';
import type { Context } from '../../src/operations/context.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { loadSeeds, up } from '../support/humanglue.ts';
import {
  HUMANGLUE_COMPANIONS,
  HUMANGLUE_STAGE_VIOLATIONS,
  HUMANGLUE_VIOLATIONS,
} from '../support/humanglue-violations.ts';
import { changedProject } from '../support/changed-project.ts';
import { serverVersion, succeeded } from '../support/lms.ts';
import { contextFor } from '../support/run.ts';
import { brokenNames, copyOf, verified, verifyContext } from '../support/verify.ts';

const tooOld = (await serverVersion()) < 150_000;

const config = await loadConfig({ cwd: process.cwd(), env: {}, flags: {} });

/** The context of verify over the project as it is configured in this repository. */
function humanglueContext(database: PrivateDatabase): Context {
  const { tenancy, allowed, postgres } = projectOf(config, 'humanglue');
  const options = { project: 'humanglue', minimumServer: postgres };
  return verifyContext(database, process.cwd(), {
    ...options,
    ...(tenancy && { tenancy }),
    ...(allowed && { allowed }),
  });
}

describe('the checks of humanglue, as files', () => {
  const checks = readdirSync('checks/humanglue')
    .filter((name) => !/^\d/.test(name))
    .flatMap((name) => {
      const path = `checks/humanglue/${name}`;
      const { checks: parsed, faults } = parseChecks(path, readFileSync(path, 'utf8'));
      expect(faults).toEqual([]);
      return parsed;
    });

  it('have a violation each, and there is none without a check', () => {
    const violations = [...Object.keys(HUMANGLUE_VIOLATIONS), ...Object.keys(HUMANGLUE_STAGE_VIOLATIONS)];
    expect(violations.sort()).toEqual(checks.map(({ name }) => name).sort());
  });

  it('count in current_schema() only', () => {
    for (const check of checks.filter(({ sql }) =>
      /FROM pg_(class|type|index|constraint|proc|policies)\b/.test(sql),
    )) {
      expect(check.sql, check.name).toMatch(/current_schema\(\)|schemaname = 'storage'/);
    }
  });
});

// Needs PostgreSQL 15, as the whole project.
describe.skipIf(tooOld)('the checks of humanglue (from PostgreSQL 15 on)', () => {
  let template: PrivateDatabase;

  beforeAll(async () => {
    template = await privateDatabase();
    await succeeded(up(template));
    await succeeded(loadSeeds(template));
  });
  afterAll(() => template.drop());

  it('all pass, and so do the built-in ones, on the demo', async () => {
    const { verification, exitCode } = await verified(humanglueContext(template));
    expect(brokenNames(verification)).toEqual([]);
    expect(exitCode).toBe(0);
    expect(verification.version).toBe('002');
    expect(verification.checks.filter(({ skipped }) => skipped !== undefined)).toHaveLength(8);
  });

  it.each(Object.entries(HUMANGLUE_VIOLATIONS))(
    '%s: fails, and no other, when that is broken',
    async (name, sql) => {
      const database = await copyOf(template);
      try {
        await database.sql(sql);
        const { verification, exitCode } = await verified(humanglueContext(database), { skipBuiltin: true });
        expect([...brokenNames(verification)].sort()).toEqual(
          [name, ...(HUMANGLUE_COMPANIONS[name] ?? [])].sort(),
        );
        const broken = verification.checks.find((check) => check.name === name);
        expect(broken?.failure).toBeUndefined();
        expect(exitCode).toBe(broken?.severity === 'warning' ? 0 : 6);
      } finally {
        await database.drop();
      }
    },
  );
});

describe.skipIf(tooOld)('the checks of humanglue on the way (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
  });
  afterAll(() => database.drop());

  it('pass at every version, and at their stage can fail', async () => {
    const context = humanglueContext(database);
    const proven: string[] = [];
    for (const { version } of context.files) {
      await succeeded(migrate(context, { to: version }));
      const { verification } = await verified(context);
      // After the shim alone, storage.objects waits for its policies, which 001 brings.
      expect([version, ...brokenNames(verification)]).toEqual([
        version,
        ...(version === '000' ? ['row-security-without-policy'] : []),
      ]);
      for (const [name, violation] of Object.entries(HUMANGLUE_STAGE_VIOLATIONS)) {
        if (violation.to !== version) continue;
        const copy = await copyOf(database);
        try {
          await copy.sql(violation.sql);
          const broken = await verified(humanglueContext(copy), { skipBuiltin: true });
          expect([...brokenNames(broken.verification)].sort()).toEqual(
            [name, ...(HUMANGLUE_COMPANIONS[name] ?? [])].sort(),
          );
          proven.push(name);
        } finally {
          await copy.drop();
        }
      }
    }
    expect(proven.sort()).toEqual(Object.keys(HUMANGLUE_STAGE_VIOLATIONS).sort());
  });
});

const MIGRATION = 'migrations/humanglue/002_instructor_schema.sql';

describe.skipIf(tooOld)('the guards of humanglue (from PostgreSQL 15 on)', () => {
  let foundation: PrivateDatabase;

  beforeAll(async () => {
    foundation = await privateDatabase();
    await succeeded(up(foundation, '001'));
    await foundation.sql(`
      insert into auth.users (id) select gen_random_uuid() from generate_series(1, 2);
      insert into users (id, email, full_name) select id, id || '@old.example', 'Old' from auth.users;
      insert into courses (instructor_id, title, slug, price, is_published) select min(id::text)::uuid, 'C', 'c', 100, true from users;
      insert into course_enrollments (course_id, user_id, price_paid)
        select courses.id, users.id, 100 from courses, users where users.id <> courses.instructor_id;
      insert into workshops (facilitator_id, title, slug, starts_at, ends_at)
        select instructor_id, 'W', 'w', now(), now() + interval '1 hour' from courses;
      insert into workshop_registrations (workshop_id, user_id, price_paid)
        select workshops.id, course_enrollments.user_id, 10 from workshops, course_enrollments;`);
  });
  afterAll(() => foundation.drop());

  it.each<[check: string, from: string, to: string]>([
    [
      'the status of every course says whether it is published',
      "SET status = 'published'\nWHERE is_published;",
      "SET status = 'published'\nWHERE NOT is_published;",
    ],
    [
      'every enrollment has its student progress',
      '  PERFORM app_private.refresh_student_progress(id)\n  FROM course_enrollments;',
      '  PERFORM 1;',
    ],
    [
      'every enrollment that was paid for has its revenue',
      "WHERE course_enrollments.price_paid > 0\n    AND course_enrollments.payment_status = 'completed';",
      'WHERE FALSE;',
    ],
    [
      'every registration that was paid for has its revenue',
      "WHERE workshop_registrations.price_paid > 0\n    AND workshop_registrations.payment_status = 'completed';",
      'WHERE FALSE;',
    ],
    [
      'every course counts its enrollments and its revenue',
      '  PERFORM app_private.refresh_course_statistics(id)\n  FROM courses;',
      '  PERFORM 1;',
    ],
    [
      'the triggers that keep updated_at are switched on again',
      'ALTER TABLE workshops\n  ENABLE TRIGGER workshops_set_updated_at;',
      '',
    ],
    [
      'every constraint of courses and workshops has been validated',
      '  VALIDATE CONSTRAINT workshops_feedback_count_check,\n',
      '',
    ],
  ])('%s: stops the migration when that is broken, and nothing of it remains', async (check, from, to) => {
    const database = await copyOf(foundation);
    const project = changedProject('humanglue', { [MIGRATION]: (text) => text.replace(from, to) });
    try {
      const context = contextFor(database, project.root, { project: 'humanglue', minimumServer: 15 });
      const report = await migrate(context, {});
      expect(report.exitCode).toBe(6);
      const failed = report.outcomes.find(({ status }) => status === 'failed');
      expect(failed?.checks.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual([check]);
      expect(await database.sql(`select to_regclass('instructor_profiles') as left`)).toEqual([
        { left: null },
      ]);
    } finally {
      project.dispose();
      await database.drop();
    }
  });

  it('all hold over rows that are there', async () => {
    const database = await copyOf(foundation);
    try {
      const report = await succeeded(up(database));
      const [outcome] = report.outcomes;
      expect(outcome?.checks.map(({ passed }) => passed)).toEqual(Array(7).fill(true));
    } finally {
      await database.drop();
    }
  });
});
