import { randomUUID } from 'node:crypto';
import { FindingsError } from '../core/errors.ts';
import { errorsOf } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import type { Tools } from '../core/ports.ts';
import { exitCodeOf } from '../core/report.ts';
import type { Report, TargetReport } from '../core/report.ts';
import type { Context } from '../operations/context.ts';
import type { Invocation } from './invocation.ts';
import type { Config, ProjectConfig } from '../config/config.ts';
import type { Database } from '../core/database.ts';
import type { Target } from '../core/target.ts';
import type { OpenedDatabase } from './open-database.ts';
import { switchOption } from './options.ts';

/** Commands that are not about the files. */
const WITHOUT_FILES = ['history', 'wait', 'serve'];

/** Commands that run what the history keeps, or look at the database: a fault in a file is said, and does not stop them. */
const TOLERANT = ['down', 'types', 'snapshot'];

/** What a command works on: the database of the project, or another one that stands in for it. */
export interface Opened {
  readonly database: Database;
  readonly target: Target;
  readonly config: Config;
}

/**
 * Runs an operation on the target of a command: configuration, files, database, and all of it given
 * back. Faults of the files stop it before a database is touched, all at once.
 */
export async function withTarget(
  invocation: Invocation,
  operate: (context: Context, opened: OpenedDatabase) => Promise<TargetReport>,
): Promise<Report> {
  return withOpened(
    invocation,
    async (config, project) => {
      const { openDatabase } = await import('./open-database.ts');
      return openDatabase(invocation, config, project);
    },
    operate,
  );
}

/** withTarget for a database that is opened in a way of its own. */
export async function withOpened<Found extends Opened>(
  invocation: Invocation,
  open: (config: Config, project: ProjectConfig) => Promise<Found>,
  operate: (context: Context, opened: Found) => Promise<TargetReport>,
): Promise<Report> {
  const { command, clock, emit, signal, actor, toolVersion, options } = invocation;
  // Not before they are needed: help and a wrong command line have no use for a database driver.
  const { locate } = await import('./locate.ts');
  const { config, project } = await locate(invocation);
  const { readProject } = await import('../files/read-project.ts');
  const files = WITHOUT_FILES.includes(command)
    ? { migrations: [], checks: [], faults: [] }
    : readProject({ project: project.name, root: config.root, directories: project.directories });
  const faults = errorsOf(files.faults);
  // Where the files are all there is to look at, they have to be right.
  const tolerant = TOLERANT.includes(command) && !switchOption(options, 'fromFiles');
  if (faults.length > 0 && !tolerant) {
    const what = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    throw new FindingsError(`the files of ${project.name} have ${what}; nothing was run`, files.faults);
  }
  const { createTools } = await import('../backends/tools.ts');
  const opened = await open(config, project);
  try {
    const report = await operate(
      {
        target: opened.target,
        database: opened.database,
        tools: discreet(
          createTools({
            schema: config.historySchema,
            project: project.name,
            run: randomUUID(),
            actor,
            toolVersion,
          }),
          invocation,
        ),
        files: files.migrations,
        settings: config.settings,
        environment: {
          name: config.environment,
          explicit: config.environmentIsGiven,
          protected: config.protectedEnvironments,
          change: switchOption(options, 'changeEnvironment'),
        },
        minimumServer: project.postgres,
        checks: {
          files: files.checks,
          historySchema: config.historySchema,
          tenancy: project.tenancy,
          allowed: project.allowed,
        },
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
      findings: tolerant ? files.faults.map(asWarning) : files.faults,
      exitCode: exitCodeOf(targets),
    };
  } finally {
    await opened.database.close();
  }
}

function asWarning(finding: Finding): Finding {
  return finding.severity === 'error' ? { ...finding, severity: 'warning' } : finding;
}

/** What the history records of a failure are a server's words: they pass the same gate as everything that is said. */
function discreet(tools: Tools, { confidential }: Invocation): Tools {
  const { history } = tools;
  return {
    ...tools,
    history: {
      ...history,
      record: (session, event) =>
        history.record(session, {
          ...event,
          message: event.message === undefined ? undefined : confidential(event.message),
        }),
    },
  };
}
