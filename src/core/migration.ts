import type { Place } from './place.ts';

/** Which way a step goes. */
export type Direction = 'up' | 'down';

/** A text of SQL from a file of the user: a migration, a rollback or a guard. */
export interface Script {
  /** Path as the user would type it, relative to the project's root, with forward slashes. */
  readonly path: string;
  /** The text as it is sent, byte for byte, without a byte order mark. */
  readonly text: string;
  /** SHA-256, hex, over the text with LF line ends. */
  readonly checksum: string;
}

/** What the comment lines at the top of a migration or rollback say about it. */
export interface Directives {
  /** `@transaction off` makes it false. */
  readonly transaction: boolean;
  /** Milliseconds; undefined leaves the default. */
  readonly lockTimeout?: number | undefined;
  /** Milliseconds; undefined leaves the default. */
  readonly statementTimeout?: number | undefined;
  readonly phase?: string | undefined;
  readonly risk?: { readonly level: 'low' | 'medium' | 'high'; readonly why: string } | undefined;
  /** `none`, or why there is a downtime. */
  readonly downtime?: string | undefined;
  readonly appChange?: string | undefined;
  /** Versions that must be applied before. */
  readonly requires: readonly string[];
  /** Why there is no way back. */
  readonly irreversible?: string | undefined;
  /** Lint findings that were accepted, with the reason. */
  readonly allow: readonly { readonly rule: string; readonly why: string }[];
}

/** What a check must give back. */
export type Expectation =
  | { readonly kind: 'no-rows' }
  | { readonly kind: 'rows' }
  | { readonly kind: 'equals'; readonly value: string }
  /** One row, value by value; null is SQL's. */
  | { readonly kind: 'row'; readonly values: readonly (string | null)[] }
  | { readonly kind: 'compare'; readonly operator: '>' | '>=' | '<' | '<=' | '<>'; readonly value: number }
  | { readonly kind: 'between'; readonly low: number; readonly high: number };

/** One named check of a checks file: a query and what it must give back. */
export interface Check {
  readonly name: string;
  /** Its one query, as it is sent. */
  readonly sql: string;
  readonly expectation: Expectation;
  /** The expectation as it was written. */
  readonly expected: string;
  readonly severity: 'error' | 'warning';
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** The extension, in lower case, without which it is skipped. */
  readonly extension?: string | undefined;
  /** Where its `@check` line stands. */
  readonly place: Place;
}

/** A checks file that bears the name of a migration: run inside its transaction, before COMMIT. */
export interface Guard extends Script {
  readonly checks: readonly Check[];
}

/** One migration as the files tell it. */
export interface MigrationFile {
  /** The leading digits of the file's name. */
  readonly version: string;
  /** The rest of the name, without the extension: `create-academy-settings`. */
  readonly name: string;
  /** The file's name, which its rollback and its guard share. */
  readonly fileName: string;
  readonly script: Script;
  readonly directives: Directives;
  readonly rollback?: { readonly script: Script; readonly directives: Directives } | undefined;
  readonly guard?: Guard | undefined;
}

/** The text with LF line ends, over which checksums and line numbers agree on every platform. */
export function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/**
 * Compares two versions: numerically, so that 9 comes before 10 when widths differ.
 * Versions are digits only.
 */
export function compareVersions(left: string, right: string): number {
  // Nearly always: the same number of digits.
  if (left.length === right.length) return left < right ? -1 : left > right ? 1 : 0;
  const a = left.replace(/^0+(?=\d)/, '');
  const b = right.replace(/^0+(?=\d)/, '');
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
