import { hash } from 'node:crypto';
import { withLineFeeds } from './migration.ts';
import { scannerOf, splitStatements } from './statements.ts';
import type { LexicalOptions } from './tokens.ts';

/** SHA-256, hex, over the text with LF line ends: the same whatever the platform's line ends. */
export function checksumOf(text: string): string {
  return sha256(withLineFeeds(text));
}

/**
 * SHA-256, hex, over the tokens of a script: the same after an edit of its comments, its white space, its line
 * ends, its lone semicolons or the semicolon after its last statement; another one after any other edit, a
 * change of case included.
 */
export function tokenChecksumOf(text: string, options: LexicalOptions = {}): string {
  const source = withLineFeeds(text);
  const tokens: string[] = [];
  for (const statement of splitStatements(source, options).statements) {
    const scanner = scannerOf(source, statement);
    while (scanner.next()) tokens.push(source.slice(scanner.start, scanner.end));
    tokens.push(';');
  }
  // No token holds a NUL: PostgreSQL's text cannot, and a script with one is refused.
  return sha256(tokens.join('\0'));
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
