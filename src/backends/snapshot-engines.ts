import { MAIN_ROLE, withMainRole } from '../core/picture-roles.ts';
import type { Picture } from '../core/picture.ts';
import type { SnapshotEngine } from '../core/snapshot/engine.ts';
import { pgDumpText } from '../core/snapshot/pg-dump-text.ts';
import { schemaText } from '../core/snapshot/snapshot.ts';
import { pgDumpAt, pgDumpOutput, requirePgDumpFor } from './pg-dump.ts';
import type { ConnectionParameters } from './parameters.ts';
import { readSchema } from './picture/read-schema.ts';

/** Our own writer: its bytes depend on the schema and the major version of the server alone. */
export function ownEngine(historySchema: string): SnapshotEngine {
  return async (session) => {
    const { picture, mainRole, dependencies } = await readSchema(session, historySchema);
    return { writer: 'lms-db', ...schemaText(withMainRole(picture, mainRole), dependencies) };
  };
}

/** What pg_dump writes, without what it says of itself. Throws BackendError. */
export function pgDumpEngine(request: {
  readonly program: string;
  readonly parameters: ConnectionParameters;
  readonly historySchema: string;
  readonly signal: AbortSignal;
}): SnapshotEngine {
  const { program, parameters, historySchema, signal } = request;
  return async (session) => {
    const dump = await pgDumpAt(program);
    requirePgDumpFor(dump, session.serverVersion);
    const read = await readSchema(session, historySchema);
    const picture = withMainRole(read.picture, read.mainRole);
    const own = picture.objects.filter(({ on }) => on === undefined);
    const written = await pgDumpOutput({
      program,
      parameters,
      arguments: [
        '--schema-only',
        `--exclude-schema="${historySchema.replaceAll('"', '""')}"`,
        // Without an owner but the one who loads it, the name of that one would be all that differs elsewhere.
        ...(hasOtherOwners(picture) ? [] : ['--no-owner']),
      ],
      signal,
      words: {
        missing: 'there is no pg_dump here',
        missingHint: 'install the PostgreSQL client tools, or leave --pg-dump out',
        failed: 'pg_dump failed; nothing was written',
        failedHint: 'leave --pg-dump out to write the snapshot without it',
      },
    });
    return {
      writer: `pg_dump ${dump.version}`,
      text: pgDumpText(written),
      problems: [],
      remarks: [],
      objects: own.length,
      tables: own.filter(({ kind }) => kind === 'table' || kind === 'foreign table').length,
    };
  };
}

/** Extensions and the schema `public` have owners that nobody chose. */
function hasOtherOwners({ objects }: Picture): boolean {
  return objects.some(
    ({ kind, facts: { owner } }) =>
      typeof owner === 'string' &&
      owner !== MAIN_ROLE &&
      owner !== 'pg_database_owner' &&
      kind !== 'extension',
  );
}
