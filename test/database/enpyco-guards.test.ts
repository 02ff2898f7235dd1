import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoriesOf } from '../../src/core/project-files.ts';
import { readProject } from '../../src/files/read-project.ts';
import { catalogOf } from '../support/catalog.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { changedProject } from '../support/changed-project.ts';
import { chunksOnDisk, COMPANIES, loadRows, ORIGINAL, up } from '../support/enpyco.ts';
import { columnsOf, fingerprints, succeeded } from '../support/lms.ts';

const STEM = '001_multi_tenant_schema';

/** A mistake that somebody could have made in the migration, and the first row that the guard shows of it. */
interface Mistake {
  readonly change: (text: string) => string;
  readonly offender?: Readonly<Record<string, unknown>>;
}

/** Without its four statements the column may stay null: the guard has to find what the constraint would. */
function withoutNotNull(table: string, text: string): string {
  return text.replace(
    new RegExp(
      `ALTER TABLE ${table}\\n {2}ADD CONSTRAINT ${table}_company_id_not_null\\n[^]*?DROP CONSTRAINT ${table}_company_id_not_null;\\n`,
    ),
    '',
  );
}

function then(statement: string): (text: string) => string {
  return (text) => `${text}\n${statement};\n`;
}

const FIRST_CHUNK = `(SELECT id FROM document_chunks ORDER BY content, id LIMIT 1)`;
const OTHER_COMPANY = `INSERT INTO companies (id, name) VALUES ('00000000-0000-4000-8000-000000000009', 'Other');\n`;

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'no project is without a company': {
    change: (text) =>
      withoutNotNull('projects', text).replace(
        /(UPDATE projects\nSET\n[^;]*company_id IS NULL)/,
        `$1 AND name <> 'Project «2» 1'`,
      ),
    offender: { name: 'Project «2» 1' },
  },
  'no memoire is without a company': {
    change: (text) =>
      withoutNotNull('memoires', text).replace(
        /(UPDATE memoires\nSET\n[^;]*company_id IS NULL)/,
        `$1 AND filename <> 'mémoire 7.pdf'`,
      ),
    offender: { filename: 'mémoire 7.pdf' },
  },
  'every project that was there belongs to the company of the migrated data': {
    change: then(
      `${OTHER_COMPANY}UPDATE projects SET company_id = '00000000-0000-4000-8000-000000000009' WHERE name = 'Project «2» 1'`,
    ),
    offender: { name: 'Project «2» 1', company: 'Other' },
  },
  'every memoire that was there belongs to the company of the migrated data': {
    change: then(
      `${OTHER_COMPANY}UPDATE memoires SET company_id = '00000000-0000-4000-8000-000000000009' WHERE filename = 'mémoire 7.pdf'`,
    ),
    offender: { filename: 'mémoire 7.pdf', company: 'Other' },
  },
  'the migration user can do nothing': {
    change: (text) => text.replace(`'viewer',\n  FALSE`, `'viewer',\n  TRUE`),
  },
  'the old status of every project can be told from what is kept': {
    // Analyzing is renamed in place, without being kept.
    change: (text) =>
      text
        .replace(`  ('analyzing', 'rc_analyzing'),\n`, '')
        .replace(
          `INSERT INTO lms_db.enpyco_001_projects`,
          `UPDATE projects SET status = 'rc_analyzing' WHERE status = 'analyzing';\n\nINSERT INTO lms_db.enpyco_001_projects`,
        ),
  },
  'every renamed status has its new name': {
    change: (text) => text.replace(`('in_progress', 'matching')`, `('in_progress', 'matched')`),
    offender: { was: 'in_progress', status: 'matched' },
  },
  'document_chunks has as many rows as before': {
    change: then(`DELETE FROM document_chunks WHERE id = ${FIRST_CHUNK}`),
  },
  'document_chunks has the columns that it had': {
    change: then('ALTER TABLE document_chunks ADD COLUMN company_id UUID'),
  },
  'no row of document_chunks was written': {
    change: then(`UPDATE document_chunks SET metadata = metadata WHERE id = ${FIRST_CHUNK}`),
    offender: { memoire_id: expect.any(String) as string },
  },
  'every constraint of the altered tables has been validated': {
    change: (text) => text.replace('  VALIDATE CONSTRAINT sections_reviewed_check,\n', ''),
    offender: { table: 'sections', constraint: 'sections_reviewed_check' },
  },
};

describe('the guards of the enpyco project', () => {
  let database: PrivateDatabase;
  let catalog: string[];
  let columns: ReadonlyMap<string, readonly string[]>;
  let rows: string[];
  let chunks: readonly unknown[];
  beforeAll(async () => {
    database = await privateDatabase();
    await succeeded(up(database, ORIGINAL));
    await loadRows(database.sql);
    catalog = await catalogOf(database.sql);
    columns = await columnsOf(database.sql);
    rows = await fingerprints(database.sql, columns);
    chunks = await chunksOnDisk(database.sql);
  });
  afterAll(() => database.drop());

  it('are all shown here to be able to fail', () => {
    const { migrations } = readProject({
      project: 'enpyco',
      root: process.cwd(),
      directories: directoriesOf('enpyco'),
    });
    const guards = migrations.flatMap(({ guard }) => (guard?.checks ?? []).map(({ name }) => name));
    expect(Object.keys(MISTAKES)).toEqual(guards);
  });

  it.each(Object.entries(MISTAKES))(
    'find that it does not hold that %s',
    async (guard, { change, offender }) => {
      const project = changedProject('enpyco', { [`migrations/enpyco/${STEM}.sql`]: change });
      try {
        const report = await up(database, COMPANIES, project.root);
        expect(report.error?.message).toContain(`guard "${guard}"`);
        expect([report.exitCode, report.error?.code]).toEqual([6, 'guard-failed']);
        const outcome = report.outcomes.at(-1);
        expect(outcome).toMatchObject({
          status: 'failed',
          version: COMPANIES,
          failure: { remains: 'rolled back: nothing of 001 remains.' },
        });
        const failed = outcome?.checks.find(({ passed }) => !passed);
        expect(failed).toMatchObject({ name: guard, place: { file: `checks/enpyco/${STEM}.sql` } });
        if (offender === undefined) expect(failed?.offenders).toEqual([]);
        else expect(failed?.offenders[0]).toMatchObject(offender);
      } finally {
        project.dispose();
      }
      expect(await catalogOf(database.sql)).toEqual(catalog);
      expect(await fingerprints(database.sql, columns)).toEqual(rows);
      expect(await chunksOnDisk(database.sql)).toEqual(chunks);
    },
  );

  it('hold for the project as it is, after all these failures', async () => {
    const report = await succeeded(up(database));
    expect(report.outcomes).toMatchObject([{ version: COMPANIES, status: 'done' }]);
  });
});
