import type { Finding } from './finding.ts';
import type { Script } from './migration.ts';
import type { SeedTable } from './seed-name.ts';

/** The set that every environment gets; every other set bears the name of its environment. */
export const REFERENCE = 'reference';

interface SeedFacts {
  /** `reference`, or the name of the environment that the file is for. */
  readonly set: string;
  readonly fileName: string;
  /** Path as the user would type it, relative to the root, with forward slashes. */
  readonly path: string;
}

/** SQL that is run as it stands, in one transaction. */
export interface SqlSeed extends SeedFacts {
  readonly format: 'sql';
  readonly script: Script;
  /** Milliseconds; undefined leaves the default. */
  readonly lockTimeout?: number | undefined;
  /** Milliseconds; undefined leaves the default. */
  readonly statementTimeout?: number | undefined;
}

/** How the values of a CSV file are written. All three are one character, but for the null marker. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly quote: string;
  /** What stands, without quotes, for NULL. */
  readonly nullMarker: string;
}

/** Rows for one table. */
export interface DataSeed extends SeedFacts {
  readonly format: 'csv' | 'ndjson';
  readonly table: SeedTable;
  /** The columns that tell one row from another; undefined for the primary key. */
  readonly key?: readonly string[] | undefined;
  /** The columns that the file gives: its header, or the keys of its first object. */
  readonly columns: readonly string[];
  readonly dialect: CsvDialect;
  /** Bytes before the header or the first object: byte order mark and comment lines. */
  readonly skippedBytes: number;
  /** Lines before the header or the first object. */
  readonly skippedLines: number;
}

/** A program that exports a function of a Kysely. */
export interface ProgramSeed extends SeedFacts {
  readonly format: 'ts' | 'js';
}

/** One file of seeds. */
export type SeedFile = SqlSeed | DataSeed | ProgramSeed;

/** The seeds of one project for one environment, in the order in which they are loaded. */
export interface SeedFiles {
  readonly seeds: readonly SeedFile[];
  /** Names of all sets that there are folders for. */
  readonly sets: readonly string[];
  readonly faults: readonly Finding[];
}

/** `reference/010-roles.csv`: how a seed is named in the history, in messages and by `--only`. */
export function seedName(seed: Pick<SeedFile, 'set' | 'fileName'>): string {
  return `${seed.set}/${seed.fileName}`;
}

/** A seed as the database remembers it. */
export interface SeedRecord {
  readonly set: string;
  readonly fileName: string;
  /** SHA-256, hex, of the file when it was loaded. */
  readonly checksum: string;
  readonly loadedAt: Date;
  readonly loadedBy: string;
  /** Migrations were rolled back since: its rows may have gone with their tables. */
  readonly stale: boolean;
}

/** How many rows a seed touched. A program or SQL that changes nothing counts nothing. */
export interface SeedCounts {
  readonly inserted: number;
  readonly updated: number;
  /** Rows of the file that the table already had; undefined where nobody compares. */
  readonly unchanged?: number | undefined;
  readonly deleted?: number | undefined;
}

/** A row of a file that the table refuses. */
export interface BadRow {
  /** 1-based, of the file; the first line of a row that spans several. */
  readonly line: number;
  readonly column?: string | undefined;
  readonly sqlstate?: string | undefined;
  /** The words of the server, or of the reader where the server never saw the row. */
  readonly message: string;
  readonly detail?: string | undefined;
  /** The row as it stands in the file, cut off where it is long. */
  readonly text?: string | undefined;
}
