import type { Parsed } from './parsed.ts';
import { identifierOf } from './token-cursor.ts';

/** The extensions of seeds. */
export const SEED_FORMATS = ['sql', 'csv', 'ndjson', 'ts', 'js'] as const;

/** The table that a data file is for, as the catalogs hold its name. */
export interface SeedTable {
  readonly schema?: string | undefined;
  readonly name: string;
}

/** What the name of a seed says. */
export interface SeedFileName {
  /** The leading digits, as they are written. */
  readonly order: string;
  /** What comes after the separator, without the extension. */
  readonly description: string;
  readonly format: (typeof SEED_FORMATS)[number];
}

const SHAPE = 'a name is a number, - or _, a description and an extension: 010-permissions.csv';
const NAME = /^([0-9]+)[-_](.+)\.(sql|csv|ndjson|ts|js)$/;

/** Reads `010-permissions.csv`. The problem is worded to follow the path of the file. */
export function parseSeedName(fileName: string): Parsed<SeedFileName> {
  const match = NAME.exec(fileName);
  if (match !== null) {
    const [, order = '', description = '', format = ''] = match;
    const known = SEED_FORMATS.find((candidate) => candidate === format);
    if (known !== undefined) return { value: { order, description, format: known } };
  }
  if (!/^[0-9]/.test(fileName)) return { problem: 'has no number in front', hint: SHAPE };
  return { problem: 'has no description after its number', hint: SHAPE };
}

/**
 * The table of `permissions` or `app.permissions`. Unlike in SQL the case counts, because a file name is
 * no SQL: `Users` is the table "Users".
 */
export function tableOfDescription(description: string): SeedTable {
  const dot = description.indexOf('.');
  return dot === -1
    ? { name: description }
    : { schema: description.slice(0, dot), name: description.slice(dot + 1) };
}

const IDENTIFIER = /^(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)$/u;

/** A table or a column as SQL writes it: folded to lower case unless quoted. */
export function parseIdentifier(written: string): string | undefined {
  return IDENTIFIER.test(written) ? identifierOf(written) : undefined;
}

/** `permissions`, `app.permissions`, `"Odd name"`. */
export function parseTable(written: string): SeedTable | undefined {
  const match = /^((?:"(?:[^"]|"")+"|[^".])+)(?:\.((?:"(?:[^"]|"")+"|[^".])+))?$/.exec(written);
  const [first, second] = [match?.[1], match?.[2]];
  const left = first === undefined ? undefined : parseIdentifier(first.trim());
  if (left === undefined) return undefined;
  if (second === undefined) return { name: left };
  const right = parseIdentifier(second.trim());
  return right === undefined ? undefined : { schema: left, name: right };
}

/** `app.permissions`, as messages write it. */
export function tableText(table: SeedTable): string {
  return table.schema === undefined ? table.name : `${table.schema}.${table.name}`;
}
