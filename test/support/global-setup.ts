import { execFileSync } from 'node:child_process';
import type { TestProject } from 'vitest/node';
import { containersAvailable } from '../../src/backends/container.ts';
import { nodeSurroundings } from '../../src/backends/connection/surroundings.ts';
import { resolveConnection } from '../../src/backends/connection/resolve.ts';
import { openThrowaway } from '../../src/backends/embedded/throwaway.ts';
import type { ConnectionParameters } from '../../src/backends/parameters.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server that all database tests of this run share; undefined for a run without them. */
    server: ConnectionParameters | undefined;
  }
}

/**
 * Builds dist/, which the command line tests spawn, and finds one server for the run: the one that
 * LMS_DB_TEST_URL names, else a container where Docker runs, else our own embedded PostgreSQL.
 * LMS_DB_TEST_PACKAGE picks other binaries for the last (the version matrix).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // For a quick run of tests that spawn nothing.
  if (process.env['LMS_DB_TEST_SKIP_BUILD'] !== '1') {
    execFileSync(process.execPath, ['scripts/build.js'], { stdio: 'inherit' });
  }
  const { parameters, what, close } = await findServer();
  process.stdout.write(`database tests run on ${what}\n`);
  project.provide('server', parameters);
  return close;
}

interface Found {
  readonly parameters: ConnectionParameters;
  readonly what: string;
  readonly close: () => Promise<void>;
}

async function findServer(): Promise<Found> {
  const url = process.env['LMS_DB_TEST_URL'];
  if (url !== undefined && url !== '') {
    const { parameters } = resolveConnection(
      { url, source: 'LMS_DB_TEST_URL' },
      nodeSurroundings(process.env),
    );
    return { parameters, what: 'the server of LMS_DB_TEST_URL', close: () => Promise.resolve() };
  }
  const packageDirectory = process.env['LMS_DB_TEST_PACKAGE'];
  if (packageDirectory === undefined && (await containersAvailable())) {
    const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
    const container = await new PostgreSqlContainer('postgres:18-alpine')
      .withCommand([
        'postgres',
        '-c',
        'fsync=off',
        '-c',
        'max_connections=300',
        '-c',
        'max_prepared_transactions=20',
      ])
      .start();
    return {
      parameters: {
        host: container.getHost(),
        port: container.getPort(),
        database: container.getDatabase(),
        user: container.getUsername(),
        password: container.getPassword(),
        ssl: false,
      },
      what: 'PostgreSQL in a container',
      close: async () => {
        await container.stop();
      },
    };
  }
  const server = await openThrowaway({
    packageDirectory,
    settings: { max_connections: '300', max_prepared_transactions: '20' },
  });
  return {
    parameters: server.parameters,
    what: `embedded PostgreSQL ${server.version}; containers were not exercised: no container runtime answers`,
    close: () => server.release(),
  };
}
