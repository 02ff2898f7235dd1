import type { Holder, IndexProgress } from './activity.ts';
import type { Event } from './event.ts';
import type {
  HistoryEvent,
  HistoryState,
  RecordedEvent,
  StatementRecord,
  StoredRollback,
} from './history.ts';
import type { Direction } from './migration.ts';
import type { Loss } from './data-loss.ts';
import type { ServerError } from './errors.ts';
import type { Step } from './plan.ts';
import type { SchemaCounts } from './report.ts';
import type { RunSettings } from './settings.ts';
import type { QualifiedName } from './token-cursor.ts';

/** Time and chance, handed in so that pure code can be tested. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Monotonic milliseconds, for durations. */
  elapsed(): number;
  /** A number in [0, 1), for jitter. */
  random(): number;
  /** Resolves after so many milliseconds; rejects at once when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Receives what happens while it happens. */
export type Emit = (event: Event) => void;

/** A row of a result, by column name. */
export type Row = Readonly<Record<string, unknown>>;

/** What a multi-statement script gave back. */
export interface ScriptResult {
  /** One command tag per completed statement, in order: `CREATE TABLE`, `INSERT 0 1`, … */
  readonly tags: readonly string[];
}

/** One connection to one database. Not safe for concurrent use: one call at a time. */
export interface Session {
  /** Process id of the server's backend. */
  readonly pid: number;
  /** `server_version_num`, such as 180004. */
  readonly serverVersion: number;
  /** Runs one statement with bound values. Throws ServerError, ConnectionError. */
  query<Result extends object = Row>(sql: string, values?: readonly unknown[]): Promise<readonly Result[]>;
  /**
   * Sends a text of one or more statements as it is, in one round trip (simple query protocol).
   * `onComplete` is called as each statement completes. The first error ends the script: no later
   * statement of it runs. Throws ServerError with `offset` and `completed`, ConnectionError.
   */
  script(sql: string, onComplete?: (index: number, tag: string) => void): Promise<ScriptResult>;
  /** Brings the session into the state that a run relies on, whatever its role and database set. */
  prepare(): Promise<void>;
  /** Everything that SET, PREPARE, LISTEN, temporary tables or advisory locks left is gone; the session is prepared again. `keep` names a prepared statement that stays. */
  reset(options?: { readonly keep: string }): Promise<void>;
  /** Called with each notice of the server (RAISE NOTICE, "skipping", …). */
  onNotice: ((message: string) => void) | undefined;
  /** True once the connection is lost. */
  readonly closed: boolean;
  close(): Promise<void>;
}

