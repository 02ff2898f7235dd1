import { resolve } from 'node:path';
import type { ConnectionParameters } from './parameters.ts';
import { pgDumpOutput } from './pg-dump.ts';

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
  await pgDumpOutput({
    program: 'pg_dump',
    parameters,
    arguments: ['--format=custom', `--file=${resolve(cwd, file)}`],
    signal,
    words: {
      missing: 'there is no pg_dump here to make the backup with; nothing was migrated',
      missingHint:
        "install the PostgreSQL client tools of the server's version, or make the backup another way and leave --backup out",
      failed: 'pg_dump failed; nothing was migrated',
      failedHint: 'pg_dump must be at least as new as the server',
    },
  });
}
