import { lineEnd } from './token-ends.ts';
import { Scanner } from './tokens.ts';

/**
 * Where a directive stands: in the comments at the `top`, in a comment line `below` the first statement,
 * in a comment `beside` SQL on the same line, or commented out inside a block comment.
 */
export type DirectivePosition = 'top' | 'below' | 'beside' | 'block-comment';

/** A comment that looks like a directive: `-- @name value`. Offsets are UTF-16 code units. */
export interface DirectiveLine {
  /** Without the `@`, as it is written. */
  readonly name: string;
  /** There is white space between the `@` and the name: prose, or a slip. */
  readonly spaced: boolean;
  /** The rest of the line, trimmed. */
  readonly value: string;
  readonly position: DirectivePosition;
  /** Of the `@`. */
  readonly offset: number;
  /** Of the value; where there is none, of the end of the name. */
  readonly valueOffset: number;
  /** Of the `--`. */
  readonly start: number;
  /** After the line's last character, before its line end. */
  readonly end: number;
}

/** Cheap: most files have none, and thousands are read at each start. */
const MARK = /--[ \t]*@/;

const DIRECTIVE = /^--[ \t]*@([ \t]*)([\p{L}_][\p{L}\p{N}_-]*)(?:[ \t]*:)?[ \t]*(.*)$/u;
const IN_BLOCK_COMMENT = /^[ \t]*(--[ \t]*@[\p{L}_].*)$/gmu;

/** Everything in a text that looks like a directive, in order. What stands in strings and function bodies does not count. */
export function directiveLines(text: string): readonly DirectiveLine[] {
  if (!MARK.test(text)) return [];
  const lines: DirectiveLine[] = [];
  const scanner = new Scanner(text);
  let gapStart = 0;
  let more = true;
  while (more) {
    more = scanner.next();
    const gapEnd = more ? scanner.start : text.length;
    if (gapEnd - gapStart > 3) collect(text, gapStart, gapEnd, gapStart === 0, lines);
    gapStart = scanner.end;
  }
  return lines;
}

/** The directives in the white space and comments between two tokens. */
function collect(text: string, from: number, to: number, top: boolean, lines: DirectiveLine[]): void {
  let at = from;
  // At the top of the file a line starts; after a token one starts with the next line end.
  let lineIsFresh = top;
  while (at < to) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || unit === 13) {
      lineIsFresh = true;
      at += 1;
    } else if (text.startsWith('--', at)) {
      const end = lineEnd(text, at);
      const position = top ? 'top' : lineIsFresh ? 'below' : 'beside';
      const line = read(text, at, end, position);
      if (line !== undefined) lines.push(line);
      at = end;
    } else if (text.startsWith('/*', at)) {
      const end = blockCommentEnd(text, at, to);
      for (const match of text.slice(at, end).matchAll(IN_BLOCK_COMMENT)) {
        const start = at + match.index + match[0].indexOf('--');
        const line = read(text, start, lineEnd(text, start), 'block-comment');
        if (line !== undefined) lines.push(line);
      }
      at = end;
    } else {
      at += 1;
    }
  }
}

function read(
  text: string,
  start: number,
  end: number,
  position: DirectivePosition,
): DirectiveLine | undefined {
  const match = DIRECTIVE.exec(text.slice(start, end));
  if (match === null) return undefined;
  const [whole, space = '', name = '', rest = ''] = match;
  return {
    name,
    spaced: space !== '',
    value: rest.trim(),
    position,
    offset: start + whole.indexOf('@'),
    valueOffset: start + whole.length - rest.length,
    start,
    end,
  };
}

/** Comments nest: section 4.1.5 of the manual. */
function blockCommentEnd(text: string, at: number, to: number): number {
  let depth = 0;
  for (let index = at; index < to; index += 1) {
    if (text.startsWith('/*', index)) {
      depth += 1;
      index += 1;
    } else if (text.startsWith('*/', index)) {
      depth -= 1;
      index += 1;
      if (depth === 0) return index + 1;
    }
  }
  return to;
}
