import type { QualifiedName } from '../core/token-cursor.ts';

/** Quotes an identifier (https://www.postgresql.org/docs/current/sql-syntax-lexical.html, quoted identifiers). */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Quotes a value for a text that carries several statements, where nothing can be bound. A backslash
 * makes it an escape string, so that it reads the same whatever standard_conforming_strings is.
 */
export function literal(value: string | number | boolean | undefined): string {
  if (value === undefined) return 'null';
  if (typeof value !== 'string') return String(value);
  const quoted = value.replaceAll("'", "''");
  return quoted.includes('\\') ? ` E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/** A name as SQL, with its schema where it has one. */
export function qualified(name: QualifiedName): string {
  return name.schema === undefined
    ? identifier(name.name)
    : `${identifier(name.schema)}.${identifier(name.name)}`;
}
