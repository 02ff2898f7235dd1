import type { Session } from '../../core/ports.ts';
import type { DataSeed, SeedCounts } from '../../core/seed.ts';
import type { DataLoader, SeedSource } from '../../core/seed-ports.ts';
import { PgSession } from '../session.ts';
import { literal } from '../sql.ts';
import { badRows } from './bad-rows.ts';
import { copyLines, recordsOf, withoutEndMarker, withoutHead } from './bytes.ts';
import { copyIn } from './copy-in.ts';
import { refusedByCopy, withText } from './refused.ts';
import { advanceSequences, merge, names, STAGE, stageSql } from './merge.ts';
import { targetOf } from './table.ts';
import type { SeedTarget } from './table.ts';

/** Loads files of rows through COPY. */
export const dataLoader: DataLoader = {
  async load(session, seed, source, signal) {
    const target = await targetOf(session, seed);
    let counts: SeedCounts;
    try {
      counts = await loadInto(pgSession(session), target, seed, source, signal);
    } catch (error) {
      throw await refusedByCopy(error, seed, source);
    }
    if (counts.inserted > 0) await advanceSequences(session, target);
    return counts;
  },

  badRows: async (session, seed, source, options) =>
    withText(source, await badRows(pgSession(session), seed, source, options)),

  async rowsCopied(session, pid) {
    const [row] = await session.query<{ rows: string }>(
      'select tuples_processed as rows from pg_catalog.pg_stat_progress_copy where pid = $1',
      [pid],
    );
    return row === undefined ? undefined : Number(row.rows);
  },
};

/** COPY needs the driver's own connection. */
export function pgSession(session: Session): PgSession {
  if (session instanceof PgSession) return session;
  throw new Error('seeds are loaded through a session of this room');
}

async function loadInto(
  session: PgSession,
  target: SeedTarget,
  seed: DataSeed,
  source: SeedSource,
  signal: AbortSignal,
): Promise<SeedCounts> {
  if (target.copyable && (await isEmpty(session, target))) {
    const inserted = await copyIn(
      session,
      copySql(target, target.sql, seed, session),
      chunksOf(session, target, seed, source),
      signal,
    );
    return { inserted, updated: 0, unchanged: 0 };
  }
  await session.script(stageSql(target, STAGE));
  const staged = await copyIn(
    session,
    copySql(target, STAGE, seed, session),
    chunksOf(session, target, seed, source),
    signal,
  );
  return merge(session, target, staged);
}

async function isEmpty(session: Session, target: SeedTarget): Promise<boolean> {
  const [row] = await session.query<{ empty: boolean }>(
    `select not exists (select from ${target.sql}) as empty`,
  );
  return row?.empty === true;
}

/** CSV goes to the server as it is; of JSON it gets the text format, which Node writes faster than it could insert. */
function copySql(target: SeedTarget, into: string, seed: DataSeed, session: Session): string {
  const columns = `copy ${into} (${names(target.columns)}) from stdin`;
  if (seed.format === 'ndjson') return `${columns} with (format text, encoding 'UTF8')`;
  const { delimiter, quote, nullMarker } = seed.dialect;
  // HEADER MATCH (PostgreSQL 15) has the server compare the names that this program has read.
  const header = session.serverVersion >= 150000 ? 'match' : 'true';
  return `${columns} with (format csv, header ${header}, delimiter ${character(delimiter)}, quote ${literal(quote)}, escape ${literal(quote)}, null ${literal(nullMarker)}, encoding 'UTF8')`;
}

function character(delimiter: string): string {
  return delimiter === '\t' ? `E'\\t'` : literal(delimiter);
}

function chunksOf(
  session: Session,
  target: SeedTarget,
  seed: DataSeed,
  source: SeedSource,
): AsyncIterable<Uint8Array> {
  if (seed.format === 'ndjson') {
    const kinds = target.columns.map((column) => column.kind);
    return copyLines(recordsOf(seed, kinds, source.stream()), false);
  }
  const chunks = withoutHead(
    session.serverVersion >= 180000
      ? source.stream()
      : withoutEndMarker(source.stream(), () => source.stream()),
    seed.skippedBytes,
  );
  return chunks;
}
