import { randomUUID } from 'node:crypto';
import { createSeedTools } from '../backends/seed/tools.ts';
import type { Config, ProjectConfig } from '../config/config.ts';
import { LmsDbError } from '../core/errors.ts';
import { seedName } from '../core/seed.ts';
import { createSeedReader } from '../files/seed-reader.ts';
import { readSeeds } from '../files/read-seeds.ts';
import type { MigrationFile } from '../core/migration.ts';
import type { Context } from '../operations/context.ts';
import { seed } from '../operations/seed.ts';
import type { Invocation } from './invocation.ts';

/**
 * Loads those seeds of the project that fit the schema as it is, and that were not loaded yet: they are written for the
 * newest schema, so at an earlier version some do not fit, which is no fault.
 */
export function seedsThatFit(
  { actor, toolVersion }: Pick<Invocation, 'actor' | 'toolVersion'>,
  config: Config,
  project: ProjectConfig,
): (context: Context, applied: readonly MigrationFile[]) => Promise<void> {
  const tools = createSeedTools(
    { schema: config.historySchema, project: project.name, run: randomUUID(), actor, toolVersion },
    createSeedReader(config.root),
  );
  const files = readSeeds({
    root: config.root,
    directory: project.directories.seeds,
    environment: 'development',
  });
  /** Those that are not loaded, with what their last failure named and how many migrations there were then. */
  const waiting = new Map(files.seeds.map((file) => [seedName(file), { names: [''], at: 0 }]));
  return async (context, applied) => {
    for (const [name, { names, at }] of waiting) {
      const since = applied.slice(at).map(({ script }) => script.text);
      if (!since.some((text) => names.some((missing) => text.includes(missing)))) continue;
      let failure: string;
      try {
        const report = await seed(
          context,
          { only: [name], force: false, maxErrors: 1, files: () => ({ ...files, faults: [] }) },
          tools,
        );
        if (report.exitCode === 0) {
          waiting.delete(name);
          continue;
        }
        failure = [report.error?.message, ...(report.seeds ?? []).map((seed) => seed.failure?.message)].join(
          ' ',
        );
      } catch (error) {
        if (!(error instanceof LmsDbError)) throw error;
        failure = error.message;
      }
      // A table or column that it misses: worth another try when a migration names it.
      const missing = [...failure.matchAll(/"([^"]+)"/g)].map(([, quoted = '']) =>
        quoted.replace(/^.*\./, ''),
      );
      waiting.set(name, { names: missing.length === 0 ? [''] : missing, at: applied.length });
    }
  };
}
