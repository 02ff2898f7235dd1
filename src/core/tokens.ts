/**
 * The lexical rules of PostgreSQL, as psql applies them to a file before it knows any grammar
 * (https://www.postgresql.org/docs/current/sql-syntax-lexical.html; src/backend/parser/scan.l and
 * src/fe_utils/psqlscan.l in PostgreSQL's source).
 */

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

const SPACE = 1;
const WORD = 2;
const DIGIT = 3;
const OPERATOR = 4;
const PUNCTUATION = 5;
const CLASSES = new Uint8Array(128);
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

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const DOUBLE_QUOTE = 34;
const DOLLAR = 36;
const AMPERSAND = 38;
const QUOTE = 39;
const ASTERISK = 42;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const EQUALS = 61;
const BACKSLASH = 92;
const UNDERSCORE = 95;
const LOWER_CASE = 32;

/** Every character beyond ASCII is part of a word, a no-break space too: scan.l, `ident_start` and `ident_cont`. */
function classOf(unit: number): number {
  return unit < 128 ? (CLASSES[unit] ?? 0) : WORD;
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

/** The tag of a dollar quote is a word without dollars. */
function wordEnd(text: string, at: number, dollars = true): number {
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
function closingEnd(text: string, quote: "'" | '"', from: number): number {
  const unit = quote.charCodeAt(0);
  let index = text.indexOf(quote, from);
  while (index !== -1 && text.charCodeAt(index + 1) === unit) index = text.indexOf(quote, index + 2);
  return index === -1 ? -1 : index + 1;
}

/** An operator is as long as possible, up to a comment; and `=-` is `=` and `-` (scan.l, rule `operator`). */
function operatorEnd(text: string, at: number): number {
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
function numberEnd(text: string, at: number): number {
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

function digitsEnd(text: string, from: number, underscores = true): number {
  let end = from;
  for (;;) {
    const unit = text.charCodeAt(end);
    const digit = underscores && unit === UNDERSCORE && end > from ? text.charCodeAt(end + 1) : unit;
    if (!(digit >= 48 && digit <= 57)) return end;
    end += 1;
  }
}
