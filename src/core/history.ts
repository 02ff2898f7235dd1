import type { Direction } from './migration.ts';

/** One migration as the database remembers it. Checksums are those of the files when it was applied. */
export interface AppliedMigration {
  readonly version: string;
  readonly name: string;
  /** Position in the order in which migrations were applied; `down` goes backwards along it. */
  readonly order: number;
  readonly checksums: Checksums;
  /** Why there is no way back, where the file said so. */
  readonly irreversible?: string | undefined;
  readonly appliedAt: Date;
  /** `user@host`, the database user and where it came from. */
  readonly appliedBy: string;
  /** Milliseconds on the server. */
  readonly duration: number;
}

/** SHA-256, hex, of each text of a migration: of the text, and of its tokens without comments and white space. */
export interface Checksums {
  readonly migration: string;
  readonly migrationTokens: string;
  readonly rollback?: string | undefined;
  readonly rollbackTokens?: string | undefined;
  readonly guard?: string | undefined;
  readonly guardTokens?: string | undefined;
}

/** How far a statement of a file without a transaction came. */
export interface StatementRecord {
  readonly version: string;
  readonly direction: Direction;
  /** 1-based position in its file. */
  readonly ordinal: number;
  /** SHA-256, hex, of the statement's tokens. */
  readonly checksum: string;
  readonly state: 'started' | 'done';
}

/** Everything that planning needs to know from the database. */
export interface HistoryState {
  /** False while the history schema does not exist: then nothing is applied. */
  readonly installed: boolean;
  /** The environment that the database remembers. */
  readonly environment?: string | undefined;
  /** In applied order. */
  readonly applied: readonly AppliedMigration[];
  /** Statements of files without a transaction that were interrupted half way. */
  readonly statements: readonly StatementRecord[];
}

/** The rollback that was stored when its migration was applied. */
export interface StoredRollback {
  readonly version: string;
  readonly fileName: string;
  readonly text: string;
}

/** What happened to a migration: one line of the append-only log. */
export interface HistoryEvent {
  readonly kind: 'applied' | 'rolled-back' | 'failed' | 'interrupted' | 'environment' | 'seeded';
  readonly version?: string | undefined;
  readonly name?: string | undefined;
  readonly direction?: Direction | undefined;
  /** Milliseconds; left out where the server measures it. */
  readonly duration?: number | undefined;
  /** SQLSTATE of a failure. */
  readonly sqlstate?: string | undefined;
  readonly message?: string | undefined;
}

/** An event as it was recorded. */
export interface RecordedEvent extends HistoryEvent {
  readonly id: number;
  readonly at: Date;
  readonly by: string;
  /** Identifies the run: every event of one command has the same. */
  readonly run: string;
}
