/** Where the tokens of PostgreSQL's scanner end (src/backend/parser/scan.l in its source). Offsets are UTF-16 code units, exclusive. */

import {
  WORD,
  DIGIT,
  OPERATOR,
  CLASSES,
  LINE_FEED,
  CARRIAGE_RETURN,
  DOLLAR,
  ASTERISK,
  PLUS,
  MINUS,
  DOT,
  SLASH,
  UNDERSCORE,
  LOWER_CASE,
  classOf,
} from './characters.ts';

/** Where the line ends that holds this offset: before its LF, CR or CRLF. */
export function lineEnd(text: string, from: number): number {
  const { length } = text;
  let index = from;
  while (index < length) {
    const unit = text.charCodeAt(index);
    if (unit === LINE_FEED || unit === CARRIAGE_RETURN) return index;
    index += 1;
  }
  return length;
}

/** The offset after a word. The tag of a dollar quote is a word without dollars. */
export function wordEnd(text: string, at: number, dollars = true): number {
  const { length } = text;
  let end = at + 1;
  while (end < length) {
    const unit = text.charCodeAt(end);
    if (unit < 128) {
      const unitClass = CLASSES[unit];
      if (unitClass !== WORD && unitClass !== DIGIT && !(dollars && unit === DOLLAR)) break;
    }
    end += 1;
  }
  return end;
}

/** The offset after a closing quote that is not doubled; -1 without one. */
export function closingEnd(text: string, quote: "'" | '"', from: number): number {
  const unit = quote.charCodeAt(0);
  let index = text.indexOf(quote, from);
  while (index !== -1 && text.charCodeAt(index + 1) === unit) index = text.indexOf(quote, index + 2);
  return index === -1 ? -1 : index + 1;
}

/** An operator is as long as possible, up to a comment; and `=-` is `=` and `-` (scan.l, rule `operator`). */
export function operatorEnd(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && classOf(text.charCodeAt(end)) === OPERATOR) {
    const unit = text.charCodeAt(end);
    const following = text.charCodeAt(end + 1);
    if ((unit === MINUS && following === MINUS) || (unit === SLASH && following === ASTERISK)) break;
    end += 1;
  }
  if (end > at + 1 && !/[~!@#^&|`?%]/.test(text.slice(at, end))) {
    while (end > at + 1 && (text.charCodeAt(end - 1) === PLUS || text.charCodeAt(end - 1) === MINUS))
      end -= 1;
  }
  return end;
}

/** Numbers with a base, since PostgreSQL 16. */
const BASED_NUMBER = /0(?:x[\da-f_]+|o[0-7_]+|b[01_]+)/iy;

/** 42, 1_000, 0x1F, 1.5, .5, 1e-3; the dots of 1..10 are an operator. What follows directly is another token. */
export function numberEnd(text: string, at: number): number {
  BASED_NUMBER.lastIndex = at;
  if (text.charCodeAt(at) === 48 && BASED_NUMBER.test(text)) return BASED_NUMBER.lastIndex;
  let end = digitsEnd(text, at);
  if (text.charCodeAt(end) === DOT && text.charCodeAt(end + 1) !== DOT) end = digitsEnd(text, end + 1);
  if ((text.charCodeAt(end) | LOWER_CASE) === 101) {
    const sign = text.charCodeAt(end + 1);
    const exponent = sign === PLUS || sign === MINUS ? end + 2 : end + 1;
    if (classOf(text.charCodeAt(exponent)) === DIGIT) end = digitsEnd(text, exponent);
  }
  return end;
}

/** The offset after digits; an underscore may stand between two of them, since PostgreSQL 16. */
export function digitsEnd(text: string, from: number, underscores = true): number {
  let end = from;
  for (;;) {
    const unit = text.charCodeAt(end);
    const digit = underscores && unit === UNDERSCORE && end > from ? text.charCodeAt(end + 1) : unit;
    if (!(digit >= 48 && digit <= 57)) return end;
    end += 1;
  }
}
