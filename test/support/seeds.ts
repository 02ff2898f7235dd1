import { randomUUID } from 'node:crypto';
import { createSeedTools } from '../../src/backends/seed/tools.ts';
import type { Event } from '../../src/core/event.ts';
import type { SeedOutcome, TargetReport } from '../../src/core/report.ts';
import { readSeeds } from '../../src/files/read-seeds.ts';
import { createSeedReader } from '../../src/files/seed-reader.ts';
import { seed } from '../../src/operations/seed.ts';
import type { SeedRequest } from '../../src/operations/seed.ts';
import { privateDatabase } from './database.ts';
import type { PrivateDatabase } from './database.ts';
import { temporaryProject } from './project.ts';
import type { TemporaryProject } from './project.ts';
import { contextFor } from './run.ts';
import type { RunOptions } from './run.ts';

/** A repository with seeds, and a database of its own to load them into. */
export interface SeedTest extends PrivateDatabase, Pick<TemporaryProject, 'root' | 'write' | 'remove'> {
  /** Loads the seeds and gives back the report. */
  readonly seed: (
    request?: Partial<SeedRequest>,
    options?: RunOptions,
  ) => Promise<TargetReport & { readonly emitted: readonly Event[] }>;
  /** Loads the seeds, which must succeed, and gives back what became of the last. */
  readonly loaded: (request?: Partial<SeedRequest>, options?: RunOptions) => Promise<SeedOutcome>;
  /** Loads the seeds, of which one must fail, and gives it back. */
  readonly failed: (request?: Partial<SeedRequest>, options?: RunOptions) => Promise<SeedOutcome>;
  readonly dispose: () => Promise<void>;
}

/** Makes both. */
export async function seedTest(files: Readonly<Record<string, string>> = {}): Promise<SeedTest> {
  const database = await privateDatabase();
  const project = temporaryProject(files);
  project.migration('1-nothing', 'SELECT 1;\n', 'SELECT 1;\n');
  const run: SeedTest['seed'] = async (request = {}, options = {}) => {
    const context = contextFor(database, project.root, options);
    const tools = createSeedTools(
      {
        schema: 'lms_db',
        project: 'app',
        run: randomUUID(),
        actor: 'tester@test',
        toolVersion: '0.0.0-test',
      },
      createSeedReader(project.root),
    );
    const report = await seed(
      context,
      {
        only: [],
        force: false,
        maxErrors: 1,
        files: (environment) => readSeeds({ root: project.root, directory: 'seeds', environment }),
        ...request,
      },
      tools,
    );
    return { ...report, emitted: context.events };
  };
  return {
    ...database,
    root: project.root,
    write: project.write,
    remove: project.remove,
    seed: run,
    async loaded(request, options) {
      const report = await run(request, options);
      const outcome = report.seeds?.at(-1);
      if (report.error !== undefined || outcome === undefined) {
        throw new Error(
          `the seeds were not loaded: ${JSON.stringify(report.error)} ${JSON.stringify(report.seeds)}`,
        );
      }
      return outcome;
    },
    async failed(request, options) {
      const report = await run(request, options);
      const outcome = report.seeds?.find(({ status }) => status === 'failed');
      if (report.exitCode !== 5 || outcome === undefined) {
        throw new Error(
          `no seed failed: ${report.exitCode} ${JSON.stringify(report.seeds)} ${JSON.stringify(report.error)}`,
        );
      }
      return outcome;
    },
    async dispose() {
      await database.drop();
      project.dispose();
    },
  };
}
