import { DIGEST_STATEMENT, pictureDigest } from '../../src/backends/picture/digest.ts';
import type { ConnectionParameters } from '../../src/backends/parameters.ts';
import { readPicture } from '../../src/backends/picture/read-picture.ts';
import { filler } from '../../src/backends/rehearsal/fill.ts';
import { readFingerprints } from '../../src/backends/rehearsal/fingerprints.ts';
import { meter } from '../../src/backends/rehearsal/meter.ts';
import { openThrowawayDatabase } from '../../src/backends/throwaway-database.ts';
import type { RehearsalTools } from '../../src/core/rehearsal-ports.ts';
import type { Rehearsal } from '../../src/core/rehearsal.ts';
import type { TargetReport } from '../../src/core/report.ts';
import { rehearse } from '../../src/operations/rehearse.ts';
import type { RehearseRequest } from '../../src/operations/rehearse.ts';
import { serverParameters } from './database.ts';
import type { RunOptions } from './run.ts';
import { verifyContext } from './verify.ts';

/** What a rehearsal needs of the backends. */
export const REHEARSAL_TOOLS: RehearsalTools = {
  picture: (session) => readPicture(session, 'lms_db'),
  digest: { of: (session) => pictureDigest(session, 'lms_db'), statement: DIGEST_STATEMENT },
  fingerprints: (session) => readFingerprints(session, ['lms_db']),
  meter,
  filler,
};

/** Rehearses the files of a root on the server of the run, and leaves nothing there. */
export async function rehearsed(
  root: string,
  request: Partial<Omit<RehearseRequest, 'versions'>> & { readonly versions?: readonly string[] } = {},
  options: RunOptions = {},
  on: ConnectionParameters = serverParameters(),
): Promise<TargetReport & { readonly rehearsal: Rehearsal }> {
  const database = await openThrowawayDatabase({ on, note: () => undefined });
  try {
    const context = verifyContext({ database }, root, options);
    const report = await rehearse(context, database, {
      rows: 0,
      historySchema: 'lms_db',
      tools: REHEARSAL_TOOLS,
      shown: 'worst',
      ...request,
      versions: new Set(request.versions ?? context.files.map(({ version }) => version)),
    });
    if (report.rehearsal === undefined) throw new Error('nothing was rehearsed');
    return { ...report, rehearsal: report.rehearsal };
  } finally {
    await database.close();
  }
}
