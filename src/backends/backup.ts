import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { BackendError, InterruptedError } from '../core/errors.ts';
import type { ConnectionParameters } from './parameters.ts';

/**
 * Writes a pg_dump of the database, in the custom format, before anything is changed. Throws
 * BackendError when pg_dump is missing or fails; then nothing is migrated.
 */
export async function backUp(
  parameters: ConnectionParameters,
  cwd: string,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const { host, port, user, database, password, ssl } = parameters;
  const child = spawn(
    'pg_dump',
    [
      '--format=custom',
      '--no-password',
      `--file=${resolve(cwd, file)}`,
      `--host=${host}`,
      `--port=${String(port)}`,
      `--username=${user}`,
      database,
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      signal,
      // The password goes through the environment, where other users do not see it, unlike an argument.
      env: {
        ...process.env,
        ...(password === undefined ? {} : { PGPASSWORD: password }),
        ...(ssl === false ? { PGSSLMODE: 'disable' } : {}),
      },
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  await new Promise<void>((done, failed) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) failed(signal.reason instanceof InterruptedError ? signal.reason : error);
      else if (error.code === 'ENOENT') {
        failed(
          new BackendError('there is no pg_dump here to make the backup with; nothing was migrated', {
            hint: "install the PostgreSQL client tools of the server's version, or make the backup another way and leave --backup out",
            cause: error,
          }),
        );
      } else failed(error);
    });
    child.on('close', (code) => {
      if (code === 0) done();
      else {
        failed(
          new BackendError(`pg_dump failed; nothing was migrated: ${said.trim()}`, {
            hint: 'pg_dump must be at least as new as the server',
          }),
        );
      }
    });
  });
}
