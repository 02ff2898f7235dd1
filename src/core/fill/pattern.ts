/**
 * Texts that match a regular expression of PostgreSQL (manual: POSIX regular expressions), as far as it has
 * only what patterns of columns usually have: no look-ahead, no back reference.
 */

type Pattern =
  | { readonly kind: 'characters'; readonly members: readonly string[] }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly of: Pattern; readonly least: number; readonly most: number };

const NOTHING: Pattern = { kind: 'sequence', parts: [] };
const LOWER = Array.from('abcdefghijklmnopqrstuvwxyz');
const UPPER = LOWER.map((letter) => letter.toUpperCase());
const DIGITS = Array.from('0123456789');
const SPACES = [' ', '\t'];
const MARKS = Array.from('-_.,:;!?@#$%&*+=/\\|~^\'"`<>()[]{}');
const WORDS = [...LOWER, ...DIGITS, ...UPPER, '_'];
const ANYTHING = [...LOWER, ...DIGITS, ...UPPER, ...MARKS, ' '];

const NAMED_CLASSES: Readonly<Record<string, readonly string[]>> = {
  alpha: [...LOWER, ...UPPER],
  lower: LOWER,
  upper: UPPER,
  digit: DIGITS,
  xdigit: [...DIGITS, ...Array.from('abcdefABCDEF')],
  alnum: [...LOWER, ...DIGITS, ...UPPER],
  word: WORDS,
  space: SPACES,
  blank: SPACES,
  punct: MARKS,
  graph: ANYTHING.filter((character) => character !== ' '),
  print: ANYTHING,
};

/** How often `*` and `+` repeat at most. */
const REPEATED = 3;

/**
 * Some texts that match, other ones for another seed: the longer ones first, then those whose repetitions have
 * one of these lengths. None where the pattern has something that is not understood here.
 */
export function textsMatching(
  pattern: string,
  seed: number,
  lengths: readonly number[] = [],
): readonly string[] {
  const parsed = new PatternReader(pattern).read();
  if (parsed === undefined) return [];
  const texts = [REPEATED, 0, ...lengths].flatMap((repeated) =>
    [seed, seed + 7, seed + 31].map((number) => textOf(parsed, repeated, new Choices(number))),
  );
  return [...new Set(texts)];
}

/** A number, read as one digit after the other, each to a base of its own: another number, other choices. */
class Choices {
  #rest: number;

  constructor(number: number) {
    this.#rest = number;
  }

  among(count: number): number {
    const choice = this.#rest % count;
    this.#rest = Math.floor(this.#rest / count);
    return choice;
  }
}

function textOf(pattern: Pattern, repeated: number, choices: Choices): string {
  switch (pattern.kind) {
    case 'characters':
      return pattern.members[choices.among(pattern.members.length)] ?? '';
    case 'sequence':
      return pattern.parts.map((part) => textOf(part, repeated, choices)).join('');
    case 'choice': {
      const part = pattern.parts[choices.among(pattern.parts.length)];
      return part === undefined ? '' : textOf(part, repeated, choices);
    }
    case 'repeat': {
      const times = Math.min(pattern.most, Math.max(pattern.least, repeated));
      return Array.from({ length: times }, () => textOf(pattern.of, repeated, choices)).join('');
    }
  }
}

class PatternReader {
  readonly #source: string;
  #at = 0;
  #understood = true;

  constructor(source: string) {
    // `***:` and `(?i)` at the start say how the rest is read; what matches exactly matches without case too.
    this.#source = source.replace(/^\*\*\*:/, '').replace(/^\(\?[a-z]+\)/, '');
  }

  read(): Pattern | undefined {
    const pattern = this.#alternatives();
    return this.#understood && this.#at >= this.#source.length ? pattern : undefined;
  }

  #alternatives(): Pattern {
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    return parts.length === 1 ? (parts[0] ?? NOTHING) : { kind: 'choice', parts };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    while (this.#understood && this.#at < this.#source.length && !'|)'.includes(this.#here())) {
      parts.push(this.#quantified(this.#atom()));
    }
    return { kind: 'sequence', parts };
  }

