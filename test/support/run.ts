import { randomUUID } from 'node:crypto';
import { createTools } from '../../src/backends/tools.ts';
import { systemClock } from '../../src/cli/clock.ts';
import type { Event } from '../../src/core/event.ts';
import { directoriesOf } from '../../src/core/project-files.ts';
import { DEFAULT_SETTINGS } from '../../src/core/settings.ts';
import type { RunSettings } from '../../src/core/settings.ts';
import { readProject } from '../../src/files/read-project.ts';
import type { Context } from '../../src/operations/context.ts';
import type { PrivateDatabase } from './database.ts';

/** What a test may turn. */
export interface RunOptions {
  readonly settings?: Partial<RunSettings>;
  readonly environment?: Partial<Context['environment']>;
  readonly minimumServer?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: Event) => void;
  /** Name of the project level in the folders; none for a repository with one database. */
  readonly project?: string;
}

/** The context of an operation on a private database, over the files of a root, with the events it emitted. */
export function contextFor(
  { database }: Pick<PrivateDatabase, 'database'>,
  root: string,
  options: RunOptions = {},
): Context & { readonly events: readonly Event[] } {
  const project = options.project ?? 'app';
  const { migrations, faults } = readProject({ project, root, directories: directoriesOf(options.project) });
  if (faults.some((fault) => fault.severity === 'error')) {
    throw new Error(`the test's files have faults: ${faults.map((fault) => fault.message).join('; ')}`);
  }
  const events: Event[] = [];
  return {
    target: { project, backend: database.backend, database: database.label, environment: 'development' },
    database,
    tools: createTools({
      schema: 'lms_db',
      project,
      run: randomUUID(),
      actor: 'tester@test',
      toolVersion: '0.0.0-test',
    }),
    files: migrations,
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    environment: {
      name: 'development',
      explicit: false,
      protected: ['production'],
      change: false,
      ...options.environment,
    },
    minimumServer: options.minimumServer,
    clock: systemClock,
    emit: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
    signal: options.signal ?? new AbortController().signal,
    events,
  };
}
