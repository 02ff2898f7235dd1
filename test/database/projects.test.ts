// What every project that ships with lms-db has to do. There is no list to keep: the projects are those of the
// configuration, and no folder may be without one. That the types are up to date, test/database/types-fresh.test.ts
// proves for all of them.
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HISTORY_TABLES } from '../../src/backends/history-schema.ts';
import { createSeedTools } from '../../src/backends/seed/tools.ts';
import { seedsThatFit } from '../../src/cli/rehearse-seeds.ts';
import type { ProjectConfig } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { errorsOf } from '../../src/core/finding.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { TargetReport } from '../../src/core/report.ts';
import { REFERENCE } from '../../src/core/seed.ts';
import { readProject } from '../../src/files/read-project.ts';
import { readSeeds } from '../../src/files/read-seeds.ts';
import { createSeedReader } from '../../src/files/seed-reader.ts';
import type { Context } from '../../src/operations/context.ts';
import { lintProject } from '../../src/operations/lint.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { rollBack } from '../../src/operations/roll-back.ts';
import { seed } from '../../src/operations/seed.ts';
import { loadParser } from '../../src/parser/load-parser.ts';
import { projectsHere } from '../support/bundled.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { succeeded } from '../support/lms.ts';
import { changesOf, pictureOf } from '../support/neothink.ts';
import { rehearsed } from '../support/rehearsal.ts';
import { verified, verifyContext } from '../support/verify.ts';

const root = process.cwd();
const config = await loadConfig({ cwd: root, env: {}, flags: {} });
const projects = await projectsHere();

/** A rehearsal of 48 migrations, with rows, on a machine that has other things to do. */
const LONG = 300_000;

function contextOf(database: PrivateDatabase, project: ProjectConfig): Context {
  const { name, postgres, tenancy, allowed } = project;
  return verifyContext(database, root, { project: name, minimumServer: postgres, tenancy, allowed });
}

function load(context: Context, { name, directories }: ProjectConfig): Promise<TargetReport> {
  const history = {
    schema: config.historySchema,
    project: name,
    run: randomUUID(),
    actor: 'tester@test',
    toolVersion: '0.0.0-test',
  };
  return succeeded(
    seed(
      context,
      {
        only: [],
        force: false,
        maxErrors: 1,
        files: (environment) => readSeeds({ root, directory: directories.seeds, environment }),
      },
      createSeedTools(history, createSeedReader(root)),
    ),
  );
}

/** Every check of the project and every built-in one holds; a warning, such as of a missing extension, is none. */
async function expectSound(context: Context, when: string): Promise<void> {
  const { verification, findings, exitCode } = await verified(context);
  const broken = [
    ...verification.checks
      .filter(({ passed, severity }) => !passed && severity === 'error')
      .map(({ name, expected, got }) => `${name}: expected ${expected}, got ${got}`),
    ...verification.builtin.filter(({ passed }) => !passed).map(({ id }) => id),
  ];
  expect(broken, when).toEqual([]);
  expect(verification.checks.length, when).toBeGreaterThan(0);
  expect({ exitCode, findings }, when).toEqual({ exitCode: 0, findings: [] });
}

/** Who may do what with the schemas and with what will be made in them, whether anybody has said so or not. */
function privilegesOf({ sql }: PrivateDatabase): Promise<object[]> {
  return sql(
    `select n.nspname::text as schema, a.grantor::regrole::text, a.grantee, a.privilege_type, a.is_grantable
       from pg_catalog.pg_namespace as n, pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) as a
       where n.nspname <> 'lms_db' and n.nspname !~ '^pg_(toast_)?temp'
     union all
     select 'by default: ' || d.defaclobjtype::text, a.grantor::regrole::text, a.grantee, a.privilege_type, a.is_grantable
       from pg_catalog.pg_default_acl as d, pg_catalog.aclexplode(d.defaclacl) as a
     union all
     select 'the database', a.grantor::regrole::text, a.grantee, a.privilege_type, a.is_grantable
       from pg_catalog.pg_database as d, pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) as a
       where d.datname = pg_catalog.current_database()
     order by 1, 2, 3, 4`,
  );
}

