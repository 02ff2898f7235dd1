import type { Database } from './database.ts';
import type { Measurement } from './measurement.ts';
import type { Picture } from './picture.ts';
import type { FilledTable } from './rehearsal.ts';
import type { Session } from './ports.ts';

/** What `rehearse` needs of the backends beyond the ports of every run. */
export interface RehearsalTools {
  /** Reads the schema; also inside a transaction. */
  readonly picture: (session: Session) => Promise<Picture>;
  readonly digest: PictureDigest;
  readonly meter: Meter;
  readonly filler: Filler;
  readonly fingerprints: (session: Session) => Promise<Fingerprints>;
}

/** Tells quickly whether a schema is the same as before. */
export interface PictureDigest {
  /** Two are the same when the pictures are, the order of columns included; also inside a transaction. */
  readonly of: (session: Session) => Promise<string>;
  /** The prepared statement that a reset of the session should keep for it. */
  readonly statement: string;
}

/** An empty database of our own that close() removes, and that can be kept as it is for a while. */
export interface ThrowawayDatabase extends Database {
  /** Copies the database on its server. No session may be open. Throws ServerError, ConnectionError. */
  save(): Promise<SavedDatabase>;
}

/** A copy of a throwaway database. */
export interface SavedDatabase {
  /** Makes the database again what it was when it was saved; the copy stays. No session may be open. */
  restore(): Promise<void>;
  /** Puts the copy in the place of the database: restore() and discard() in one, and faster. */
  takeBack(): Promise<void>;
  /** Removes the copy, if it is still there. */
  discard(): Promise<void>;
}

/** Measures what statements do to the relations that were there before the file began. */
export interface Meter {
  /**
   * Begins inside an open transaction on `session`, whatever happened in it before: remembers the relations that
   * exist, their files, and what is locked and counted so far. Relations of PostgreSQL, of extensions, of the schemas
   * in `leaveOut` (`lms_db` where it is left out), and temporary ones are not measured. Turns parallel workers off until the transaction ends: what
   * they read is counted for nobody. Throws BackendError where the server counts nothing (`track_counts`).
   */
  begin(session: Session, leaveOut?: readonly string[]): Promise<MeteredFile>;
  /**
   * Runs one statement of a file without a transaction, on `session` and outside any. One that may run in a
   * transaction block gets one, as `up` gives it one. Any other is stopped by a lock of `helper` that it must wait
   * for, and while it waits `observer` reads its locks: so they are the same each time. `observer` must not be in a
   * transaction. `duration` is in milliseconds, without that wait. Throws what the statement throws; then `session`
   * and `helper` are outside any transaction again.
   *
   * Nobody can stop a CALL or DO that commits by itself, VACUUM (SKIP_LOCKED), and what touches no relation of
   * the user (ALTER SYSTEM, CREATE DATABASE, REINDEX SYSTEM): these have no locks in the result.
   */
  runAlone(statement: string, sessions: LoneSessions): Promise<Measurement & { readonly duration: number }>;
}

/** Three sessions to one database, and the schemas that are not measured. */
export interface LoneSessions {
  readonly session: Session;
  readonly helper: Session;
  readonly observer: Session;
  /** As in begin(). */
  readonly leaveOut?: readonly string[] | undefined;
}

/** One file that is being measured in its transaction. */
export interface MeteredFile {
  /**
   * What the statement that just ran did, counted from the last call or from begin(); one round trip, and another one
   * where an index is gone. To be called in the transaction of begin(), and not across a ROLLBACK TO SAVEPOINT.
   */
  afterStatement(): Promise<Measurement>;
}

/** Puts rows into tables that have none, so that a migration meets data. */
export interface Filler {
  /**
   * Inserts `rows` rows into each empty table outside the system schemas and `leaveOut`, as far as types, defaults,
   * enums, domains, checks, unique keys and foreign keys can be met; materialized views that hold rows are refreshed.
   * The same rows each time, but for what sequences and triggers bring. Never throws for a table that cannot be
   * filled: it is named with the reason. Works in a transaction of its own: `session` must not be in one.
   */
  fill(
    session: Session,
    request: { readonly rows: number; readonly leaveOut: readonly string[] },
  ): Promise<readonly FilledTable[]>;
}

/** The rows of every table, by qualified and quoted name. */
export type Fingerprints = ReadonlyMap<string, TableFingerprint>;

/** The rows of one table, so that any change of them shows, whatever their order and that of the columns. */
export interface TableFingerprint {
  readonly rows: number;
  /** Over whole rows: shows that values moved between rows. */
  readonly digest: string;
  /** Over the values of each column; empty where it holds none but NULL. */
  readonly columns: ReadonlyMap<string, string>;
}
