import { join, relative } from 'node:path';
import { targetOf } from '../config/choose-target.ts';
import type { Config, ProjectConfig } from '../config/config.ts';
import type { ConnectionParameters } from '../backends/parameters.ts';
import type { EmbeddedServer } from '../backends/embedded/embedded.ts';
import type { Database } from '../core/database.ts';
import type { Target } from '../core/target.ts';
import type { Invocation } from './invocation.ts';

/** A database that was found or started, with what only some commands need to know of it. */
export interface OpenedDatabase {
  readonly database: Database;
  /** As it is before there is a connection: without a version, in the configured environment. */
  readonly target: Target;
  readonly config: Config;
  readonly parameters: ConnectionParameters;
  /** Set for the embedded one. */
  readonly embedded?: EmbeddedServer | undefined;
}

/**
 * Opens the database of a project as the configuration decides, and says which one it is before anything
 * is done to reach it. Throws ConfigError, BackendError.
 */
export async function openDatabase(
  invocation: Invocation,
  config: Config,
  project: ProjectConfig,
): Promise<OpenedDatabase> {
  const choice = targetOf(config, project);
  const { environment } = config;
  switch (choice.kind) {
    case 'server': {
      const { resolveConnection } = await import('../backends/connection/resolve.ts');
      const { nodeSurroundings } = await import('../backends/connection/surroundings.ts');
      const { openServer } = await import('../backends/server.ts');
      const resolved = resolveConnection(choice, nodeSurroundings(config.variables));
      const { parameters, secrets } = resolved;
      const { user, database: name, host } = parameters;
      invocation.keepSecret(secrets, [user, name, host, project.name, environment]);
      const database = openServer(parameters);
      const target: Target = {
        project: project.name,
        backend: 'server',
        database: database.label,
        environment,
      };
      invocation.aim(target, `connecting to ${database.label}`);
      for (const message of resolved.warnings) invocation.emit({ type: 'note', message });
      return { config, database, target, parameters };
    }
    case 'container': {
      const { CONTAINER_IMAGE, openContainer } = await import('../backends/container.ts');
      const label = `container ${CONTAINER_IMAGE}`;
      const target: Target = { project: project.name, backend: 'container', database: label, environment };
      invocation.aim(target, `starting ${label}`);
      const { database, parameters } = await openContainer({ database: project.name });
      return { config, database, target, parameters };
    }
    case 'embedded': {
      const directory = join(choice.directory, project.name);
      const label = relative(config.root, directory) || directory;
      const target: Target = { project: project.name, backend: 'embedded', database: label, environment };
      invocation.aim(target, `starting embedded PostgreSQL · ${label}`);
      const { openEmbedded } = await import('../backends/embedded/embedded.ts');
      const { connect } = await import('../backends/connect.ts');
      const server = await openEmbedded({
        directory,
        displayDirectory: label,
        database: project.name,
        durable: true,
      });
      const { parameters, relocated } = server;
      if (relocated !== undefined) {
        invocation.emit({ type: 'note', message: `the data of ${label} lies in ${relocated}` });
      }
      const database: Database = {
        backend: 'embedded',
        label,
        name: parameters.database,
        connect: (purpose) => connect(parameters, purpose),
        close: () => server.release(),
      };
      return { config, database, target, parameters, embedded: server };
    }
  }
}
