// A private database and a repository whose one project is called app, for the command line and for the operations alike.
import { afterAll } from 'vitest';
import { migrate } from '../../src/operations/migrate.ts';
import type { MigrateRequest } from '../../src/operations/migrate.ts';
import { rollBack } from '../../src/operations/roll-back.ts';
import type { RollBackRequest } from '../../src/operations/roll-back.ts';
import type { Context } from '../../src/operations/context.ts';
import type { TargetReport } from '../../src/core/report.ts';
import { privateDatabase } from './database.ts';
import type { PrivateDatabase } from './database.ts';
import { startLmsDb } from './engine-process.ts';
import type { Running } from './engine-process.ts';
import { temporaryProject } from './project.ts';
import type { TemporaryProject } from './project.ts';
import { contextFor } from './run.ts';
import type { RunOptions } from './run.ts';

/** Where a test plays. */
export interface Stage {
  readonly database: PrivateDatabase;
  readonly project: TemporaryProject;
  /** Writes `<version>-<name>` with its rollback and guard. */
  readonly migration: TemporaryProject['migration'];
  readonly context: (options?: RunOptions) => ReturnType<typeof contextFor>;
  readonly up: (request?: MigrateRequest, options?: RunOptions) => Promise<TargetReport>;
  /** Consents to whatever is lost, unless told otherwise. */
  readonly down: (request?: Partial<RollBackRequest>, options?: RunOptions) => Promise<TargetReport>;
  /** Starts the command line on this database. */
  readonly start: (...args: string[]) => Running;
}

/** Pauses between attempts are as short as chance could make them. */
function withoutJitter<Given extends Context>(context: Given): Given {
  return { ...context, clock: { ...context.clock, random: () => 0 } };
}

/** Gives stages to the tests of a file, and takes them back at its end. */
export function stages(): () => Promise<Stage> {
  const made: Stage[] = [];
  afterAll(async () => {
    for (const { database, project } of made) {
      await database.drop();
      project.dispose();
    }
  });
  return async () => {
    const database = await privateDatabase();
    const project = temporaryProject({ 'lms-db.config.json': '{ "projects": { "app": {} } }' });
    const context: Stage['context'] = (options) =>
      withoutJitter(contextFor(database, project.root, { project: 'app', ...options }));
    const stage: Stage = {
      database,
      project,
      migration: (fileName, ...texts) => project.migration(`app/${fileName}`, ...texts),
      context,
      up: (request = {}, options = {}) => migrate(context(options), request),
      down: (request = {}, options = {}) =>
        rollBack(context(options), { consent: () => Promise.resolve(), ...request }),
      start: (...args) => startLmsDb(project.root, [...args, '--project', 'app', '--url', database.url]),
    };
    made.push(stage);
    return stage;
  };
}
