import { randomUUID } from 'node:crypto';
import { createTools } from '../backends/tools.ts';
import { FindingsError } from '../core/errors.ts';
import { errorsOf } from '../core/finding.ts';
import { exitCodeOf } from '../core/report.ts';
import type { Report, TargetReport } from '../core/report.ts';
import { readProject } from '../files/read-project.ts';
import type { Context } from '../operations/context.ts';
import type { Invocation } from './invocation.ts';
import { locate } from './locate.ts';
import { openDatabase } from './open-database.ts';
import type { OpenedDatabase } from './open-database.ts';
import { switchOption } from './options.ts';

/** Commands that must not be stopped by a fault in a file they do not run. */
const TOLERANT = ['down', 'history', 'wait', 'serve'];

/**
 * Runs an operation on the target of a command: configuration, files, database, and all of it given
 * back. Faults of the files stop it before a database is touched, all at once.
 */
export async function withTarget(
  invocation: Invocation,
  operate: (context: Context, opened: OpenedDatabase) => Promise<TargetReport>,
): Promise<Report> {
  const { command, clock, emit, signal, actor, toolVersion, options } = invocation;
  const { config, project } = await locate(invocation);
  const files = readProject({ project: project.name, root: config.root, directories: project.directories });
  const tolerant = TOLERANT.includes(command);
  const faults = errorsOf(files.faults);
  if (faults.length > 0 && !tolerant) {
    const what = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    throw new FindingsError(`the files of ${project.name} have ${what}; nothing was run`, files.faults);
  }
  const opened = await openDatabase(invocation, config, project);
  try {
    const report = await operate(
      {
        target: {
          project: project.name,
          backend: opened.database.backend,
          database: opened.database.label,
          environment: config.environment,
        },
        database: opened.database,
        tools: createTools({
          schema: config.historySchema,
          project: project.name,
          run: randomUUID(),
          actor,
          toolVersion,
        }),
        files: files.migrations,
        settings: config.settings,
        environment: {
          name: config.environment,
          explicit: config.environmentIsGiven,
          protected: config.protectedEnvironments,
          change: switchOption(options, 'changeEnvironment'),
        },
        minimumServer: project.postgres,
        clock,
        emit,
        signal,
      },
      opened,
    );
    const targets = [report];
    return {
      formatVersion: 1,
      command,
      targets,
      // A fault that did not stop the command is still said.
      findings: tolerant ? [] : files.faults,
      exitCode: exitCodeOf(targets),
    };
  } finally {
    await opened.database.close();
  }
}
