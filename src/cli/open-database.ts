import { join, relative } from 'node:path';
import { targetOf } from '../config/choose-target.ts';
import type { Config, ProjectConfig } from '../config/config.ts';
import { openServer } from '../backends/server.ts';
import type { ConnectionParameters } from '../backends/parameters.ts';
import type { EmbeddedServer } from '../backends/embedded/embedded.ts';
import type { Database } from '../core/database.ts';
import type { Invocation } from './invocation.ts';

/** A database that was found or started, with what only some commands need to know of it. */
export interface OpenedDatabase {
  readonly database: Database;
  readonly config: Config;
  readonly parameters: ConnectionParameters;
  /** Set for the embedded one. */
  readonly embedded?: EmbeddedServer | undefined;
  /** What must not be printed, whatever a driver says. */
  readonly secrets: readonly string[];
}

/** Opens the database of a project as the configuration decides. Throws ConfigError, BackendError. */
export async function openDatabase(
  invocation: Invocation,
  config: Config,
  project: ProjectConfig,
): Promise<OpenedDatabase> {
  const choice = targetOf(config, project);
  if (choice.kind === 'server') {
    const { resolveConnection } = await import('../backends/connection/resolve.ts');
    const { nodeSurroundings } = await import('../backends/connection/surroundings.ts');
    const resolved = resolveConnection(choice, nodeSurroundings(config.variables));
    for (const message of resolved.warnings) invocation.emit({ type: 'note', message });
    const { parameters, secrets } = resolved;
    return { config, database: openServer(parameters), parameters, secrets };
  }
  if (choice.kind === 'container') {
    const { openContainer } = await import('../backends/container.ts');
    invocation.emit({ type: 'note', message: 'starting a container' });
    const { database, parameters } = await openContainer({ database: project.name });
    return { config, database, parameters, secrets: [] };
  }
  const { openEmbedded } = await import('../backends/embedded/embedded.ts');
  const { connect } = await import('../backends/connect.ts');
  const directory = join(choice.directory, project.name);
  const displayDirectory = relative(config.root, directory) || directory;
  const server = await openEmbedded({ directory, displayDirectory, database: project.name, durable: true });
  if (server.relocated !== undefined) {
    invocation.emit({ type: 'note', message: `the data of ${displayDirectory} lies in ${server.relocated}` });
  }
  const { parameters } = server;
  return {
    config,
    parameters,
    embedded: server,
    secrets: [],
    database: {
      backend: 'embedded',
      label: displayDirectory,
      name: parameters.database,
      connect: (purpose) => connect(parameters, purpose),
      close: () => server.release(),
    },
  };
}