/** The lock that makes one run at a time: a session advisory lock on a connection of its own. */
export interface RunLock {
  /** Tries once, without waiting. */
  tryAcquire(): Promise<boolean>;
  /** Who holds it now, if anybody does. */
  holder(): Promise<Holder | undefined>;
  /** True once the connection that held it is known to be lost; asks nobody. */
  readonly lost: boolean;
  /** True while this process still holds it; asks the server, and never throws. */
  stillHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** Looks at the server from a connection of its own, while another one works. */
export interface Observer {
  /** Who keeps this backend waiting (pg_blocking_pids). */
  blockersOf(pid: number): Promise<readonly Holder[]>;
  /** Progress of the index build of this backend, if it builds one. */
  indexProgressOf(pid: number): Promise<IndexProgress | undefined>;
  /** Cancels what this backend is doing now (pg_cancel_backend). */
  cancel(pid: number): Promise<void>;
  /** True while the server still has this backend. */
  alive(pid: number): Promise<boolean>;
}

/** What the catalog says about an index. */
export interface IndexState {
  readonly schema: string;
  readonly name: string;
  readonly table: string;
  /** `pg_index.indisvalid`: queries use it, and a unique one holds for every row. */
  readonly valid: boolean;
  /** The backend that builds it at this moment. */
  readonly builtBy: number | undefined;
}

/** Looks up what became of statements that cannot run in a transaction. */
export interface Catalog {
  index(session: Session, name: QualifiedName): Promise<IndexState | undefined>;
  /** The index of this name on this table: another schema of the search_path may have one of the same name. */
  indexOn(session: Session, table: QualifiedName, name: string): Promise<IndexState | undefined>;
  /** Invalid leftovers (`…_ccnew`, `…_ccold`) of a failed REINDEX CONCURRENTLY of this index or table; none that is being built. */
  reindexLeftovers(session: Session, name: QualifiedName): Promise<readonly IndexState[]>;
  /** What a REINDEX of this index, or of this table's indexes, left invalid. */
  invalidAfterReindex(session: Session, name: QualifiedName): Promise<readonly IndexState[]>;
  /** Whether a partition is attached, half detached, or no partition of this table any more. */
  partition(
    session: Session,
    table: QualifiedName,
    partition: QualifiedName,
  ): Promise<'attached' | 'detaching' | 'detached'>;
  exists(
    session: Session,
    kind: 'database' | 'tablespace' | 'subscription' | 'prepared-transaction',
    name: string,
  ): Promise<boolean>;
  /** `DROP INDEX CONCURRENTLY` for this index. */
  dropIndexSql(index: IndexState): string;
  /** `ALTER TABLE … DETACH PARTITION … FINALIZE`. */
  finalizeDetachSql(table: QualifiedName, partition: QualifiedName): string;
}

/** Looks at the schema and its rows. */
export interface Inspector {
  /** Sizes for the summary line; the tool's own schema is left out. */
  counts(session: Session): Promise<SchemaCounts>;
  /**
   * How many rows or values these would destroy; gives up on one after `timeout` milliseconds. None in what migrations
   * keep for their rollbacks in the tool's own schema.
   */
  countLosses(
    session: Session,
    losses: readonly Loss[],
    timeout: number,
  ): Promise<readonly (number | undefined)[]>;
}

/** One query inside a snapshot. */
export interface Inquiry {
  readonly sql: string;
  readonly values?: readonly unknown[] | undefined;
  /** Milliseconds after which the server gives up on it; the snapshot's own limit where it is left out. */
  readonly timeout?: number | undefined;
  /** `empty` makes every name in the answer a qualified one; the session's own where it is left out. */
  readonly searchPath?: 'empty' | undefined;
  /** How many rows of the answer are kept; all are counted. */
  readonly keep: number;
}

/** What an inquiry gave, and how long it took, in milliseconds. */
export type Answered =
  | {
      readonly rows: readonly Row[];
      readonly count: number;
      readonly duration: number;
      readonly error?: undefined;
    }
  | { readonly error: ServerError; readonly duration: number };

/** One read-only transaction on one snapshot of the database. */
export interface Snapshot {
  /**
   * Asks everything in one round trip. A query that fails spoils no other, and nothing that one does
   * (a setting, a lock) reaches the next. Throws ConnectionError.
   */
  ask(inquiries: readonly Inquiry[]): Promise<readonly Answered[]>;
}

/** What stands between this program and the server. */
export type PoolerKind = 'none' | 'session' | 'transaction';

/** What the backends offer beyond a connection; past the start it is the same for all of them. */
export interface Tools {
  readonly history: History;
  readonly catalog: Catalog;
  readonly inspector: Inspector;
  runLock(session: Session): RunLock;
  observer(session: Session): Observer;
  /** Borrows a snapshot; its transaction is rolled back afterwards, come what may. */
  withSnapshot<Result>(
    session: Session,
    limits: Pick<RunSettings, 'lockTimeout' | 'statementTimeout' | 'idleInTransactionTimeout'>,
    use: (snapshot: Snapshot) => Promise<Result>,
  ): Promise<Result>;
  detectPooler(first: Session, second: Session): Promise<PoolerKind>;
}

/** SQL that stands before and after the user's text, inside the same transaction. */
export interface Frame {
  /** Claims the version for this transaction: fails with LM001 or LM002 when another run was faster. */
  readonly opening: string;
  /** Writes the history row and the event. */
  readonly closing: string;
}

/** What the tool remembers in the database: schema `lms_db`. */
export interface History {
  /** Reads what is applied, in applied order. Works without the schema (nothing is applied) and creates nothing. */
  read(session: Session): Promise<HistoryState>;
  /** Creates or upgrades the history schema. */
  ensure(session: Session): Promise<void>;
  /** The SQL around a step. */
  frame(step: Step): Frame;
  /**
   * Milliseconds on the server, for those of these steps that have happened: applied ones have their history
   * row; what this run rolled back has its event, which was written in the transaction of the rollback.
   */
  durations(session: Session, steps: readonly Step[]): Promise<ReadonlyMap<string, number>>;
  /** Waits until everything that was committed before is on disk: a small commit of its own that does. */
  flush(session: Session): Promise<void>;
  /** Appends an event in a transaction of its own: what failed or was interrupted stays visible. */
  record(session: Session, event: HistoryEvent): Promise<void>;
  /** The stored rollbacks of these versions. */
  rollbacks(session: Session, versions: readonly string[]): Promise<ReadonlyMap<string, StoredRollback>>;
  /** The events, newest first; `limit` of them at most. */
  events(session: Session, limit: number): Promise<readonly RecordedEvent[]>;
  /** SQL that records how far a statement of a file without a transaction came. */
  statementSql(record: StatementRecord): string;
  /** SQL that forgets the statements of a file once the whole file is recorded, or one that is known to have failed. */
  forgetStatementsSql(version: string, direction: Direction, ordinal?: number): string;
  /**
   * Tries once, without waiting, to keep every other transaction of this project off until the session is
   * reset or ends: what claim() does for one transaction, for a file that has several. Gives back who is
   * in the way.
   */
  tryHold(session: Session): Promise<{ readonly held: boolean; readonly by?: Holder | undefined }>;
  /** Remembers the environment in the database. */
  setEnvironment(session: Session, environment: string): Promise<void>;
}
