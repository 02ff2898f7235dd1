import { LmsDbError } from './errors.ts';
import { EXIT } from './finding.ts';
import type { BadRow } from './seed.ts';

/** Rows that were refused; a line of 0 is not known. Never shown as such: an outcome is made of it. */
export class RowsRefusedError extends Error {
  readonly rows: readonly BadRow[];

  constructor(rows: readonly BadRow[], cause?: unknown) {
    super(rows[0]?.message ?? 'a row was refused', cause === undefined ? {} : { cause });
    this.name = 'RowsRefusedError';
    this.rows = rows;
  }
}

/** A file of rows that does not fit its table: no such table or column, no key. Exit code 2. */
export class SeedFileError extends LmsDbError {
  readonly code = 'seed-file';
  readonly exitCode = EXIT.usage;
}
