/** A value of a JSON object, as it is written in the file: no number loses a digit on its way. */
export interface JsonValue {
  readonly kind: 'null' | 'string' | 'number' | 'boolean' | 'object' | 'array';
  readonly raw: string;
}

/** The members of one object, in the order in which they are written. */
export interface JsonMembers {
  readonly keys: readonly string[];
  readonly values: readonly JsonValue[];
}

/** A text that is no JSON object, with the offset at which that shows. */
export class JsonFault extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'JsonFault';
    this.offset = offset;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * Takes one JSON object apart without building its values (RFC 8259): numbers of any length and whole objects
 * reach the server as they are written. Nested values are checked by the server. Throws JsonFault.
 */
export function parseMembers(text: string): JsonMembers {
  const keys: string[] = [];
  const values: JsonValue[] = [];
  let at = skipSpace(text, 0);
  if (text[at] !== '{') throw new JsonFault(`a line is one JSON object, and here is ${found(text, at)}`, at);
  at = skipSpace(text, at + 1);
  if (text[at] === '}') return finish(text, at, { keys, values });
  for (;;) {
    if (text[at] !== '"')
      throw new JsonFault(`a key in double quotes comes here, not ${found(text, at)}`, at);
    const end = stringEnd(text, at);
    const key = unquote(text.slice(at, end), at);
    if (keys.includes(key)) throw new JsonFault(`the key "${key}" stands twice`, at);
    at = skipSpace(text, end);
    if (text[at] !== ':') throw new JsonFault(`a colon comes here, not ${found(text, at)}`, at);
    at = skipSpace(text, at + 1);
    const value = valueAt(text, at);
    keys.push(key);
    values.push(value);
    at = skipSpace(text, at + value.raw.length);
    if (text[at] === '}') return finish(text, at, { keys, values });
    if (text[at] !== ',') throw new JsonFault(`a comma or } comes here, not ${found(text, at)}`, at);
    at = skipSpace(text, at + 1);
  }
}

/** The text of a JSON string, without quotes and escapes. Throws JsonFault. */
export function unquote(raw: string, offset = 0): string {
  // What is plain is the text itself; control characters must be escaped (RFC 8259, section 7).
  if (!raw.includes('\\') && !hasControl(raw)) return raw.slice(1, -1);
  try {
    return String(JSON.parse(raw));
  } catch {
    throw new JsonFault('this string has an escape or a control character that JSON does not know', offset);
  }
}

function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) < 32) return true;
  return false;
}

/** The elements of a JSON array, as they are written. Throws JsonFault. */
export function parseElements(raw: string): readonly JsonValue[] {
  const elements: JsonValue[] = [];
  let at = skipSpace(raw, 1);
  if (raw[at] === ']') return elements;
  for (;;) {
    const value = valueAt(raw, at);
    elements.push(value);
    at = skipSpace(raw, at + value.raw.length);
    if (raw[at] === ']') return elements;
    if (raw[at] !== ',') throw new JsonFault(`a comma or ] comes here, not ${found(raw, at)}`, at);
    at = skipSpace(raw, at + 1);
  }
}

function valueAt(text: string, at: number): JsonValue {
  const first = text[at];
  if (first === '"') return { kind: 'string', raw: text.slice(at, stringEnd(text, at)) };
  if (first === '{' || first === '[') {
    return { kind: first === '{' ? 'object' : 'array', raw: text.slice(at, nestedEnd(text, at)) };
  }
  for (const [word, kind] of [
    ['null', 'null'],
    ['true', 'boolean'],
    ['false', 'boolean'],
  ] as const) {
    if (text.startsWith(word, at)) return { kind, raw: word };
  }
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text);
  if (number !== null) return { kind: 'number', raw: number[0] };
  throw new JsonFault(`a value comes here, not ${found(text, at)}`, at);
}

/** Behind the closing quote. */
function stringEnd(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
  throw new JsonFault('this string has no closing quote on its line', at);
}

/** Behind the bracket that closes the one at `at`. */
function nestedEnd(text: string, at: number): number {
  let depth = 0;
  for (let index = at; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 34) index = stringEnd(text, index) - 1;
    else if (unit === 123 || unit === 91) depth += 1;
    else if (unit === 125 || unit === 93) {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  throw new JsonFault(`this ${text[at] ?? ''} is never closed on its line`, at);
}

function skipSpace(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit > 32) return at;
  SPACE.lastIndex = at;
  SPACE.exec(text);
  return SPACE.lastIndex;
}

function finish(text: string, at: number, members: JsonMembers): JsonMembers {
  const end = skipSpace(text, at + 1);
  if (end < text.length)
    throw new JsonFault(`a line is one JSON object; behind it is ${found(text, end)}`, end);
  return members;
}

function found(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? 'the end of the line' : `"${String.fromCodePoint(point)}"`;
}
