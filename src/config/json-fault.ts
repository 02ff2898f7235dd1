/** Where a text stops being JSON, and why. The offset counts UTF-16 code units. */
export interface JsonFault {
  readonly offset: number;
  readonly problem: string;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// eslint-disable-next-line no-control-regex -- RFC 8259, section 7: these must be escaped
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;

/** Raised at the first fault; never leaves this file. */
class Stop extends Error {
  readonly fault: JsonFault;

  constructor(offset: number, problem: string) {
    super(problem);
    this.fault = { offset, problem };
  }
}

/**
 * The first fault of a text that JSON.parse refuses: its own message has no place in some versions of Node.
 * Undefined for a text that is JSON (RFC 8259).
 */
export function jsonFault(text: string): JsonFault | undefined {
  try {
    const end = afterSpace(text, afterValue(text, afterSpace(text, 0)));
    return end < text.length
      ? { offset: end, problem: 'there is something after the end of the object' }
      : undefined;
  } catch (error) {
    if (error instanceof Stop) return error.fault;
    throw error;
  }
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1;
  if (text.startsWith('//', at) || text.startsWith('/*', at)) {
    throw new Stop(at, 'JSON has no comments; lms-db.config.ts may have some');
  }
  return at;
}

function afterValue(text: string, at: number): number {
  const character = text.charAt(at);
  if (character === '{') return afterMembers(text, at, '}');
  if (character === '[') return afterMembers(text, at, ']');
  if (character === '"') return afterString(text, at);
  for (const word of ['true', 'false', 'null']) if (text.startsWith(word, at)) return at + word.length;
  NUMBER.lastIndex = at;
  if (NUMBER.test(text)) return NUMBER.lastIndex;
  throw new Stop(
    at,
    character === '' ? 'the text ends where a value is expected' : unexpected(character, 'a value'),
  );
}

function afterString(text: string, at: number): number {
  STRING.lastIndex = at;
  if (STRING.test(text)) return STRING.lastIndex;
  throw new Stop(at, 'this text is not closed, or holds a character that must be escaped');
}

function afterMembers(text: string, start: number, close: '}' | ']'): number {
  let at = afterSpace(text, start + 1);
  if (text.charAt(at) === close) return at + 1;
  for (;;) {
    if (close === '}') {
      if (text.charAt(at) !== '"') throw new Stop(at, unexpected(text.charAt(at), 'a key in double quotes'));
      at = afterSpace(text, afterString(text, at));
      if (text.charAt(at) !== ':') throw new Stop(at, unexpected(text.charAt(at), 'a colon'));
      at = afterSpace(text, at + 1);
    }
    at = afterSpace(text, afterValue(text, at));
    const character = text.charAt(at);
    if (character === close) return at + 1;
    if (character !== ',') throw new Stop(at, unexpected(character, `a comma or ${close}`));
    const comma = at;
    at = afterSpace(text, at + 1);
    if (text.charAt(at) === close) throw new Stop(comma, `this comma is one too many: ${close} follows`);
  }
}

function unexpected(character: string, expected: string): string {
  return character === ''
    ? `the text ends where ${expected} is expected`
    : `expected ${expected}, found ${character}`;
}
