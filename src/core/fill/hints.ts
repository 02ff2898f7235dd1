import { textsMatching } from './pattern.ts';
import { tokensOf } from '../tokens.ts';

/** What the text of a condition says about the values that meet it. */
export interface FillHints {
  /** Constants that are compared with. */
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
  /** Regular expressions that have to match. */
  readonly patterns: readonly string[];
  /** True where its numbers may be lengths of texts. */
  readonly lengths: boolean;
}

/** No hint at all. */
export const NO_HINTS: FillHints = { texts: [], numbers: [], patterns: [], lengths: false };

/** One of the columns that an expression is about. */
export interface HintedColumn {
  readonly name: string;
  /** All of them. */
  readonly among: readonly string[];
}

/**
 * Reads the constants out of a boolean expression as pg_get_expr prints it; given a column, only those that stand
 * behind its name and before that of another one. The expression is not understood: which of the values that
 * follow from it meet it is the server's to say.
 */
export function hintsOf(expression: string, of?: HintedColumn): FillHints {
  let about = of?.name;
  const texts: string[] = [];
  const numbers: number[] = [];
  const patterns: string[] = [];
  let operator = '';
  let patternFunction = false;
  let lengths = false;
  for (const token of tokensOf(expression)) {
    const written = expression.slice(token.start, token.end);
    const column = of?.among.find((name) => name === nameOf(written));
    if (column !== undefined) about = column;
    if (about !== of?.name) continue;
    switch (token.kind) {
      case 'operator':
        operator = written;
        continue;
      case 'word':
        if (/^(regexp_\w+|substring|similar_to_escape)$/i.test(written)) patternFunction = true;
        if (/length|cardinality|position|strpos/i.test(written)) lengths = true;
        continue;
      case 'number':
        numbers.push(Number(written), ...(operator === '-' ? [-Number(written)] : []));
        operator = '';
        continue;
      case 'string':
        break;
      default:
        continue;
    }
    const text = contentOf(written);
    if (operator === '~' || operator === '~*') patterns.push(text);
    else if (operator === '~~' || operator === '~~*') texts.push(...likeTexts(text));
    else texts.push(text);
    if (patternFunction) patterns.push(text.includes('%') ? text.replaceAll('%', '.*') : text);
    if (/^\{.*\}$/.test(text)) texts.push(...arrayMembers(text));
    // A negative number, and one of another type, is printed as a string with a cast.
    if (/^-?\d+(\.\d+)?$/.test(text)) numbers.push(Number(text));
    operator = '';
  }
  return { texts: distinct(texts), numbers: distinct(numbers), patterns: distinct(patterns), lengths };
}

/** All that several conditions say. */
export function joinedHints(all: readonly FillHints[]): FillHints {
  return {
    texts: distinct(all.flatMap((hints) => hints.texts)),
    numbers: distinct(all.flatMap((hints) => hints.numbers)),
    patterns: distinct(all.flatMap((hints) => hints.patterns)),
    lengths: all.some((hints) => hints.lengths),
  };
}

/** The longest text that is made because a condition asks for a length. */
const LONGEST = 4000;

/** Texts that the hints suggest, other ones for another row. */
export function hintedTexts(hints: FillHints, row: number): readonly string[] {
  const near = hints.lengths ? hints.numbers.flatMap((number) => [number, number + 1, number - 1]) : [];
  const lengths = near.filter((length) => Number.isInteger(length) && length > 0 && length <= LONGEST);
  const matching = hints.patterns.flatMap((pattern) => textsMatching(pattern, row, lengths));
  const few = hints.texts.length <= 4;
  const around = hints.texts.flatMap((text) =>
    few && text !== '' ? [`${text}${String(row)}`, `x${String(row)}${text}y`, `${String(row)}${text}`] : [],
  );
  const long = lengths.map((length) => String(row).padEnd(length, 'x').slice(0, length));
  return distinct([...matching, ...rotated(hints.texts, row - 1), ...around, ...long]);
}

/** A list that begins at another place. */
export function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  if (items.length === 0) return items;
  const start = ((by % items.length) + items.length) % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

/** The items without their repetitions. */
export function distinct<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Set(items)];
}

/** The name that a word or a quoted identifier stands for. */
function nameOf(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
}

/** The value of a string constant; the server prints no E'…' while standard_conforming_strings is on. */
function contentOf(written: string): string {
  const quote = written.indexOf("'");
  const inner = written.slice(quote + 1, -1).replaceAll("''", "'");
  return quote === 0 ? inner : inner.replaceAll('\\\\', '\\');
}

function likeTexts(pattern: string): readonly string[] {
  const text = (many: string): string => pattern.replaceAll('%', many).replaceAll('_', 'a');
  return [text('x'), text('')];
}

/** The members of an array constant without nested ones. */
function arrayMembers(text: string): readonly string[] {
  const members = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,{}]+/g) ?? [];
  return members.map((member) =>
    member.startsWith('"') ? member.slice(1, -1).replaceAll(/\\(.)/g, '$1') : member,
  );
}