  #quantified(of: Pattern): Pattern {
    const bounds = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(this.#source.slice(this.#at));
    if (bounds === null) return of;
    this.#at += bounds[0].length;
    const [, mark, least = '', comma, most = ''] = bounds;
    if (mark !== undefined)
      return { kind: 'repeat', of, least: mark === '+' ? 1 : 0, most: mark === '?' ? 1 : Infinity };
    const upTo = comma === '' ? Number(least) : most === '' ? Infinity : Number(most);
    return { kind: 'repeat', of, least: Number(least), most: upTo };
  }

  #atom(): Pattern {
    const character = this.#here();
    this.#at += character.length;
    switch (character) {
      case '^':
      case '$':
        return NOTHING;
      case '.':
        return { kind: 'characters', members: [...LOWER, ...DIGITS] };
      case '(':
        return this.#group();
      case '[':
        return this.#bracket();
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        this.#understood = false;
        return NOTHING;
      default:
        return { kind: 'characters', members: [character] };
    }
  }

  #group(): Pattern {
    if (this.#take('?') && !this.#take(':')) this.#understood = false;
    const inner = this.#alternatives();
    if (!this.#take(')')) this.#understood = false;
    return inner;
  }

  #escape(): Pattern {
    const character = this.#here();
    this.#at += character.length;
    const members = shorthand(character);
    if (members !== undefined) return { kind: 'characters', members };
    // Constraint escapes: where a word or the text begins and ends.
    if ('mMyYAZ'.includes(character)) return NOTHING;
    if (/[1-9BuUxc]/.test(character)) this.#understood = false;
    return { kind: 'characters', members: [controlOf(character)] };
  }

  #bracket(): Pattern {
    const negated = this.#take('^');
    const members = new Set<string>();
    let first = true;
    while (this.#at < this.#source.length && (first || this.#here() !== ']')) {
      first = false;
      for (const member of this.#members()) members.add(member);
    }
    if (!this.#take(']')) this.#understood = false;
    const chosen = negated ? ANYTHING.filter((character) => !members.has(character)) : [...members];
    if (chosen.length === 0) this.#understood = false;
    return { kind: 'characters', members: chosen };
  }

  #members(): readonly string[] {
    const named = /^\[:(\w+):\]/.exec(this.#source.slice(this.#at));
    if (named !== null) {
      this.#at += named[0].length;
      return NAMED_CLASSES[named[1] ?? ''] ?? [];
    }
    const from = this.#member();
    if (typeof from !== 'string') return from;
    if (this.#here() !== '-' || this.#source[this.#at + 1] === ']') return [from];
    this.#at += 1;
    const to = this.#member();
    return typeof to === 'string' ? span(from, to) : [from, '-', ...to];
  }

  #member(): string | readonly string[] {
    const character = this.#here();
    this.#at += character.length;
    if (character !== '\\') return character;
    const escaped = this.#here();
    this.#at += escaped.length;
    return shorthand(escaped) ?? controlOf(escaped);
  }

  #here(): string {
    const unit = this.#source.codePointAt(this.#at);
    return unit === undefined ? '' : String.fromCodePoint(unit);
  }

  #take(character: string): boolean {
    if (this.#here() !== character) return false;
    this.#at += 1;
    return true;
  }
}

function shorthand(letter: string): readonly string[] | undefined {
  switch (letter) {
    case 'd':
      return DIGITS;
    case 'w':
      return WORDS;
    case 's':
      return SPACES;
    case 'D':
      return [...LOWER, ...UPPER];
    case 'W':
      return MARKS.filter((mark) => mark !== '_');
    case 'S':
      return [...LOWER, ...DIGITS, ...UPPER];
    default:
      return undefined;
  }
}

function controlOf(letter: string): string {
  return { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v' }[letter] ?? letter;
}

/** At most so many characters of a range are ever tried. */
const WIDEST_SPAN = 256;

function span(from: string, to: string): readonly string[] {
  const first = from.codePointAt(0) ?? 0;
  const last = Math.min(to.codePointAt(0) ?? first, first + WIDEST_SPAN);
  return Array.from({ length: Math.max(0, last - first) + 1 }, (_, index) =>
    String.fromCodePoint(first + index),
  );
}
