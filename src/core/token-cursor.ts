import type { Scanner, Token } from './tokens.ts';

/** A name as the catalogs hold it: unquoted words are folded to lower case, quotes are taken off. */
export interface QualifiedName {
  readonly schema?: string | undefined;
  readonly name: string;
}

/** The bit that tells a lower case letter of ASCII from its upper case. */
const LOWER_CASE = 32;

/** Reads the words of one statement, in any case, whatever white space and comments stand between them. */
export class TokenCursor {
  readonly #text: string;
  readonly #scanner: Scanner;
  readonly #tokens: Token[] = [];
  #at = 0;

  constructor(text: string, scanner: Scanner) {
    this.#text = text;
    this.#scanner = scanner;
  }

  /** The token here, or some tokens ahead; undefined behind the last one. */
  token(ahead = 0): Token | undefined {
    const scanner = this.#scanner;
    while (this.#tokens.length <= this.#at + ahead && scanner.next()) {
      this.#tokens.push({ kind: scanner.kind, start: scanner.start, end: scanner.end });
    }
    return this.#tokens[this.#at + ahead];
  }

  /** The text of a token; empty behind the last one. */
  textOf(token: Token | undefined): string {
    return token === undefined ? '' : this.#text.slice(token.start, token.end);
  }

  /** The unquoted word here in upper case; empty where none stands. */
  keyword(ahead = 0): string {
    const token = this.token(ahead);
    const word = token?.kind === 'word' ? this.textOf(token) : '';
    return /^[a-z_]+$/i.test(word) ? word.toUpperCase() : '';
  }

  skip(): void {
    this.#at += 1;
  }

  /** Moves behind these words if all of them stand here. They are given in upper case. */
  take(...words: readonly string[]): boolean {
    let ahead = 0;
    for (const word of words) {
      if (!this.#stands(word, ahead)) return false;
      ahead += 1;
    }
    this.#at += ahead;
    return true;
  }

  /** Compares letter by letter: most questions are answered by the first one, and nothing is cut out of the text. */
  #stands(word: string, ahead: number): boolean {
    const token = this.token(ahead);
    if (token?.kind !== 'word' || token.end - token.start !== word.length) return false;
    for (let index = 0; index < word.length; index += 1) {
      // Only the letters of ASCII have two cases for PostgreSQL's keywords (src/common/kwlookup.c).
      if ((this.#text.charCodeAt(token.start + index) & ~LOWER_CASE) !== word.charCodeAt(index)) return false;
    }
    return true;
  }

  /** Moves behind this character if it stands here. */
  takeMark(mark: string): boolean {
    const stands = this.textOf(this.token()) === mark;
    if (stands) this.#at += 1;
    return stands;
  }

  /** Moves behind the first of these words outside parentheses and gives it back; empty without one. */
  find(...words: readonly string[]): string {
    let parentheses = 0;
    for (let token = this.token(); token !== undefined; token = this.token()) {
      const word = parentheses === 0 ? this.keyword() : '';
      const mark = token.kind === 'punctuation' ? this.textOf(token) : '';
      parentheses += mark === '(' ? 1 : mark === ')' ? -1 : 0;
      this.skip();
      if (word !== '' && words.includes(word)) return word;
    }
    return '';
  }

  /** A word, number or string here in lower case, without quotes; moves behind it. */
  value(): string {
    const value = this.textOf(this.token()).replace(/^'|'$/g, '').toLowerCase();
    this.skip();
    return value;
  }

  /** `(name value, name = value, name)`, when it stands here, in lower case; moves behind it. */
  options(): ReadonlyMap<string, string> {
    const options = new Map<string, string>();
    if (!this.takeMark('(')) return options;
    while (this.token() !== undefined && !this.takeMark(')')) {
      const name = this.value();
      this.takeMark('=');
      let value = '';
      while (this.token() !== undefined && !['', ',', ')'].includes(this.textOf(this.token())))
        value += this.value();
      options.set(name, value);
      this.takeMark(',');
    }
    return options;
  }

  /** A name with its schema, when one stands here; moves behind it. */
  name(): QualifiedName | undefined {
    const parts: string[] = [];
    do {
      const part = this.#identifier();
      if (part === undefined) return undefined;
      parts.push(part);
    } while (this.takeMark('.'));
    const name = parts.pop();
    if (name === undefined) return undefined;
    const schema = parts.pop();
    return schema === undefined ? { name } : { schema, name };
  }

  /** Names with commas between them. */
  names(): readonly QualifiedName[] {
    const names: QualifiedName[] = [];
    do {
      const name = this.name();
      if (name !== undefined) names.push(name);
    } while (this.takeMark(','));
    return names;
  }

  #identifier(): string | undefined {
    const token = this.token();
    if (token?.kind !== 'word' && token?.kind !== 'quoted-identifier') return undefined;
    const written = this.textOf(token);
    this.skip();
    const escape = /^u&/i.test(written) && this.take('UESCAPE') ? this.value().charAt(0) : '\\';
    return identifierOf(written, escape);
  }
}

/**
 * An identifier as the catalogs hold it. PostgreSQL folds A to Z only (in UTF-8) and cuts names to 63 bytes, a
 * character never in half (src/backend/parser/scansup.c). `escape` is the character of a U&"…" identifier.
 */
export function identifierOf(written: string, escape = '\\'): string {
  if (!written.endsWith('"'))
    return truncated(written.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()));
  const unicode = !written.startsWith('"');
  const name = written.slice(unicode ? 3 : 1, -1).replaceAll('""', '"');
  return truncated(unicode ? withUnicodeEscapes(name, escape) : name);
}

/** \XXXX and \+XXXXXX are characters by number; the escape character twice is itself (manual, section 4.1.2.3). */
function withUnicodeEscapes(name: string, escape: string): string {
  const parts = name.split(escape + escape).map((part) =>
    part
      .split(escape)
      .map((piece, index) => {
        const code = index === 0 ? undefined : /^(?:\+([\da-f]{6})|([\da-f]{4}))/i.exec(piece);
        if (code === undefined || code === null) return piece;
        const point = Number.parseInt(code[1] ?? code[2] ?? '', 16);
        return (point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point)) + piece.slice(code[0].length);
      })
      .join(''),
  );
  return parts.join(escape);
}

function truncated(name: string): string {
  if (name.length <= 21) return name;
  let bytes = 0;
  let result = '';
  for (const character of name) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (bytes > 63) break;
    result += character;
  }
  return result;
}
