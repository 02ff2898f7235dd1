import {
  ArrayExpressionNode,
  GenericExpressionNode,
  IdentifierNode,
  LiteralNode,
  ObjectExpressionNode,
  RawExpressionNode,
  UnionExpressionNode,
} from './engine.ts';
import type { ExpressionNode } from './engine.ts';
import type { Parsed } from '../../core/parsed.ts';
import { MemberNode, serializeType } from './serializer.ts';

const TOKEN =
  /\s+|(?<name>\.?[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*)|(?<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|(?<number>-?\d+(?:\.\d+)?)|(?<sign>\.\.\.|[{}[\]()<>,;:?|&])/uy;

interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'sign' | 'end';
  readonly text: string;
}

const END: Token = { kind: 'end', text: '' };

class Unreadable extends Error {}

/**
 * Reads the TypeScript of an override (`@type` in a comment, or the configuration) into the engine's
 * nodes. A grammar of our own: the engine's needs the TypeScript compiler at run time, and takes whatever
 * it does not know as it stands, so that a comment could close the interface and add statements.
 */
export function parseTypeText(text: string): Parsed<ExpressionNode> {
  try {
    const reader = new TypeReader(tokensOf(text));
    const node = reader.union();
    const rest = reader.next();
    if (rest.kind !== 'end') throw new Unreadable(`"${rest.text}" is not expected after the type`);
    return { value: node };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return {
      problem: error.message,
      hint: 'write names, literals, unions, objects, arrays, tuples, generics, or import("./file.js").Name for anything else',
    };
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) throw new Unreadable(`"${text.slice(at, at + 20)}" is not understood`);
    for (const kind of ['name', 'text', 'number', 'sign'] as const) {
      const found = groups[kind];
      if (found !== undefined) tokens.push({ kind, text: found });
    }
  }
  return tokens;
}

class TypeReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  next(): Token {
    const token = this.#tokens[this.#at] ?? END;
    this.#at += 1;
    return token;
  }

  /** `A | B`, also with a leading bar. */
  union(): ExpressionNode {
    this.#accept('|');
    const [first, ...more] = this.#separated('|', () => this.#intersection());
    return more.length === 0 ? first : new UnionExpressionNode([first, ...more]);
  }

  #intersection(): ExpressionNode {
    const [first, ...more] = this.#separated('&', () => this.#postfix());
    if (more.length === 0) return first;
    return new RawExpressionNode([first, ...more].map(serializeOperand).join(' & '));
  }

  #postfix(): ExpressionNode {
    if (this.#accept('readonly')) {
      const array = this.#postfix();
      return new RawExpressionNode(`readonly ${serializeType(array)}`);
    }
    let node = this.#primary();
    while (this.#accept('[')) {
      this.#expect(']');
      node =
        node.type === 'RawExpression'
          ? new RawExpressionNode(`(${node.expression})[]`)
          : new ArrayExpressionNode(node);
    }
    return node;
  }

  #primary(): ExpressionNode {
    const token = this.next();
    if (token.kind === 'text') return new LiteralNode(unquoted(token.text));
    if (token.kind === 'number') return new LiteralNode(Number(token.text));
    if (token.text === 'import') return this.#import();
    if (token.kind === 'name' && isTypeName(token.text)) return this.#named(token.text);
    if (token.text === '(') {
      const inner = this.union();
      this.#expect(')');
      return inner;
    }
    if (token.text === '{') return this.#object();
    if (token.text === '[') return this.#tuple();
    throw unexpected(token, 'a type');
  }

  #named(name: string): ExpressionNode {
    if (!this.#accept('<')) return new IdentifierNode(name);
    const args = this.#separated(',', () => this.union());
    this.#expect('>');
    return new GenericExpressionNode(name, args);
  }

  /** `import("./settings.js").Settings`: relative to the generated file, as TypeScript reads it. */
  #import(): ExpressionNode {
    this.#expect('(');
    const module = this.next();
    if (module.kind !== 'text') throw unexpected(module, 'the module in quotes');
    this.#expect(')');
    // The dot and the name after the parenthesis are not one token with it.
    const member = this.next();
    if (member.kind !== 'name' || !member.text.startsWith('.')) throw unexpected(member, '.Name');
    return this.#named(`import(${JSON.stringify(unquoted(module.text))})${member.text}`);
  }

  #object(): ExpressionNode {
    const members: MemberNode[] = [];
    while (!this.#accept('}')) {
      const isReadonly = this.#peek().text === 'readonly' && this.#tokens[this.#at + 1]?.text !== ':';
      if (isReadonly) this.next();
      const key = this.next();
      if (key.kind !== 'text' && (key.kind !== 'name' || key.text.includes('.'))) {
        throw unexpected(key, 'the name of a property');
      }
      const optional = this.#accept('?');
      this.#expect(':');
      const name = key.kind === 'text' ? unquoted(key.text) : key.text;
      members.push(new MemberNode(name, this.union(), { optional, readonly: isReadonly }));
      if (!this.#accept(';') && !this.#accept(',') && this.#peek().text !== '}') {
        throw unexpected(this.next(), '; or }');
      }
    }
    return new ObjectExpressionNode(members);
  }

  #tuple(): ExpressionNode {
    if (this.#accept(']')) return new RawExpressionNode('[]');
    const items = this.#separated(',', () => {
      const spread = this.#accept('...') ? '...' : '';
      const item = serializeType(this.union());
      return `${spread}${item}${this.#accept('?') ? '?' : ''}`;
    });
    this.#expect(']');
    return new RawExpressionNode(`[${items.join(', ')}]`);
  }

  #separated<Item>(separator: string, read: () => Item): [Item, ...Item[]] {
    const items: [Item, ...Item[]] = [read()];
    while (this.#accept(separator)) items.push(read());
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? END;
  }

  #accept(text: string): boolean {
    const token = this.#peek();
    if (token.text !== text || (token.kind !== 'sign' && token.kind !== 'name')) return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw unexpected(this.next(), text);
  }
}

/** An operand of `&`, in parentheses where it binds more loosely. */
function serializeOperand(node: ExpressionNode): string {
  const text = serializeType(node);
  return node.type === 'UnionExpression' ? `(${text})` : text;
}

function unexpected(token: Token, expected: string): Unreadable {
  return new Unreadable(
    token.kind === 'end'
      ? `the type ends where ${expected} is expected`
      : `${expected} is expected where "${token.text}" stands`,
  );
}

/** Words that stand where a name could, and are none. */
const KEYWORDS = new Set(
  'abstract asserts class const enum extends function infer is keyof new typeof unique void'.split(' '),
);

function isTypeName(word: string): boolean {
  return !word.startsWith('.') && !KEYWORDS.has(word);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gu, (escape, character: string) => {
    const meant = ESCAPES[character];
    if (meant === undefined) throw new Unreadable(`the escape ${escape} is not understood`);
    return meant;
  });
}
