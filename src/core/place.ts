/** Where something stands in a file of the user. Lines and columns are 1-based; columns count code points. */
export interface Place {
  /** Path as the user would type it, relative to the project's root, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Line and column, both 1-based, of a UTF-16 offset in a text. Line ends are LF, CRLF or a lone CR. */
export function positionAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let index = 0; index < offset; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 10 || (unit === 13 && text.charCodeAt(index + 1) !== 10)) {
      line += 1;
      start = index + 1;
    }
  }
  return { line, column: codePoints(text, start, offset) + 1 };
}

/** The place in a named file of a UTF-16 offset in its text. */
export function placeAt(file: string, text: string, offset: number): Place {
  return { file, ...positionAt(text, offset) };
}

/** How many code points stand between two UTF-16 offsets. */
export function codePoints(text: string, from: number, to: number): number {
  let count = 0;
  for (let index = from; index < to; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdbff && index + 1 < text.length) index += 1;
    count += 1;
  }
  return count;
}

/**
 * The UTF-16 offset of a 1-based code point position, which is how PostgreSQL reports error positions
 * (https://www.postgresql.org/docs/current/protocol-error-fields.html, field P).
 */
export function offsetOfCodePoint(text: string, position: number): number {
  let remaining = position - 1;
  let index = 0;
  while (remaining > 0 && index < text.length) {
    const unit = text.charCodeAt(index);
    index += unit >= 0xd800 && unit <= 0xdbff && index + 1 < text.length ? 2 : 1;
    remaining -= 1;
  }
  return index;
}

/** `file:line:column`, the form that editors and terminals turn into a link. */
export function placeText(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}
