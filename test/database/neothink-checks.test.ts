import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseChecks } from '../../src/core/check-file.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { serverVersion, succeeded } from '../support/lms.ts';
import { BASELINE, neothinkContext, up } from '../support/neothink.ts';
import { BASELINE_ROWS, id, PLAN_ROWS, VIC } from '../support/neothink-rows.ts';
import { NEOTHINK_STAGE_VIOLATIONS, NEOTHINK_VIOLATIONS } from '../support/neothink-violations.ts';
import { brokenNames, copyOf, verified } from '../support/verify.ts';

const tooOld = (await serverVersion()) < 150_000;

const checks = readdirSync('checks/neothink')
  .filter((name) => !/^\d/.test(name))
  .flatMap((name) => {
    const path = `checks/neothink/${name}`;
    return parseChecks(path, readFileSync(path, 'utf8')).checks;
  });

describe('the checks of neothink', () => {
  it('have names of their own, and a violation each, and there is none without a check', () => {
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
    const violations = [...Object.keys(NEOTHINK_VIOLATIONS), ...Object.keys(NEOTHINK_STAGE_VIOLATIONS)];
    expect(violations.sort()).toEqual(checks.map(({ name }) => name).sort());
  });

  it('count in current_schema() only, or in what they name', () => {
    for (const { name, sql } of checks) {
      if (!/\bFROM pg_(?:class|type|index|constraint|proc|policies|policy)\b/.test(sql)) continue;
      expect(sql, name).toMatch(/current_schema\(\)|to_regclass|app_private/);
    }
  });
});

// Needs PostgreSQL 15, as the whole project.
describe.skipIf(tooOld)('the checks of neothink, asked (from PostgreSQL 15 on)', () => {
  let template: PrivateDatabase;

  beforeAll(async () => {
    template = await privateDatabase();
    await succeeded(up(template, BASELINE));
    await template.sql(BASELINE_ROWS);
    await succeeded(up(template));
    await template.sql(PLAN_ROWS);
  });
  afterAll(() => template.drop());

  it('all hold, and so do the built-in ones, on a database with nothing wrong', async () => {
    const { verification, exitCode } = await verified(await neothinkContext(template));
    expect(brokenNames(verification)).toEqual([]);
    expect(exitCode).toBe(0);
    expect(verification.checks.filter(({ skipped }) => skipped !== undefined)).toHaveLength(
      Object.keys(NEOTHINK_STAGE_VIOLATIONS).length,
    );
  });

  it('accept of the built-in ones only the content types of all tenants, and a table of the shim', async () => {
    const context = await neothinkContext(template);
    const strict = { ...context, checks: { ...context.checks, allowed: undefined } };
    const { verification } = await verified(strict as typeof context);
    expect([...brokenNames(verification)].sort()).toEqual([
      'row-security-without-policy',
      'tenant-null',
      'tenant-nullable',
    ]);
    expect(
      verification.builtin.flatMap(({ findings }) => findings.map(({ object }) => object)).sort(),
    ).toEqual(['public.content_types', 'public.content_types', 'storage.objects']);
  });

  it.each(Object.entries(NEOTHINK_VIOLATIONS))(
    '%s: fails, and no other, when that is broken',
    async (name, sql) => {
      const database = await copyOf(template);
      try {
        await database.sql(sql);
        const context = await neothinkContext(database);
        const { verification, exitCode } = await verified(context, { skipBuiltin: true });
        expect(brokenNames(verification)).toEqual([name]);
        const broken = verification.checks.find((check) => check.name === name);
        expect(broken?.failure).toBeUndefined();
        expect(exitCode).toBe(broken?.severity === 'warning' ? 0 : 6);
      } finally {
        await database.drop();
      }
    },
  );

  it.each([
    ['content_versions', `(content_type, content_id)`, ''],
    ['learning_progress', `(content_type, content_id, user_id)`, `, '${VIC}'`],
    ['content_translations', `(content_type, content_id, language_code)`, `, 'en'`],
    ['learning_group_content', `(content_type, content_id, group_id)`, `, '${id('group', 1)}'`],
    ['content_engagement', `(content_type, content_id, event_type, user_id)`, `, 'view', '${VIC}'`],
  ])(
    'find content that is gone in %s, of every kind, and leave other kinds alone (N-35)',
    async (table, columns, more) => {
      const database = await copyOf(template);
      try {
        for (const kind of ['module', 'lesson', 'resource', 'shared_content', 'assessment', 'podcast']) {
          await database.sql(`insert into ${table} ${columns} values ('${kind}', gen_random_uuid()${more})`);
        }
        const { verification } = await verified(await neothinkContext(database), {
          skipBuiltin: true,
          offenders: 10,
        });
        const found = verification.checks.find(({ name }) => name.startsWith('N-35 '));
        expect(found?.offenders.map((row) => [row['relation'], row['content_type']]).sort()).toEqual(
          ['assessment', 'lesson', 'module', 'resource', 'shared_content'].map((kind) => [table, kind]),
        );
      } finally {
        await database.drop();
      }
    },
  );
});

describe.skipIf(tooOld)('the checks of neothink on the way (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;

  beforeAll(async () => {
    database = await privateDatabase();
  });
  afterAll(() => database.drop());

  it('hold at every version, and at their stage can fail', async () => {
    const context = await neothinkContext(database);
    const proven: string[] = [];
    for (const { version } of context.files) {
      await succeeded(migrate(context, { to: version }));
      if (version === BASELINE) await database.sql(BASELINE_ROWS);
      // The built-in ones hold at the end: the plan gives some foreign keys their index in its last migration.
      const { verification } = await verified(context, { skipBuiltin: true });
      expect([version, ...brokenNames(verification)]).toEqual([version]);
      for (const [name, violation] of Object.entries(NEOTHINK_STAGE_VIOLATIONS)) {
        if (violation.to !== version) continue;
        const copy = await copyOf(database);
        await copy.sql(violation.sql);
        const broken = await verified(await neothinkContext(copy), { skipBuiltin: true });
        expect(brokenNames(broken.verification)).toEqual([name]);
        proven.push(name);
        await copy.drop();
      }
    }
    expect(proven.sort()).toEqual(Object.keys(NEOTHINK_STAGE_VIOLATIONS).sort());
  });
});
