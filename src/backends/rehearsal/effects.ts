import { LOCK_MODES, strongest } from '../../core/measurement.ts';
import type { LockMode, MeasuredRelation, Measurement } from '../../core/measurement.ts';
import type { KnownRelation, Successor } from './known-relations.ts';
import { modeText } from './reading.ts';
import type { Reading } from './reading.ts';

/** The state of the relations at one moment, by number. */
export interface Moment {
  readonly known: ReadonlyMap<number, KnownRelation>;
  readonly readings: ReadonlyMap<number, Reading>;
}

/** The moment of these readings. */
export function momentOf(known: readonly KnownRelation[], readings: readonly Reading[]): Moment {
  return {
    known: new Map(known.map((relation) => [relation.oid, relation])),
    readings: byNumber(readings),
  };
}

/** Indexes that were there at that moment and are gone by now. */
export function goneIndexes(before: Moment, after: readonly Reading[]): readonly KnownRelation[] {
  return after.flatMap(({ oid, file }) => {
    const relation = before.known.get(oid);
    return relation?.relation.kind === 'index' && relation.file !== undefined && file === null
      ? [relation]
      : [];
  });
}

/** The moment after: a successor of an index takes its place, and is locked as it was. */
export function momentAfter(
  before: Moment,
  after: readonly Reading[],
  successors: readonly Successor[],
): Moment {
  const readings = new Map(byNumber(after));
  const known = new Map(before.known);
  for (const reading of after) {
    const relation = known.get(reading.oid);
    if (relation === undefined || !moved(relation, reading)) continue;
    // The pages of another file are not known, and may be fewer.
    known.set(reading.oid, { ...relation, file: reading.file ?? undefined, pages: 0 });
  }
  for (const { old, oid, file } of successors) {
    known.set(oid, { ...old, oid, file });
    const reading = readings.get(old.oid);
    if (reading !== undefined) readings.set(oid, { ...reading, oid, file: file ?? null });
  }
  return { known, readings };
}

/** What happened between a moment and these readings. */
export function effects(
  before: Moment,
  after: readonly Reading[],
  successors: readonly Successor[],
): Measurement {
  const locks: { relation: MeasuredRelation; mode: LockMode }[] = [];
  const rewritten: MeasuredRelation[] = [];
  const rebuilt: MeasuredRelation[] = [];
  const scanned: { relation: MeasuredRelation; rows: number }[] = [];
  const written: Measurement['written'][number][] = [];
  for (const now of after.toSorted((one, other) => one.oid - other.oid)) {
    const known = before.known.get(now.oid);
    if (known === undefined) continue;
    const { relation } = known;
    const past = before.readings.get(now.oid);
    const mode = raised(past, now);
    if (mode !== undefined) locks.push({ relation, mode });
    const index = relation.kind === 'index';
    const replaced = index && successors.some(({ old, file }) => old.oid === now.oid && file !== old.file);
    const anew = now.file !== null && moved(known, now);
    if (index && (anew || replaced)) rebuilt.push(relation);
    if (!hasRows(relation)) continue;
    if (anew) rewritten.push(relation);
    const rows = rowsScanned(known, past, now);
    if (rows !== undefined) scanned.push({ relation, rows });
    const [inserted, updated, deleted] = [
      since(past?.inserted, now.inserted),
      since(past?.updated, now.updated),
      since(past?.deleted, now.deleted),
    ];
    if (inserted + updated + deleted > 0) written.push({ relation, inserted, updated, deleted });
  }
  return { locks, rewritten, rebuilt, scanned, written };
}

/** The modes that pg_locks names, as far as they are those of tables. */
export function modesOf(names: readonly string[]): readonly LockMode[] {
  const texts = new Set(names.map(modeText));
  return LOCK_MODES.filter((mode) => texts.has(mode));
}

/** The strongest mode held now, where it is stronger than before. */
function raised(past: Reading | undefined, now: Reading): LockMode | undefined {
  const held = strongest(modesOf(now.modes ?? []));
  const before = strongest(modesOf(past?.modes ?? []));
  return held !== undefined && strongest([...(before === undefined ? [] : [before]), held]) !== before
    ? held
    : undefined;
}

function moved(relation: KnownRelation, { file }: Reading): boolean {
  return relation.file !== (file ?? undefined);
}

function hasRows({ kind }: MeasuredRelation): boolean {
  return kind === 'table' || kind === 'materialized view';
}

/**
 * The rows of a table that was read from end to end; undefined for one that was not. Sequential scans are counted as
 * they begin (heapam.c, initscan), so one that stopped early (LIMIT, EXISTS) counts too. It fetched fewer pages than
 * the table has. Building an index and checking a constraint scan as a query does; a rewrite scans once, and then
 * once for each index: the number of rows is that of all scans shared out.
 */
function rowsScanned(known: KnownRelation, past: Reading | undefined, now: Reading): number | undefined {
  const scans = since(past?.scans, now.scans);
  if (scans === 0) return undefined;
  if (!moved(known, now) && since(past?.fetched, now.fetched) < known.pages) return undefined;
  return Math.round(since(past?.read, now.read) / scans);
}

/** TRUNCATE takes rows back that the transaction wrote before (pgstat_relation.c): never less than nothing. */
function since(before = 0, now: number): number {
  return Math.max(0, now - before);
}

function byNumber(readings: readonly Reading[]): ReadonlyMap<number, Reading> {
  return new Map(readings.map((reading) => [reading.oid, reading]));
}
