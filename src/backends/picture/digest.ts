import type { Session } from '../../core/ports.ts';
import { literal } from '../sql.ts';
import { withOwnSettings } from './own-settings.ts';
import { pictureQuery } from './read-picture.ts';

/** The statement that a session keeps for digests: to plan it takes as long as to run it. */
export const DIGEST_STATEMENT = 'lms_db_picture_digest';

/**
 * A digest of the schema of a database: two are the same when the pictures are, the order of columns included. It costs
 * a fraction of a picture, as nothing is sent, and the statement stays planned until the session forgets it. Works
 * inside an open transaction. Throws ServerError.
 */
export async function pictureDigest(session: Session, historySchema: string): Promise<string> {
  return withOwnSettings(session, async () => {
    const [known] = await session.query<{ there: boolean }>(
      'select exists (select from pg_catalog.pg_prepared_statements where name = $1) as there',
      [DIGEST_STATEMENT],
    );
    if (known?.there !== true) {
      // Without a parameter there is one plan for all executions.
      const query = pictureQuery(session.serverVersion).replaceAll('$1', literal(historySchema));
      await session.script(`prepare ${DIGEST_STATEMENT} as
select pg_catalog.md5(pg_catalog.string_agg(line, e'\\n')) as digest
from (
  select pg_catalog.jsonb_build_array(kind, schema, name, "on", position, facts)::text as line
  from (${query}) as picture
) as lines`);
    }
    const [row] = await session.query<{ digest: string | null }>(`execute ${DIGEST_STATEMENT}`);
    return row?.digest ?? '';
  });
}
