import type { Check } from '../core/migration.ts';
import type { Inquiry, Row, Session, Snapshot } from '../core/ports.ts';

/**
 * The extensions that these checks need and the database has, in lower case; asks nothing where none is needed. Throws
 * ServerError, ConnectionError.
 */
export async function extensionsInSnapshot(
  snapshot: Snapshot,
  checks: readonly Check[],
): Promise<ReadonlySet<string>> {
  const needed = neededBy(checks);
  if (needed.length === 0) return new Set();
  const [answered] = await snapshot.ask([inquiryFor(needed)]);
  if (answered === undefined) throw new Error('the question for the extensions was not answered');
  if (answered.error !== undefined) throw answered.error;
  return namesIn(answered.rows);
}

/** The same in the session's present transaction, where a migration may just have made one. */
export async function extensionsInSession(
  session: Session,
  checks: readonly Check[],
): Promise<ReadonlySet<string>> {
  const needed = neededBy(checks);
  if (needed.length === 0) return new Set();
  const { sql, values } = inquiryFor(needed);
  return namesIn(await session.query(sql, values));
}

function neededBy(checks: readonly Check[]): readonly string[] {
  return [...new Set(checks.flatMap(({ extension }) => extension ?? []))];
}

/** CREATE EXTENSION folds a name to lower case unless it is quoted; in "C" there are no letters but those of ASCII. */
function inquiryFor(names: readonly string[]): Inquiry {
  return {
    sql: `select distinct pg_catalog.lower(extname::pg_catalog.text collate pg_catalog."C") as name
from pg_catalog.pg_extension
where pg_catalog.lower(extname::pg_catalog.text collate pg_catalog."C") = any ($1)`,
    values: [names],
    keep: names.length,
  };
}

function namesIn(rows: readonly Row[]): ReadonlySet<string> {
  return new Set(rows.map((row) => String(row['name'])));
}
