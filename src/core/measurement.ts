/** The lock modes of tables, weakest first (manual: explicit locking). */
export const LOCK_MODES = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

/** A lock mode as the manual writes it. */
export type LockMode = (typeof LOCK_MODES)[number];

/** The strongest of these modes; undefined for none. SHARE counts as stronger than SHARE UPDATE EXCLUSIVE: it stops writers. */
export function strongest(modes: readonly LockMode[]): LockMode | undefined {
  return LOCK_MODES.findLast((mode) => modes.includes(mode));
}

/** A relation as a measurement names it. */
export interface MeasuredRelation {
  /** As a person writes it: without `public`, quoted where SQL needs it. */
  readonly name: string;
  readonly kind: 'table' | 'index' | 'sequence' | 'materialized view' | 'view' | 'foreign table';
}

/** One statement of a file, and what it did. */
export interface MeasuredStatement extends Measurement {
  /** 1-based place in the file. */
  readonly ordinal: number;
  /** 1-based line of its first token. */
  readonly line: number;
  /** Its first words. */
  readonly text: string;
  /** Milliseconds. */
  readonly duration: number;
}

/** What one statement did to relations that were there before its file began. */
export interface Measurement {
  /**
   * Locks that it took, or raised to this mode; one entry a relation, the strongest mode. ACCESS SHARE, which
   * disturbs nothing but ACCESS EXCLUSIVE, too.
   */
  readonly locks: readonly { readonly relation: MeasuredRelation; readonly mode: LockMode }[];
  /** Tables and materialized views whose rows were written anew into another file. */
  readonly rewritten: readonly MeasuredRelation[];
  /** Indexes that were built again, in place or by another one of the same name. */
  readonly rebuilt: readonly MeasuredRelation[];
  /** Tables that were read from end to end, once or more often; `rows` is how many there were. */
  readonly scanned: readonly { readonly relation: MeasuredRelation; readonly rows: number }[];
  /** Rows that were written, those of triggers and cascades too. */
  readonly written: readonly {
    readonly relation: MeasuredRelation;
    readonly inserted: number;
    readonly updated: number;
    readonly deleted: number;
  }[];
}
