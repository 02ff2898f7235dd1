/**
 * UTF-16 offsets in a text for offsets in its bytes of UTF-8, which is how PostgreSQL's parser counts. Most SQL is
 * ASCII, where both are the same; else a table is made once, on the first question.
 */
export class ByteOffsets {
  readonly #text: string;
  #table: Uint32Array | undefined;
  readonly #plain: boolean;

  constructor(text: string) {
    this.#text = text;
    // eslint-disable-next-line no-control-regex -- the range of ASCII
    this.#plain = /^[\x00-\x7f]*$/.test(text);
  }

  /** The UTF-16 offset of a byte; within the text, whatever is asked. */
  utf16(byte: number): number {
    if (this.#plain) return Math.min(Math.max(byte, 0), this.#text.length);
    this.#table ??= tableOf(this.#text);
    return this.#table[Math.min(Math.max(byte, 0), this.#table.length - 1)] ?? 0;
  }
}

/** For each byte, and for the end, the offset of the character that it belongs to. */
function tableOf(text: string): Uint32Array {
  const offsets: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.codePointAt(index) ?? 0;
    const bytes = unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit < 0x10000 ? 3 : 4;
    for (let count = 0; count < bytes; count += 1) offsets.push(index);
    if (bytes === 4) index += 1;
  }
  offsets.push(text.length);
  return Uint32Array.from(offsets);
}
