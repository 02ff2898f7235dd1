/**
 * The lexical rules of PostgreSQL, as psql applies them to a file before it knows any grammar
 * (https://www.postgresql.org/docs/current/sql-syntax-lexical.html; src/backend/parser/scan.l and
 * src/fe_utils/psqlscan.l in PostgreSQL's source).
 */

import {
  SPACE,
  WORD,
  DIGIT,
  OPERATOR,
  PUNCTUATION,
  CLASSES,
  DOUBLE_QUOTE,
  DOLLAR,
  AMPERSAND,
  QUOTE,
  ASTERISK,
  MINUS,
  DOT,
  SLASH,
  COLON,
  EQUALS,
  BACKSLASH,
  LOWER_CASE,
  classOf,
} from './characters.ts';
import { lineEnd, wordEnd, closingEnd, operatorEnd, numberEnd, digitsEnd } from './token-ends.ts';

/** What a token is. `other` is a character with which PostgreSQL starts no token: a syntax error there. */
export type TokenKind =
  | 'word'
  | 'quoted-identifier'
  | 'string'
  | 'dollar-string'
  | 'number'
  | 'parameter'
  | 'operator'
  | 'punctuation'
  | 'meta-command'
  | 'other';

/** A piece of SQL between white space and comments. Offsets are UTF-16 code units; `end` is exclusive. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

/** Something that is opened and never closed, with the offset where it was opened. */
export interface LexicalFault {
  readonly construct: 'string' | 'quoted-identifier' | 'dollar-string' | 'comment' | 'body';
  readonly offset: number;
  /** What opens it, as it is written: `'`, `E'`, `$body$`, `/*`, `BEGIN ATOMIC`. */
  readonly opening: string;
}

/** How the server that will read the text is set. */
export interface LexicalOptions {
  /** `standard_conforming_strings`; while it is off, plain '…' strings take backslash escapes. Default true. */
  readonly standardConformingStrings?: boolean | undefined;
}

/**
 * Walks through a text token by token. `kind`, `start` and `end` describe the current token after `next()`
 * has returned true. It allocates nothing for a token: thousands of files are read at each start.
 */
export class Scanner {
  kind: TokenKind = 'other';
  start: number;
  /** Where the next token is looked for; setting it skips text. */
  end: number;
  standardConformingStrings: boolean;
  /** Offset of the first plain string with a backslash that was read while standard_conforming_strings was off. */
  firstBackslashString: number | undefined;
  readonly faults: LexicalFault[] = [];
  readonly #text: string;
  readonly #limit: number;
  /** Where the last E'…' string ended: a string that continues it on another line takes backslashes too. */
  #escapeEnd = -1;

  constructor(text: string, options: LexicalOptions = {}, from = 0, limit = text.length) {
    this.#text = text;
    this.#limit = limit;
    this.start = from;
    this.end = from;
    this.standardConformingStrings = options.standardConformingStrings ?? true;
  }

  /** Moves to the next token; false at the end of the text. */
  next(): boolean {
    const text = this.#text;
    const limit = this.#limit;
    let at = this.end;
    let blockComment = false;
    while (at < limit) {
      const unit = text.charCodeAt(at);
      const unitClass = unit < 128 ? CLASSES[unit] : WORD;
      if (unitClass === SPACE) {
        at += 1;
      } else if (unitClass === WORD) {
        this.start = at;
        this.#word(unit, at);
        return true;
      } else if (unit === MINUS && text.charCodeAt(at + 1) === MINUS) {
        at = lineEnd(text, at + 2);
      } else if (unit === SLASH && text.charCodeAt(at + 1) === ASTERISK) {
        at = this.#comment(at);
        blockComment = true;
      } else {
        this.start = at;
        if (unitClass === PUNCTUATION) this.#token('punctuation', at + 1);
        else if (unit === QUOTE) this.#string(at, at + 1, this.#continuesEscape(blockComment));
        else if (unitClass === DIGIT) this.#token('number', numberEnd(text, at));
        else if (unitClass === OPERATOR) this.#token('operator', operatorEnd(text, at));
        else this.#rare(unit, at);
        return true;
      }
    }
    this.start = limit;
    this.end = limit;
    return false;
  }

