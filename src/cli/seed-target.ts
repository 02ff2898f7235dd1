import { randomUUID } from 'node:crypto';
import { createSeedTools } from '../backends/seed/tools.ts';
import { FindingsError, LmsDbError } from '../core/errors.ts';
import { errorsOf, EXIT } from '../core/finding.ts';
import { reportedError } from '../core/report.ts';
import type { TargetReport } from '../core/report.ts';
import { createSeedReader } from '../files/seed-reader.ts';
import { readSeeds } from '../files/read-seeds.ts';
import type { Context } from '../operations/context.ts';
import { seed } from '../operations/seed.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { listOption, numberOption, switchOption } from './options.ts';

/** Reads the seeds of the project before anything runs. Throws FindingsError. */
export async function requireSeeds(invocation: Invocation): Promise<void> {
  const { config, project } = await locate(invocation);
  const { faults } = readSeeds({
    root: config.root,
    directory: project.directories.seeds,
    environment: config.environment,
  });
  const errors = errorsOf(faults);
  if (errors.length === 0) return;
  const what = errors.length === 1 ? 'a fault' : `${errors.length} faults`;
  throw new FindingsError(`the seeds of ${project.name} have ${what}; nothing was run`, faults);
}

/** `up --seed`: after a success, the seeds. What was applied stays applied, and the report goes on saying so. */
export async function withSeeds(
  invocation: Invocation,
  context: Context,
  report: TargetReport,
): Promise<TargetReport> {
  const { options } = invocation;
  const wanted = switchOption(options, 'seed') && !switchOption(options, 'dryRun');
  if (!wanted || report.exitCode !== EXIT.done) return report;
  try {
    const loaded = await seedTarget(invocation, {
      ...context,
      emit: (event) => (event.type === 'connected' ? undefined : context.emit(event)),
    });
    return {
      ...report,
      seeds: loaded.seeds,
      findings: [...report.findings, ...loaded.findings],
      error: loaded.error,
      exitCode: loaded.exitCode,
      duration: report.duration + loaded.duration,
    };
  } catch (error) {
    if (!(error instanceof LmsDbError)) throw error;
    const reasons = error instanceof FindingsError ? error.findings : [];
    return {
      ...report,
      findings: [...report.findings, ...reasons],
      error: reportedError(error),
      exitCode: error.exitCode,
    };
  }
}

/** Loads the seeds of the project into the target of a context. Throws what seed throws. */
export async function seedTarget(invocation: Invocation, context: Context): Promise<TargetReport> {
  const { options, actor, toolVersion } = invocation;
  const { config, project } = await locate(invocation);
  const history = {
    schema: config.historySchema,
    project: project.name,
    run: randomUUID(),
    actor,
    toolVersion,
  };
  return seed(
    context,
    {
      only: listOption(options, 'only'),
      force: switchOption(options, 'force'),
      maxErrors: numberOption(options, 'maxErrors', '--max-errors', 1) ?? 1,
      files: (environment) =>
        readSeeds({ root: config.root, directory: project.directories.seeds, environment }),
    },
    createSeedTools(history, createSeedReader(config.root)),
  );
}
