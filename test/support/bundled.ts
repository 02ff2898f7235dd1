// The bundled projects, as the configuration names them.
import { loadConfig } from '../../src/config/load-config.ts';
import type { ProjectConfig } from '../../src/config/config.ts';
import { migrate } from '../../src/operations/migrate.ts';
import type { PrivateDatabase } from './database.ts';
import { serverVersion } from './lms.ts';
import { contextFor } from './run.ts';

/** Every project that ships with lms-db. */
export async function bundledProjects(): Promise<readonly ProjectConfig[]> {
  return (await loadConfig({ cwd: process.cwd(), env: {}, flags: {} })).projects;
}

/** Applies all migrations of a bundled project. */
export async function applyBundled(database: PrivateDatabase, project: ProjectConfig): Promise<void> {
  const context = contextFor(database, process.cwd(), {
    project: project.name,
    minimumServer: project.postgres,
  });
  const { error } = await migrate(context, {});
  if (error !== undefined) throw new Error(`${project.name}: ${error.message}`);
}

/** A bundled project, and whether the server of the run is new enough for it. */
export interface ProjectHere {
  readonly project: ProjectConfig;
  readonly runs: boolean;
  /** Its name, with the reason where it does not run. */
  readonly title: string;
}

/** Every project that ships with lms-db, with what the server of the run means for it. */
export async function projectsHere(): Promise<readonly ProjectHere[]> {
  const major = Math.floor((await serverVersion()) / 10_000);
  return (await bundledProjects()).map((project) => {
    const { name, postgres } = project;
    const runs = postgres <= major;
    return {
      project,
      runs,
      title: runs ? name : `${name} (needs PostgreSQL ${postgres}, the server has ${major})`,
    };
  });
}