/** The tables of the schema of the history. */
async function keptTables({ sql }: PrivateDatabase): Promise<readonly string[]> {
  const rows = await sql<{ name: string }>(
    `select relname::text as name from pg_catalog.pg_class
     where relnamespace = pg_catalog.to_regnamespace('lms_db') and relkind in ('r', 'p') order by 1`,
  );
  return rows.map(({ name }) => name);
}

const text = ({ message, place }: Finding): string => `${place?.file ?? ''}:${place?.line ?? ''} ${message}`;

describe('the bundled projects', () => {
  it.each(['migrations', 'rollbacks', 'checks', 'seeds'])(
    'have a folder in %s, and nobody else has',
    (folder) => {
      const own = config.projects.map(({ name }) => join(folder, name));
      expect(own.filter((path) => !existsSync(path))).toEqual([]);
      expect(readdirSync(folder).filter((name) => !own.includes(join(folder, name)))).toEqual([]);
    },
  );

  it.each(config.projects)('$name: its files have no fault, and lint finds no error', async (project) => {
    const { name, directories, postgres, tenancy } = project;
    const files = readProject({ project: name, root, directories });
    const seeds = readSeeds({ root, directory: directories.seeds, environment: 'development' });
    expect([...files.faults, ...seeds.faults].map(text)).toEqual([]);
    const { findings } = lintProject(
      files,
      { strict: false, notices: false },
      { postgres, tenancy },
      await loadParser(),
    );
    expect(errorsOf(findings).map(text)).toEqual([]);
  });

  for (const { project, runs, title } of projects) {
    it.skipIf(!runs)(
      `go up, hold their checks without and with their seeds, and come down to nothing: ${title}`,
      async () => {
        const database = await privateDatabase();
        try {
          const context = contextOf(database, project);
          const before = { picture: await pictureOf(database), privileges: await privilegesOf(database) };

          const up = await succeeded(migrate(context, {}));
          expect(up.outcomes.map(({ version }) => version)).toEqual(
            context.files.map(({ version }) => version),
          );
          await expectSound(context, 'after up');

          const { seeds = [] } = await load(context, project);
          expect(seeds.filter(({ status }) => status !== 'loaded')).toEqual([]);
          expect(seeds.some(({ set }) => set !== REFERENCE)).toBe(true);
          await expectSound(context, 'after the seeds');
          expect(
            (await load(context, project)).seeds?.filter(({ status }) => status !== 'unchanged'),
          ).toEqual([]);

          const down = await succeeded(rollBack(context, { count: 'all', consent: () => Promise.resolve() }));
          expect(down.outcomes).toHaveLength(context.files.length);
          expect(changesOf(before.picture, await pictureOf(database))).toEqual([]);
          expect(await privilegesOf(database)).toEqual(before.privileges);
          expect(await keptTables(database)).toEqual([...HISTORY_TABLES].sort());
        } finally {
          await database.drop();
        }
      },
      LONG,
    );

    it.skipIf(!runs)(
      `are proven, migration by migration, with rows and seeds: ${title}`,
      async () => {
        const { name, postgres } = project;
        const { rehearsal, findings } = await rehearsed(
          root,
          {
            rows: 3,
            seeds: seedsThatFit({ actor: 'tester@test', toolVersion: '0.0.0-test' }, config, project),
          },
          { project: name, minimumServer: postgres },
        );
        expect(errorsOf(findings).map(text)).toEqual([]);
        const proven = rehearsal.migrations.filter(({ verdict, rows, onlyWithoutRows }) => {
          return (verdict === 'proven' || verdict === 'irreversible') && rows && !onlyWithoutRows;
        });
        expect(proven.map(({ version }) => version)).toEqual(
          rehearsal.migrations.map(({ version }) => version),
        );
        expect(proven).toHaveLength(
          readProject({ project: name, root, directories: project.directories }).migrations.length,
        );
      },
      LONG,
    );
  }
});
