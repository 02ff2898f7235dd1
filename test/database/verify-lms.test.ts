import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../src/operations/migrate.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { serverVersion, succeeded, up } from '../support/lms.ts';
import { brokenNames, copyOf, lmsContext, verified } from '../support/verify.ts';
import { LMS_COMPANIONS, LMS_STAGE_VIOLATIONS, LMS_VIOLATIONS } from '../support/violations.ts';

const supported = (await serverVersion()) >= 150_000;

describe.skipIf(!supported)('the checks of lms', () => {
  let template: PrivateDatabase;

  beforeAll(async () => {
    template = await privateDatabase();
    await succeeded(up(template));
    await template.sql(readFileSync('test/fixtures/lms/verified.sql', 'utf8'));
  });
  afterAll(() => template.drop());

  it('all pass, and so do the built-in ones, on a database with nothing wrong', async () => {
    const { verification, exitCode } = await verified(await lmsContext(template));
    expect(brokenNames(verification)).toEqual([]);
    expect(exitCode).toBe(0);
    expect(verification.version).toBe('20251103000018');
    expect(verification.builtin.flatMap(({ skipped }) => skipped ?? [])).toEqual([]);
    expect(verification.checks.filter(({ skipped }) => skipped !== undefined)).toHaveLength(6);
  });

  it.each(Object.entries(LMS_VIOLATIONS))(
    '%s: fails, and no other, when that is broken',
    async (name, sql) => {
      const database = await copyOf(template);
      try {
        await database.sql(sql);
        const context = await lmsContext(database);
        const { verification, exitCode } = await verified(context, { skipBuiltin: true });
        expect([...brokenNames(verification)].sort()).toEqual([name, ...(LMS_COMPANIONS[name] ?? [])].sort());
        const broken = verification.checks.find((check) => check.name === name);
        expect(broken?.failure).toBeUndefined();
        expect(exitCode).toBe(broken?.severity === 'warning' ? 0 : 6);
      } finally {
        await database.drop();
      }
    },
  );
});

describe.skipIf(!supported)('the checks of lms on the way', () => {
  let database: PrivateDatabase;

  beforeAll(async () => {
    database = await privateDatabase();
  });
  afterAll(() => database.drop());

  it('pass at every version, and at their stage can fail', async () => {
    const context = await lmsContext(database);
    const proven: string[] = [];
    for (const { version } of context.files) {
      await succeeded(migrate(context, { to: version }));
      const { verification } = await verified(context);
      expect([version, ...brokenNames(verification)]).toEqual([version]);
      for (const [name, violation] of Object.entries(LMS_STAGE_VIOLATIONS)) {
        if (violation.to !== version) continue;
        const copy = await copyOf(database);
        await copy.sql(violation.sql);
        const broken = await verified(await lmsContext(copy), { skipBuiltin: true });
        expect(brokenNames(broken.verification)).toEqual([name]);
        proven.push(name);
        await copy.drop();
      }
    }
    expect(proven.sort()).toEqual(Object.keys(LMS_STAGE_VIOLATIONS).sort());
  });
});
