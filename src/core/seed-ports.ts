import type { Session } from './ports.ts';
import type { BadRow, DataSeed, SeedCounts, SeedFile, SeedRecord } from './seed.ts';

/** The bytes of a seed, read as a stream: memory does not grow with the file. */
export interface SeedSource {
  /** Bytes of the whole file. */
  readonly size: number;
  /** Bytes that were given out so far by the stream that was opened last. */
  readonly position: number;
  /** All bytes of the file in order, from its start. */
  stream(): AsyncIterable<Uint8Array>;
  /** SHA-256, hex, of what the last stream gave out; undefined before its end. */
  readonly checksum: string | undefined;
}

/** What a program's function got back, or what it threw. */
export type SeedFunction = (database: unknown) => unknown;

/** The files of seeds, opened when they are needed. */
export interface SeedReader {
  source(seed: SeedFile): SeedSource;
  /** SHA-256, hex, of a file: what decides whether it is loaded again. */
  checksum(seed: SeedFile): Promise<string>;
  /** Loads the program's module and gives back its function. Throws UsageError. */
  program(seed: SeedFile): Promise<SeedFunction>;
}

/** What the database remembers of seeds. All calls run in the session's present transaction. */
export interface SeedRecords {
  read(session: Session): Promise<readonly SeedRecord[]>;
  /**
   * Waits for the transaction of a run that was killed and still works on the server; then reads again what is
   * recorded of this seed.
   */
  claim(session: Session, seed: SeedFile): Promise<SeedRecord | undefined>;
  /** Records the seed, and writes the line of the event log. */
  write(
    session: Session,
    seed: SeedFile,
    facts: { readonly checksum: string; readonly counts: SeedCounts; readonly duration: number },
  ): Promise<void>;
}

/** Loads files of rows, in the session's present transaction. */
export interface DataLoader {
  /** Throws ServerError, RowsRefusedError, SeedFileError. */
  load(session: Session, seed: DataSeed, source: SeedSource, signal: AbortSignal): Promise<SeedCounts>;
  /** The rows that the table refuses, `limit` of them at most; its transaction must be rolled back. */
  badRows(
    session: Session,
    seed: DataSeed,
    source: SeedSource,
    options: { readonly limit: number; readonly signal: AbortSignal },
  ): Promise<readonly BadRow[]>;
  /** Rows that a COPY of this backend has taken so far; undefined while it runs none. */
  rowsCopied(session: Session, pid: number): Promise<number | undefined>;
}

/** Runs programs, in the session's present transaction. */
export interface ProgramRunner {
  /** Throws ServerError, and whatever the program throws. */
  run(session: Session, program: SeedFunction, signal: AbortSignal): Promise<SeedCounts>;
}

/** Which order of files fills the tables after those that they refer to. */
export interface SeedOrder {
  /**
   * The advice after a foreign key refused a row of `seed`: names of files in an order that works, or why none
   * is at fault.
   */
  advice(
    session: Session,
    seed: SeedFile,
    seeds: readonly SeedFile[],
    constraint: {
      readonly schema?: string | undefined;
      readonly table?: string | undefined;
      readonly name?: string | undefined;
    },
  ): Promise<string | undefined>;
}

/** Everything that loading seeds needs beyond a run. */
export interface SeedTools {
  readonly reader: SeedReader;
  readonly records: SeedRecords;
  readonly loader: DataLoader;
  readonly programs: ProgramRunner;
  readonly order: SeedOrder;
}
