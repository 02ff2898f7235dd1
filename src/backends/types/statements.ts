import type { TypeSettings } from '../../core/type-settings.ts';
import { createAdapter, DEFINITION_COMMENTS } from './adapter.ts';
import { columnNode } from './column-type.ts';
import type { TypeContext } from './column-type.ts';
import {
  AliasDeclarationNode,
  GenericExpressionNode,
  IdentifierNode,
  ImportClauseNode,
  ImportStatementNode,
  InterfaceDeclarationNode,
  LiteralNode,
  ObjectExpressionNode,
  PropertyNode,
  UnionExpressionNode,
} from './engine.ts';
import type { Adapter, DefinitionNode, ExpressionNode } from './engine.ts';
import type { EnumNames, Names, RelationNames } from './identifiers.ts';
import { byText } from './model.ts';
import type { RelationModel, TypeModel } from './model.ts';
import { commentWithoutType } from './overrides.ts';
import type { Overrides } from './overrides.ts';
import { commentText, SchemaSerializer } from './serializer.ts';

/** Every name that the file may declare or import beside those of the schema. */
export function reservedNames(): readonly string[] {
  const { definitions, imports } = createAdapter();
  return [...Object.keys(definitions), ...Object.keys(imports)];
}

/** The declarations of the file as text: imports, definitions, enums, tables, and the interface DB. */
export function renderSchema(
  relations: readonly RelationModel[],
  enums: readonly TypeModel[],
  names: Names,
  overrides: Overrides,
  settings: TypeSettings,
): string {
  const adapter = createAdapter();
  const context: TypeContext = { adapter, enums: names.enums, parsedArrays: settings.parsedArrays };
  const used = new UsedNames(adapter);
  const serializer = new SchemaSerializer();
  const tables: string[] = [];
  const keys: PropertyNode[] = [];
  for (const relation of relations) {
    const relationNames = names.relations.get(relation);
    if (relationNames === undefined) continue;
    const properties = relation.columns.map((column, index) => {
      const value = columnNode(column, overrides.types.get(column), context);
      used.add(value);
      const key = relationNames.columns[index] ?? column.name;
      return new PropertyNode(key, value, commentWithoutType(column.comment) ?? null);
    });
    const declaration = new InterfaceDeclarationNode(
      new IdentifierNode(relationNames.type),
      new ObjectExpressionNode(properties),
    );
    tables.push(
      serializer.declaration(declaration, relation.comment) +
        '\n' +
        aliases(relation, relationNames, used, serializer),
    );
    keys.push(new PropertyNode(relationNames.key, new IdentifierNode(relationNames.type)));
  }
  const enumTexts = enums.map((type) => enumText(type, names.enums.get(type), settings, serializer));
  const db = new InterfaceDeclarationNode(new IdentifierNode('DB'), new ObjectExpressionNode(keys));
  return [
    ...used.imports().map((node) => serializer.serializeImportStatement(node)),
    ...used
      .definitions()
      .map(([name, node]) =>
        serializer.declaration(new AliasDeclarationNode(name, node), DEFINITION_COMMENTS[name]),
      ),
    ...enumTexts,
    ...tables,
    serializer.declaration(db, 'The tables and views, by the name that a query gives them.'),
  ].join('\n\n');
}

/** What a row is when it is read, inserted, updated. */
function aliases(
  { writable }: RelationModel,
  names: RelationNames,
  used: UsedNames,
  serializer: SchemaSerializer,
): string {
  const shapes = [
    [names.row, 'Selectable'],
    ...(writable
      ? [
          [names.insert, 'Insertable'],
          [names.update, 'Updateable'],
        ]
      : []),
  ] as const;
  return shapes
    .map(([name = '', shape = '']) => {
      const node = new GenericExpressionNode(shape, [new IdentifierNode(names.type)]);
      used.add(node);
      return serializer.declaration(new AliasDeclarationNode(name, node), undefined);
    })
    .join('\n');
}

function enumText(
  type: TypeModel,
  names: EnumNames | undefined,
  settings: TypeSettings,
  serializer: SchemaSerializer,
): string {
  if (names === undefined) return '';
  const labels = type.labels.map((label) => new LiteralNode(label));
  if (!settings.enumArrays) {
    const [first, ...more] = labels;
    const node =
      first === undefined
        ? new IdentifierNode('never')
        : more.length === 0
          ? first
          : new UnionExpressionNode(labels);
    return serializer.declaration(new AliasDeclarationNode(names.type, node), type.comment);
  }
  const list = labels.map((label) => `\n  ${serializer.serializeLiteral(label)},`).join('');
  return `${commentText(type.comment, '')}export const ${names.values} = [${list}${list === '' ? '' : '\n'}] as const;
export type ${names.type} = (typeof ${names.values})[number];`;
}

/** Collects the definitions and imports that the types of the file refer to, also through each other. */
class UsedNames {
  readonly #adapter: Adapter;
  readonly #definitions = new Map<string, DefinitionNode>();
  readonly #imports = new Map<string, string>();

  constructor(adapter: Adapter) {
    this.#adapter = adapter;
  }

  add(node: ExpressionNode): void {
    switch (node.type) {
      case 'Identifier':
        this.#addName(node.name);
        break;
      case 'GenericExpression':
        this.#addName(node.name);
        for (const argument of node.args) this.add(argument);
        break;
      case 'ArrayExpression':
        this.add(node.values);
        break;
      case 'UnionExpression':
        for (const argument of node.args) this.add(argument);
        break;
      case 'ObjectExpression':
        for (const property of node.properties) this.add(property.value);
        break;
      case 'MappedType':
        this.add(node.value);
        break;
      case 'ExtendsClause':
        for (const part of [node.checkType, node.extendsType, node.trueType, node.falseType]) this.add(part);
        break;
      case 'RawExpression':
        // A tuple or an intersection of an override: words in it may be names of ours.
        for (const [word] of node.expression.matchAll(/(?<![\w$."'])[A-Z][\w$]*/g)) this.#addName(word);
        break;
      case 'InferClause':
      case 'Literal':
        break;
    }
  }

  definitions(): readonly (readonly [string, DefinitionNode])[] {
    return [...this.#definitions].sort(([left], [right]) => byText(left, right));
  }

  imports(): readonly ImportStatementNode[] {
    const modules = [...new Set(this.#imports.values())].sort(byText);
    return modules.map((module) => {
      const names = [...this.#imports].filter(([, from]) => from === module).map(([name]) => name);
      return new ImportStatementNode(
        module,
        names.sort(byText).map((name) => new ImportClauseNode(name)),
      );
    });
  }

  #addName(name: string): void {
    const { definitions, imports } = this.#adapter;
    const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
    const reference = Object.hasOwn(imports, name) ? imports[name] : undefined;
    if (definition !== undefined && !this.#definitions.has(name)) {
      this.#definitions.set(name, definition);
      this.add(definition.type === 'Template' ? definition.expression : definition);
    } else if (definition === undefined && reference !== undefined) {
      this.#imports.set(name, reference.name);
    }
  }
}
