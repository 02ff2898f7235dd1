import { LOCK_MODES } from '../measurement.ts';
import type { LockMode } from '../measurement.ts';
import type { ObjectName } from '../schema/names.ts';

/** A lock on a table. */
export type Lock = LockMode;

/** Whether a lock is at least as strong as another one. */
export function atLeast(lock: Lock, other: Lock): boolean {
  return LOCK_MODES.indexOf(lock) >= LOCK_MODES.indexOf(other);
}

/** The stronger of two locks. */
export function stronger(left: Lock, right: Lock): Lock {
  return atLeast(left, right) ? left : right;
}

/** SHARE and stronger keep writers out; weaker ones let an application work. */
export function blocksWrites(lock: Lock): boolean {
  return atLeast(lock, 'SHARE');
}

/** Only ACCESS EXCLUSIVE keeps readers out. */
export function blocksReads(lock: Lock): boolean {
  return lock === 'ACCESS EXCLUSIVE';
}

/** Work that grows with the rows: the table is read, an index is built from it, or all of it is written anew. */
export type Work = 'scan' | 'index-build' | 'rewrite';

/** One lock that a statement takes on one relation, and the work that it does while it holds it. */
export interface Effect {
  readonly relation: ObjectName;
  /** An effect on an index or a sequence is told apart: queries name tables. */
  readonly kind: 'table' | 'view' | 'index' | 'sequence';
  readonly lock: Lock;
  /** Undefined for a lock that is held for a moment. */
  readonly work?: Work | undefined;
  /** The id of the rule that speaks of it; undefined for what no rule speaks of. */
  readonly cause?: string | undefined;
  /** What does it, in words: `SET NOT NULL on title`. */
  readonly what: string;
  /** What is to be known beyond: why the table is rewritten, which columns. */
  readonly detail?: string | undefined;
  /** UTF-16 offset in the file. */
  readonly offset: number;
}

/**
 * Whether an effect is what stops an application: work that grows with the rows, while writers or readers wait.
 * Nobody writes to a materialized view: there only readers count.
 */
export function isHeavy({ work, lock, kind }: Effect): boolean {
  return work !== undefined && (kind === 'view' ? blocksReads(lock) : blocksWrites(lock));
}
