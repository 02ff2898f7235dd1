import { LOCK_MODES } from './measurement.ts';
import type { LockMode, MeasuredRelation, MeasuredStatement } from './measurement.ts';

/** What others cannot do with a relation while a lock on it is held. */
export type Blocks = 'blocks reads and writes' | 'blocks writes' | 'blocks other schema changes';

/** The lock of one file on one relation that was there before it. */
export interface HeldLock {
  readonly relation: MeasuredRelation;
  /** The strongest mode that the file takes on it. */
  readonly mode: LockMode;
  readonly blocks: Blocks;
  /** The statement that takes it: its 1-based place in the file, and the line it starts on. */
  readonly since: { readonly ordinal: number; readonly line: number };
  /** Milliseconds that it would be held: from the start of that statement to COMMIT, or of the statement alone. */
  readonly held: number;
  /** What takes the longer the more rows there are, done to this relation while nobody could write to it. */
  readonly work: {
    readonly rewrites: number;
    readonly rebuilds: number;
    readonly scans: number;
    /** The most rows that a scan read. */
    readonly rows: number;
  };
  /** True when there is such work. */
  readonly heavy: boolean;
  /** Rows of it that the whole file writes. */
  readonly written: { readonly inserted: number; readonly updated: number; readonly deleted: number };
}

/** How the statements of a file run. */
export interface FileShape {
  /** False for a file that is run statement by statement: a lock is gone when its statement is done. */
  readonly transaction: boolean;
}

/**
 * The locks of a file, worst first: what they block, whether work is done under them that grows with the table, the
 * mode, how long they are held, and then the order of the file.
 */
export function lockReport(
  statements: readonly MeasuredStatement[],
  { transaction }: FileShape = { transaction: true },
): readonly HeldLock[] {
  const relations = new Map<string, MeasuredRelation>();
  for (const { locks } of statements)
    for (const { relation } of locks)
      if (!relations.has(relation.name)) relations.set(relation.name, relation);
  return [...relations.values()]
    .flatMap((relation) => heldLock(relation, statements, transaction) ?? [])
    .toSorted(byHarm);
}

/** `ACCESS EXCLUSIVE on lessons for 41 ms, one scan`: the worst of these locks; undefined where nobody would notice any. */
export function worstText(locks: readonly HeldLock[]): string | undefined {
  const [worst] = locks.toSorted(byHarm);
  return worst === undefined || worst.mode === 'ACCESS SHARE' ? undefined : lockText(worst);
}

/** `ACCESS EXCLUSIVE on lessons for 41 ms, one scan`. */
export function lockText({ mode, relation, held, work }: HeldLock): string {
  const parts = [
    `${mode} on ${relation.name} for ${time(held)}`,
    ...times(work.rewrites, 'rewrite'),
    ...times(work.rebuilds, 'rebuild'),
    ...times(work.scans, 'scan'),
  ];
  return parts.join(', ');
}

/** What a mode keeps others from (https://www.postgresql.org/docs/current/explicit-locking.html, conflicting lock modes). */
export function blocksOf(mode: LockMode): Blocks {
  if (mode === 'ACCESS EXCLUSIVE') return 'blocks reads and writes';
  return strength(mode) >= strength('SHARE') ? 'blocks writes' : 'blocks other schema changes';
}

function heldLock(
  relation: MeasuredRelation,
  statements: readonly MeasuredStatement[],
  transaction: boolean,
): HeldLock | undefined {
  const own = ({ name }: MeasuredRelation): boolean => name === relation.name;
  const lockIn = ({ locks }: MeasuredStatement): LockMode | undefined =>
    locks.find((lock) => own(lock.relation))?.mode;
  let taken: { mode: LockMode; since: MeasuredStatement; held: number } | undefined;
  /** The mode that stands while a statement runs. */
  let standing: LockMode | undefined;
  const work = { rewrites: 0, rebuilds: 0, scans: 0, rows: 0 };
  const written = { inserted: 0, updated: 0, deleted: 0 };
  for (const [index, statement] of statements.entries()) {
    const mode = lockIn(statement);
    if (mode !== undefined) {
      const until = transaction ? statements.length : index + 1;
      const held = statements.slice(index, until).reduce((sum, { duration }) => sum + duration, 0);
      const harder = taken === undefined ? 1 : strength(mode) - strength(taken.mode);
      if (taken === undefined || harder > 0 || (harder === 0 && !transaction && held > taken.held))
        taken = { mode, since: statement, held };
    }
    standing = transaction ? taken?.mode : mode;
    for (const rows of statement.written.filter((one) => own(one.relation))) {
      written.inserted += rows.inserted;
      written.updated += rows.updated;
      written.deleted += rows.deleted;
    }
    if (standing === undefined || blocksOf(standing) === 'blocks other schema changes') continue;
    const scans = statement.scanned.filter((scan) => own(scan.relation));
    work.rewrites += statement.rewritten.some(own) ? 1 : 0;
    work.rebuilds += statement.rebuilt.some(own) ? 1 : 0;
    work.scans += scans.length;
    work.rows = Math.max(work.rows, ...scans.map(({ rows }) => rows));
  }
  if (taken === undefined) return undefined;
  const { mode, since, held } = taken;
  return {
    relation,
    mode,
    blocks: blocksOf(mode),
    since: { ordinal: since.ordinal, line: since.line },
    held,
    work,
    heavy: work.rewrites + work.rebuilds + work.scans > 0,
    written,
  };
}

function byHarm(one: HeldLock, other: HeldLock): number {
  const order = [
    HARM[other.blocks] - HARM[one.blocks],
    Number(other.heavy) - Number(one.heavy),
    strength(other.mode) - strength(one.mode),
    // What a table suffers, its indexes and sequences suffer too, and say no more.
    Number(other.relation.kind === 'table') - Number(one.relation.kind === 'table'),
    other.held - one.held,
    one.since.ordinal - other.since.ordinal,
    one.relation.name < other.relation.name ? -1 : Number(one.relation.name > other.relation.name),
  ];
  return order.find((difference) => difference !== 0) ?? 0;
}

const HARM: Readonly<Record<Blocks, number>> = {
  'blocks reads and writes': 2,
  'blocks writes': 1,
  'blocks other schema changes': 0,
};

function strength(mode: LockMode): number {
  return LOCK_MODES.indexOf(mode);
}

function times(count: number, noun: string): readonly string[] {
  if (count === 0) return [];
  return [count === 1 ? `one ${noun}` : `${count} ${noun}s`];
}

/** `41 ms`, `1.2 s`, `3 min 20 s`. What took no time that can be shown took a millisecond. */
function time(milliseconds: number): string {
  const whole = Math.max(1, Math.round(milliseconds));
  if (whole < 1_000) return `${whole} ms`;
  if (whole < 59_950) return `${(whole / 1_000).toFixed(1)} s`;
  const seconds = Math.round(whole / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
