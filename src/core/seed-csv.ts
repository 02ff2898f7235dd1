import type { CsvDialect } from './seed.ts';

/** One row of a file of data, as text. */
export interface DataRecord {
  /** 1-based line of the file on which it starts. */
  readonly line: number;
  /** The line on which it ends: a quoted value may hold line ends. */
  readonly endLine: number;
  /** undefined stands for NULL. */
  readonly fields: readonly (string | undefined)[];
  /** What is wrong with it before any server sees it. */
  readonly fault?: { readonly message: string; readonly column?: string | undefined } | undefined;
}

const CR = 13;
const LF = 10;

/**
 * Reads CSV as COPY does (https://www.postgresql.org/docs/current/sql-copy.html, CSV format): a quote may
 * open anywhere in a value, is written twice inside one, and a value without quotes that equals the null
 * marker is NULL. Text comes in pieces; memory is that of one record. Used for the header and to look for bad
 * rows; whole files go to the server as they are.
 */
export class CsvReader {
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #nullMarker: string;
  #rest = '';
  #line: number;

  constructor(dialect: CsvDialect, firstLine: number) {
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote.charCodeAt(0);
    this.#nullMarker = dialect.nullMarker;
    this.#line = firstLine;
  }

  /** The records that this piece completes. `last` says that nothing follows. */
  *read(piece: string, last: boolean): Generator<DataRecord> {
    const text = this.#rest + piece;
    let at = 0;
    while (at < text.length) {
      const end = this.#record(text, at, last);
      if (end === undefined) break;
      at = end.next;
      this.#line = end.record.endLine + 1;
      yield end.record;
    }
    this.#rest = text.slice(at);
  }

  /** Bytes of text, roughly, that wait for the end of their record. */
  get pending(): number {
    return this.#rest.length;
  }

  #record(text: string, from: number, last: boolean): { record: DataRecord; next: number } | undefined {
    const fields: (string | undefined)[] = [];
    const line = this.#line;
    let endLine = line;
    let value = '';
    let start = from;
    let quoted = false;
    let inside = false;
    let index = from;
    const close = (): void => {
      value += text.slice(start, index);
      fields.push(!quoted && value === this.#nullMarker ? undefined : value);
      value = '';
      quoted = false;
    };
    for (; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (inside) {
        if (unit === this.#quote) {
          if (text.charCodeAt(index + 1) === this.#quote) {
            value += text.slice(start, index + 1);
            index += 1;
            start = index + 1;
          } else if (index + 1 >= text.length && !last) return undefined;
          else {
            value += text.slice(start, index);
            inside = false;
            start = index + 1;
          }
        } else if (unit === LF || (unit === CR && text.charCodeAt(index + 1) !== LF)) endLine += 1;
      } else if (unit === this.#quote) {
        value += text.slice(start, index);
        inside = true;
        quoted = true;
        start = index + 1;
      } else if (unit === this.#delimiter) {
        close();
        start = index + 1;
      } else if (unit === LF || unit === CR) {
        if (unit === CR && index + 1 >= text.length && !last) return undefined;
        close();
        const next = unit === CR && text.charCodeAt(index + 1) === LF ? index + 2 : index + 1;
        return { record: { line, endLine, fields }, next };
      }
    }
    if (!last) return undefined;
    close();
    const fault = inside ? { message: 'unterminated CSV quoted field' } : undefined;
    return { record: { line, endLine, fields, fault }, next: text.length };
  }
}
