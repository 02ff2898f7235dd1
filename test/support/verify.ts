// Everything that the tests of verify share: a context with the checks of a project, and databases from a template.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openServer } from '../../src/backends/server.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { projectOf } from '../../src/config/projects.ts';
import { directoriesOf } from '../../src/core/project-files.ts';
import type { TargetReport, Verification } from '../../src/core/report.ts';
import { readProject } from '../../src/files/read-project.ts';
import type { Context, ProjectChecks } from '../../src/operations/context.ts';
import { verify } from '../../src/operations/verify.ts';
import type { VerifyRequest } from '../../src/operations/verify.ts';
import { serverParameters, urlOf } from './database.ts';
import type { PrivateDatabase } from './database.ts';
import { contextFor } from './run.ts';
import type { RunOptions } from './run.ts';

/** The context of verify over the files of a root. */
export function verifyContext(
  database: Pick<PrivateDatabase, 'database'>,
  root: string,
  options: RunOptions & Partial<ProjectChecks> = {},
): Context {
  const { tenancy, allowed, ...run } = options;
  const project = run.project ?? 'app';
  const { checks } = readProject({ project, root, directories: directoriesOf(run.project) });
  return {
    ...contextFor(database, root, run),
    checks: { files: checks, historySchema: 'lms_db', tenancy, allowed },
  };
}

/** The context of verify over the lms project as it is configured in this repository. */
export async function lmsContext(database: PrivateDatabase): Promise<Context> {
  const config = await loadConfig({ cwd: process.cwd(), env: {}, flags: {} });
  const { tenancy, allowed } = projectOf(config, 'lms');
  return verifyContext(database, process.cwd(), { project: 'lms', minimumServer: 15, tenancy, allowed });
}

/** Runs verify with the defaults, and gives back what the checks gave. */
export async function verified(
  context: Context,
  request: Partial<VerifyRequest> = {},
): Promise<TargetReport & { readonly verification: Verification }> {
  const report = await verify(context, { only: [], offenders: 5, skipBuiltin: false, ...request });
  const { verification } = report;
  if (verification === undefined) throw new Error('verify gave nothing');
  return { ...report, verification };
}

/** Names of the checks that do not hold: of the project's by name, of the built-in ones by id. */
export function brokenNames({ checks, builtin }: Verification): readonly string[] {
  return [
    ...checks.filter(({ passed }) => !passed).map(({ name }) => name),
    ...builtin.filter(({ passed }) => !passed).map(({ id }) => id),
  ];
}

/** A copy of a database that nobody is connected to. drop() removes it. */
export async function copyOf(template: PrivateDatabase): Promise<PrivateDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const server = serverParameters();
  const onServer = async (sql: string): Promise<void> => {
    const client = new pg.Client(server);
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await onServer(`create database ${name} template ${template.parameters.database}`);
  const parameters = { ...server, database: name };
  return {
    ...template,
    parameters,
    database: openServer(parameters),
    url: urlOf(parameters),
    sql: async (text, values) => {
      const client = new pg.Client(parameters);
      await client.connect();
      try {
        return (await client.query(text, values)).rows as never;
      } finally {
        await client.end();
      }
    },
    client: () => Promise.reject(new Error('a copy gives no client')),
    drop: () => onServer(`drop database if exists ${name} with (force)`),
  };
}
