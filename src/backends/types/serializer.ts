import { PropertyNode, TypeScriptSerializer } from './engine.ts';
import type {
  AliasDeclarationNode,
  ExpressionNode,
  ImportStatementNode,
  InterfaceDeclarationNode,
  ObjectExpressionNode,
  UnionExpressionNode,
} from './engine.ts';

/** A property of an object in an override: it may be optional or readonly. */
export class MemberNode extends PropertyNode {
  readonly optional: boolean;
  readonly readonly: boolean;

  constructor(
    key: string,
    value: ExpressionNode,
    modifiers: { readonly optional: boolean; readonly readonly: boolean },
  ) {
    super(key, value);
    this.optional = modifiers.optional;
    this.readonly = modifiers.readonly;
  }
}

/** Width from which a union of literals is written one to a line. */
const WIDTH = 100;

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/**
 * The engine's serializer, without its sorting: columns stay in table order, labels in catalog order,
 * and nothing depends on the locale of the machine (it compares with localeCompare). Comments are escaped.
 */
export class SchemaSerializer extends TypeScriptSerializer {
  #depth: number;

  /** At depth 0 the members of an object stand one to a line; below it, objects stand on one line. */
  constructor(depth = 0) {
    super();
    this.#depth = depth;
  }

  override serializeKey(key: string): string {
    return IDENTIFIER.test(key) ? key : JSON.stringify(key);
  }

  override serializeObjectExpression(node: ObjectExpressionNode): string {
    if (node.properties.length === 0) return '{}';
    this.#depth += 1;
    const inline = this.#depth > 1;
    const members = node.properties.map((property) => this.#member(property, inline));
    this.#depth -= 1;
    return inline ? `{ ${members.join('; ')} }` : `{\n${members.join('')}}`;
  }

  override serializeUnionExpression(node: UnionExpressionNode): string {
    return node.args.map((argument) => this.serializeExpression(argument)).join(' | ');
  }

  override serializeAliasDeclaration(node: AliasDeclarationNode): string {
    const text = super.serializeAliasDeclaration(node);
    if (node.body.type !== 'UnionExpression' || text.length <= WIDTH) return text;
    const lines = node.body.args.map((argument) => `\n  | ${this.serializeExpression(argument)}`);
    return `type ${node.id.name} =${lines.join('')};`;
  }

  override serializeImportStatement(node: ImportStatementNode): string {
    const clauses = node.imports.map((clause) => this.serializeImportClause(clause));
    return `import type { ${clauses.join(', ')} } from ${JSON.stringify(node.moduleName)};`;
  }

  /** A declaration of the file, with its comment. */
  declaration(node: AliasDeclarationNode | InterfaceDeclarationNode, comment: string | undefined): string {
    const text =
      node.type === 'AliasDeclaration'
        ? this.serializeAliasDeclaration(node)
        : this.serializeInterfaceDeclaration(node);
    return `${commentText(comment, '')}export ${text}`;
  }

  #member(node: PropertyNode, inline: boolean): string {
    const { optional, readonly } = node instanceof MemberNode ? node : { optional: false, readonly: false };
    const key = `${readonly ? 'readonly ' : ''}${this.serializeKey(node.key)}${optional ? '?' : ''}`;
    const text = `${key}: ${this.serializeExpression(node.value)}`;
    return inline ? text : `${commentText(node.comment ?? undefined, '  ')}  ${text};\n`;
  }
}

/** The text of one type. Objects in it stand on one line. */
export function serializeType(node: ExpressionNode): string {
  return new SchemaSerializer(1).serializeExpression(node);
}

/**
 * A comment of the database as JSDoc. It cannot end the comment early, and a line of it cannot be a
 * directive to the compiler: those count on the first line of a one-line comment, and on the last line
 * of a longer one (checker: `@ts-expect-error`), where here only the end of the comment stands.
 */
export function commentText(comment: string | undefined, indent: string): string {
  const lines = (comment ?? '')
    .replaceAll('*/', '*\\/')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.trimEnd());
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  while (lines.length > 0 && lines[0] === '') lines.shift();
  const [first, second] = lines;
  if (first === undefined) return '';
  if (second === undefined && !first.includes('@')) return `${indent}/** ${first} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}
