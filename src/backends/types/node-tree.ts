/** A node of a `pg_node_tree`, PostgreSQL's own writing of a parsed query. */
export interface TreeNode {
  /** `QUERY`, `VAR`, … */
  readonly tag: string;
  readonly fields: Readonly<Record<string, TreeValue>>;
}

/** Undefined for `<>`, which stands for nothing. */
export type TreeValue = string | undefined | TreeNode | readonly TreeValue[];

/**
 * Reads the text of a `pg_node_tree` (src/backend/nodes/outfuncs.c): `{TAG :field value …}`, `(list)`,
 * `[ bytes ]`, `<>`, words with backslash escapes. Undefined for a text of another shape: which nodes
 * and fields there are differs between versions, how they are written does not.
 */
export function parseNodeTree(text: string): TreeValue {
  const reader = new Reader(text);
  try {
    return reader.value();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): TreeValue {
    this.#space();
    const character = this.#text[this.#at];
    if (character === '{') return this.#node();
    if (character === '(') return this.#list();
    if (character === '[') {
      // The bytes of a constant.
      this.#at = this.#text.indexOf(']', this.#at) + 1;
      if (this.#at === 0) throw new RangeError('unclosed bytes');
      return undefined;
    }
    if (this.#text.startsWith('<>', this.#at)) {
      this.#at += 2;
      return undefined;
    }
    return this.#word();
  }

  #node(): TreeNode {
    this.#at += 1;
    const tag = this.#word();
    const fields: Record<string, TreeValue> = {};
    for (;;) {
      this.#space();
      if (this.#text[this.#at] === '}') break;
      const field = this.#word();
      if (!field.startsWith(':')) throw new RangeError('a field was expected');
      const value = this.value();
      fields[field.slice(1)] = value;
      // A constant is written as its length and then its bytes.
      this.#space();
      while (this.#text[this.#at] !== ':' && this.#text[this.#at] !== '}') {
        this.value();
        this.#space();
      }
    }
    this.#at += 1;
    return { tag, fields };
  }

  #list(): readonly TreeValue[] {
    this.#at += 1;
    const values: TreeValue[] = [];
    for (;;) {
      this.#space();
      if (this.#text[this.#at] === ')') break;
      values.push(this.value());
    }
    this.#at += 1;
    return values;
  }

  /** A token, or a text in double quotes with backslash escapes. */
  #word(): string {
    const quoted = this.#text[this.#at] === '"';
    if (quoted) this.#at += 1;
    let word = '';
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) throw new RangeError('the text ended');
      if (quoted ? character === '"' : ' \n\t{}()[]'.includes(character)) break;
      if (character === '\\') this.#at += 1;
      word += this.#text[this.#at] ?? '';
      this.#at += 1;
    }
    if (quoted) this.#at += 1;
    else if (word === '') throw new RangeError('a word was expected');
    return word;
  }

  #space(): void {
    while (' \n\t'.includes(this.#text[this.#at] ?? '!')) this.#at += 1;
    if (this.#at >= this.#text.length) throw new RangeError('the text ended');
  }
}

/** A value as a node. */
export function nodeOf(value: TreeValue): TreeNode | undefined {
  return typeof value === 'object' && 'tag' in value ? value : undefined;
}

/** A value as a list; empty for anything else. */
export function listOf(value: TreeValue): readonly TreeValue[] {
  return Array.isArray(value) ? (value as readonly TreeValue[]) : [];
}

/** A field as a whole number; -1 for anything else. */
export function numberOf(value: TreeValue): number {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : -1;
}
