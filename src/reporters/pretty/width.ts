/** Combining marks and invisible format characters: no column of their own. */
const NARROW = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/**
 * Characters that a terminal draws over two columns: those that Unicode calls wide or full-width
 * (https://www.unicode.org/reports/tr11/), as far as scripts and emoji go.
 */
const WIDE =
  /^(?:[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1AFF0}-\u{1B2FF}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation})$/u;

/** How many columns of a terminal a text without tabs takes. */
export function displayWidth(text: string): number {
  // Most texts are ASCII: there every character is one column.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : NARROW.test(character) ? 0 : 1;
  return width;
}

/** The text with spaces up to a width. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** The text with its tabs as spaces, up to the next multiple of `every` columns. */
export function withoutTabs(text: string, every = 4): string {
  if (!text.includes('\t')) return text;
  let line = '';
  for (const part of text.split(/(\t)/)) {
    line += part === '\t' ? ' '.repeat(every - (displayWidth(line) % every)) : part;
  }
  return line;
}
