/**
 * The characters of SQL by what they can be a part of (https://www.postgresql.org/docs/current/sql-syntax-lexical.html),
 * as UTF-16 code units: thousands of files are read at each start, and a comparison of numbers costs least.
 */

/** Classes: what a character is, or what it begins. */
export const SPACE = 1;
export const WORD = 2;
export const DIGIT = 3;
export const OPERATOR = 4;
export const PUNCTUATION = 5;
/** The class of each character of ASCII; 0 for one that starts nothing. */
export const CLASSES = new Uint8Array(128);
for (const [characters, characterClass] of [
  [' \t\n\r\f\v', SPACE],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_', WORD],
  ['0123456789', DIGIT],
  ['~!@#^&|`?+-*/%<>=', OPERATOR],
  ['();[],', PUNCTUATION],
] as const) {
  for (let index = 0; index < characters.length; index += 1)
    CLASSES[characters.charCodeAt(index)] = characterClass;
}

/** Single characters, by the names that Unicode and PostgreSQL's manual give them. */
export const LINE_FEED = 10;
export const CARRIAGE_RETURN = 13;
export const DOUBLE_QUOTE = 34;
export const DOLLAR = 36;
export const AMPERSAND = 38;
export const QUOTE = 39;
export const ASTERISK = 42;
export const PLUS = 43;
export const MINUS = 45;
export const DOT = 46;
export const SLASH = 47;
export const COLON = 58;
export const EQUALS = 61;
export const BACKSLASH = 92;
export const UNDERSCORE = 95;
/** The bit that makes a small letter of ASCII out of a capital one. */
export const LOWER_CASE = 32;

/** Every character beyond ASCII is part of a word, a no-break space too: scan.l, `ident_start` and `ident_cont`. */
export function classOf(unit: number): number {
  return unit < 128 ? (CLASSES[unit] ?? 0) : WORD;
}
