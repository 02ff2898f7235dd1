import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseChecks } from '../../src/core/check-file.ts';
import { migrateAndVerify } from '../../src/operations/verify-after.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import {
  COMPANIES,
  down,
  enpycoContext,
  loadRows,
  offersVector,
  ORIGINAL,
  TWO_COMPANIES,
  up,
} from '../support/enpyco.ts';
import {
  DEGRADED,
  ENPYCO_COMPANIONS,
  ENPYCO_STAGE_VIOLATIONS,
  ENPYCO_VECTOR_VIOLATIONS,
  ENPYCO_VIOLATIONS,
} from '../support/enpyco-violations.ts';
import { succeeded } from '../support/lms.ts';
import { brokenNames, copyOf, verified } from '../support/verify.ts';

/** What never holds on a server without pgvector: a warning. */
const always = (await offersVector()) ? [] : [DEGRADED];

/** What is skipped there, whatever the version. */
const withoutVector = Object.keys(always.length === 0 ? {} : ENPYCO_VECTOR_VIOLATIONS);

const checks = readdirSync('checks/enpyco')
  .filter((name) => !/^\d/.test(name))
  .flatMap((name) => {
    const path = `checks/enpyco/${name}`;
    return parseChecks(path, readFileSync(path, 'utf8')).checks;
  });

describe('the checks of enpyco', () => {
  let template: PrivateDatabase;

  beforeAll(async () => {
    template = await privateDatabase();
    await succeeded(up(template, ORIGINAL));
    await loadRows(template.sql);
    await succeeded(up(template));
    await template.sql(TWO_COMPANIES);
  });
  afterAll(() => template.drop());

  it('have names of their own, and a violation each; there is none without a check', () => {
    const names = checks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const broken = [ENPYCO_VIOLATIONS, ENPYCO_STAGE_VIOLATIONS, ENPYCO_VECTOR_VIOLATIONS].flatMap(
      (violations) => Object.keys(violations),
    );
    expect([...broken, DEGRADED].sort()).toEqual(names.sort());
  });

  it('E-11: count by name or in current_schema() only, and tables, not views', () => {
    for (const { name, sql } of checks.filter(({ sql }) =>
      /\bpg_(class|type|index|constraint)\b/.test(sql),
    )) {
      expect(sql, name).toMatch(/current_schema\(\)::regnamespace|'document_chunks'::regclass/);
    }
  });

  it('all pass, and so do the built-in ones, on a database with nothing wrong', async () => {
    const { verification, exitCode } = await verified(await enpycoContext(template));
    expect(brokenNames(verification)).toEqual(always);
    expect([exitCode, verification.version]).toEqual([0, COMPANIES]);
    expect(verification.checks.flatMap(({ name, skipped }) => (skipped === undefined ? [] : [name]))).toEqual(
      checks
        .map(({ name }) => name)
        .filter((name) => name in ENPYCO_STAGE_VIOLATIONS || withoutVector.includes(name)),
    );
    expect(verification.builtin.flatMap(({ skipped }) => skipped ?? [])).toEqual([]);
  });

  it('show how many rows each of the six queries of the document finds', async () => {
    const { verification } = await verified(await enpycoContext(template));
    const counted = verification.checks.filter(
      ({ name, skipped }) => / query\b/.test(name) && !name.startsWith('sections') && skipped === undefined,
    );
    expect(counted.map(({ name, got }) => `${name}: ${got}`)).toEqual([
      'companies query: 3',
      'content blocks query: 6',
      'document chunks query (RAG): 82',
      'memoires query (with new columns): 22',
      'projects query (with new columns): 67',
      'users query: 3',
    ]);
  });

  it.each(Object.entries(ENPYCO_VIOLATIONS))(
    '%s: fails, and no other, when that is broken',
    async (name, sql) => {
      const database = await copyOf(template);
      try {
        await database.sql(sql);
        const { verification, exitCode } = await verified(await enpycoContext(database), {
          skipBuiltin: true,
        });
        expect([...brokenNames(verification)].sort()).toEqual(
          [
            name,
            ...(ENPYCO_COMPANIONS[name] ?? []),
            ...always.filter(() => !name.startsWith('embeddings')),
          ].sort(),
        );
        expect(exitCode).toBe(6);
        // A query that fails is what fails where a column is gone; everywhere else the rows say so.
        const failure = verification.checks.find((check) => check.name === name)?.failure;
        expect(failure?.sqlstate).toBe(/ query\b/.test(name) ? '42703' : undefined);
      } finally {
        await database.drop();
      }
    },
  );

  it('pass at every version, up and down, and at the original schema can fail', async () => {
    const database = await privateDatabase();
    try {
      const context = await enpycoContext(database);
      const atVersion = async (version: string): Promise<void> => {
        const { verification } = await verified(context);
        expect([verification.version, ...brokenNames(verification)]).toEqual([version, ...always]);
      };
      await succeeded(up(database, ORIGINAL));
      await atVersion(ORIGINAL);
      for (const [name, sql] of Object.entries(ENPYCO_STAGE_VIOLATIONS)) {
        const copy = await copyOf(database);
        await copy.sql(sql);
        const broken = await verified(await enpycoContext(copy), { skipBuiltin: true });
        expect([...brokenNames(broken.verification)].sort()).toEqual([name, ...always].sort());
        await copy.drop();
      }
      await succeeded(up(database));
      await atVersion(COMPANIES);
      await succeeded(down(database, ORIGINAL));
      await atVersion(ORIGINAL);
    } finally {
      await database.drop();
    }
  });

  it.skipIf(always.length === 0)(
    'warn where pgvector is missing, and say which checks are skipped and why; up succeeds all the same (a server without pgvector)',
    async () => {
      const database = await privateDatabase();
      try {
        const report = await migrateAndVerify(await enpycoContext(database), { checks: true });
        expect(report.exitCode).toBe(0);
        expect(report.verification?.checks.find(({ name }) => name === DEGRADED)).toMatchObject({
          passed: false,
          severity: 'warning',
          offenders: [{ embedding: 'real[]', missing: 'IVFFlat index, match_documents()' }],
        });
        expect(report.verification?.checks.filter(({ name }) => withoutVector.includes(name))).toMatchObject(
          withoutVector.map((name) => ({ name, passed: true, skipped: 'extension vector is not installed' })),
        );
      } finally {
        await database.drop();
      }
    },
  );

  it('E-10: find a reference into another company through every foreign key, by the built-in check', async () => {
    const crossings = [
      `update memoires set uploaded_by = md5('user2')::uuid where id = md5('reference1')::uuid`,
      `update past_projects set created_by = md5('user2')::uuid where company_id = md5('company1')::uuid`,
      `update sections set reviewer_id = md5('user2')::uuid where id = md5('part1')::uuid`,
      `update content_matches set approved_by = md5('user2')::uuid where id = md5('match1')::uuid`,
      `insert into block_files values (md5('block12')::uuid, md5('file2')::uuid, 'photo')`,
    ];
    for (const sql of crossings) {
      const database = await copyOf(template);
      await database.sql(sql);
      const { verification, exitCode } = await verified(await enpycoContext(database));
      expect(brokenNames(verification), sql).toContain('reference-across-tenants');
      expect(exitCode).toBe(6);
      await database.drop();
    }
  });
});
