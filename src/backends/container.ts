import type { Database } from '../core/database.ts';
import { BackendError } from '../core/errors.ts';
import { connect } from './connect.ts';
import type { ConnectionParameters } from './parameters.ts';

/** Which image a container runs; the tag is the major version. */
export const CONTAINER_IMAGE = 'postgres:18-alpine';

/** How a container is asked for. */
export interface ContainerOptions {
  readonly database: string;
  readonly image?: string | undefined;
}

/**
 * True where testcontainers finds a container runtime: Docker, Podman, Colima. It answers within
 * milliseconds where there is none.
 */
export async function containersAvailable(): Promise<boolean> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

/**
 * A throwaway database in a container, removed by close() and, should this process be killed, by
 * testcontainers' own reaper. Throws BackendError where no container runtime answers.
 */
export async function openContainer(
  options: ContainerOptions,
): Promise<{ readonly database: Database; readonly parameters: ConnectionParameters }> {
  if (!(await containersAvailable())) {
    throw new BackendError('no container runtime (Docker, Podman) answers here', {
      hint: 'start Docker, give a server with --url, or use --embedded',
    });
  }
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const image = options.image ?? CONTAINER_IMAGE;
  const container = await new PostgreSqlContainer(image)
    .withDatabase(options.database)
    .start()
    .catch((error: unknown) => {
      throw new BackendError(
        `the container ${image} did not start: ${error instanceof Error ? error.message : String(error)}`,
        {
          hint: 'see `docker ps -a` and `docker logs`; the image must be there or be pullable',
          cause: error,
        },
      );
    });
  const parameters = {
    host: container.getHost(),
    port: container.getPort(),
    database: container.getDatabase(),
    user: container.getUsername(),
    password: container.getPassword(),
    ssl: false as const,
  };
  return {
    parameters,
    database: {
      backend: 'container',
      label: `container ${image}`,
      name: parameters.database,
      connect: (purpose) => connect(parameters, purpose),
      close: async () => {
        await container.stop();
      },
    },
  };
}