  #token(kind: TokenKind, end: number): void {
    this.kind = kind;
    this.end = end;
  }

  #word(unit: number, at: number): void {
    const text = this.#text;
    const following = text.charCodeAt(at + 1);
    if (following === QUOTE || following === AMPERSAND) {
      const prefix = unit | LOWER_CASE;
      // U&'…' and U&"…": a backslash there never escapes the quote.
      const quote = following === AMPERSAND && prefix === 117 ? text.charCodeAt(at + 2) : 0;
      if (quote === DOUBLE_QUOTE) this.#quotedIdentifier(at, at + 3);
      else if (quote === QUOTE) this.#string(at, at + 3, 'plain');
      else if (following === QUOTE && prefix === 101) this.#string(at, at + 2, 'escapes');
      else if (following === QUOTE && prefix === 110) this.#string(at, at + 2, 'setting');
      else if (following === QUOTE && (prefix === 98 || prefix === 120)) this.#string(at, at + 2, 'plain');
      else this.#token('word', wordEnd(text, at));
    } else {
      this.#token('word', wordEnd(text, at));
    }
  }

  #rare(unit: number, at: number): void {
    const text = this.#text;
    const following = text.charCodeAt(at + 1);
    if (unit === DOUBLE_QUOTE) this.#quotedIdentifier(at, at + 1);
    else if (unit === DOT) {
      if (following === DOT) this.#token('operator', at + 2);
      else if (classOf(following) === DIGIT) this.#token('number', numberEnd(text, at));
      else this.#token('punctuation', at + 1);
    } else if (unit === DOLLAR) this.#dollar(at);
    else if (unit === COLON)
      this.#token('operator', following === COLON || following === EQUALS ? at + 2 : at + 1);
    else if (unit === BACKSLASH) this.#token('meta-command', lineEnd(text, at + 1));
    else this.#token('other', at + 1);
  }

  /** `from` is the offset after the opening quote. */
  #string(at: number, from: number, backslashes: 'escapes' | 'plain' | 'setting'): void {
    const text = this.#text;
    const escapes =
      backslashes === 'escapes' || (backslashes === 'setting' && !this.standardConformingStrings);
    this.#close(
      'string',
      at,
      from,
      escapes ? this.#escapeStringEnd(at, from, backslashes) : closingEnd(text, "'", from),
    );
    if (backslashes === 'escapes') this.#escapeEnd = this.end;
  }

  #escapeStringEnd(at: number, from: number, backslashes: 'escapes' | 'setting' | 'plain'): number {
    const text = this.#text;
    const { length } = text;
    for (let index = from; index < length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit === BACKSLASH) {
        if (backslashes === 'setting') this.firstBackslashString ??= at;
        index += 1;
      } else if (unit === QUOTE) {
        if (text.charCodeAt(index + 1) !== QUOTE) return index + 1;
        index += 1;
      }
    }
    return -1;
  }

  /**
   * A string after white space with a line end in it continues the string before, in its mode; a block
   * comment between them does not (scan.l, `quotecontinue`).
   */
  #continuesEscape(blockComment: boolean): 'escapes' | 'setting' {
    if (blockComment || this.#escapeEnd === -1 || this.#escapeEnd !== this.end) return 'setting';
    return /[\n\r]/.test(this.#text.slice(this.end, this.start)) ? 'escapes' : 'setting';
  }

  #quotedIdentifier(at: number, from: number): void {
    this.#close('quoted-identifier', at, from, closingEnd(this.#text, '"', from));
  }

  #dollar(at: number): void {
    const text = this.#text;
    if (classOf(text.charCodeAt(at + 1)) === DIGIT) {
      this.#token('parameter', digitsEnd(text, at + 1, false));
      return;
    }
    const end = wordEnd(text, at, false);
    if (text.charCodeAt(end) === DOLLAR) {
      const tag = text.slice(at, end + 1);
      const close = text.indexOf(tag, end + 1);
      this.#close('dollar-string', at, end + 1, close === -1 ? -1 : close + tag.length);
    } else {
      this.#token('other', at + 1);
    }
  }

  /** The offset after a block comment. Comments nest: the manual's section 4.1.5. */
  #comment(at: number): number {
    const text = this.#text;
    const { length } = text;
    let depth = 1;
    for (let index = at + 2; index < length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit === SLASH && text.charCodeAt(index + 1) === ASTERISK) {
        depth += 1;
        index += 1;
      } else if (unit === ASTERISK && text.charCodeAt(index + 1) === SLASH) {
        depth -= 1;
        index += 1;
        if (depth === 0) return index + 1;
      }
    }
    this.faults.push({ construct: 'comment', offset: at, opening: '/*' });
    return length;
  }

  /** Ends a quoted token; `end` is -1 where nothing closes what was opened between `at` and `from`. */
  #close(
    kind: 'string' | 'quoted-identifier' | 'dollar-string',
    at: number,
    from: number,
    end: number,
  ): void {
    if (end === -1) this.faults.push({ construct: kind, offset: at, opening: this.#text.slice(at, from) });
    this.#token(kind, end === -1 ? this.#text.length : end);
  }
}

/** The tokens of a text, or of a part of it that begins and ends between tokens. */
export function tokensOf(text: string, options: LexicalOptions = {}, from = 0, limit = text.length): Token[] {
  const scanner = new Scanner(text, options, from, limit);
  const tokens: Token[] = [];
  while (scanner.next()) tokens.push({ kind: scanner.kind, start: scanner.start, end: scanner.end });
  return tokens;
}

/** True when an unquoted word stands there in any case; the word is given in lower case. */
export function isWord(text: string, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let index = 0; index < word.length; index += 1) {
    const expected = word.charCodeAt(index);
    const unit = text.charCodeAt(start + index);
    // Only the letters of ASCII have two cases for PostgreSQL's keywords (src/common/kwlookup.c).
    if (unit !== expected && (expected < 97 || (unit | 32) !== expected)) return false;
  }
  return true;
}
