import {
  ArrayExpressionNode,
  ColumnTypeNode,
  ExtendsClauseNode,
  GenericExpressionNode,
  IdentifierNode,
  ModuleReferenceNode,
  ObjectExpressionNode,
  PostgresAdapter,
  PropertyNode,
  RawExpressionNode,
  TemplateNode,
  UnionExpressionNode,
} from './engine.ts';
import type { Adapter, DefinitionNode, ExpressionNode } from './engine.ts';
import { MemberNode } from './serializer.ts';

const name = (text: string): IdentifierNode => new IdentifierNode(text);
const T = name('T');
const of = (text: string): GenericExpressionNode => new GenericExpressionNode(text, [T]);
const either = (...nodes: ExpressionNode[]): UnionExpressionNode => new UnionExpressionNode(nodes);

/** A column that gives one type and takes another. */
function takes(select: ExpressionNode, write: ExpressionNode): ColumnTypeNode {
  return new ColumnTypeNode(select, write, write);
}

/** Arrays of these built-in types come out of node-postgres as arrays (pg-types 2.2, lib/textParsers.js); all others as text. */
const PARSED_ARRAYS = new Set(
  `bool bpchar bytea cidr date float4 float8 inet int2 int4 int8 interval json jsonb macaddr money numeric
  numrange oid point regproc text time timestamp timestamptz timetz uuid varchar`.split(/\s+/),
);

const FROM_KYSELY =
  'ColumnType Insertable InsertType JSONColumnType Selectable SelectType Updateable UpdateType'.split(' ');

/** Whether node-postgres gives an array for an array of this built-in type. */
export function isParsedArray(element: string): boolean {
  return PARSED_ARRAYS.has(element);
}

/**
 * The engine's table of driver types, with definitions of ours where its own are wrong or wanting:
 * - Generated and ArrayType do not distribute over a union, so that an enum of 20 labels stays one type.
 * - Json refuses arrays on the way in: node-postgres sends them as PostgreSQL arrays, which jsonb does not take.
 * - An interval is declared here: `postgres-interval` is a package that the user did not install.
 */
export function createAdapter(): Adapter {
  const adapter: Adapter = new PostgresAdapter();
  const toText = new RawExpressionNode('() => string');
  const interval = ['years', 'months', 'days', 'hours', 'minutes', 'seconds', 'milliseconds'].map(
    (unit) => new MemberNode(unit, name('number'), { optional: true, readonly: false }),
  );
  const definitions: Record<string, DefinitionNode> = {
    Generated: new TemplateNode(
      ['T'],
      new ColumnTypeNode(of('SelectType'), either(of('InsertType'), name('undefined')), of('UpdateType')),
    ),
    GeneratedAlways: new TemplateNode(
      ['T'],
      new ColumnTypeNode(of('SelectType'), name('never'), name('never')),
    ),
    InsertOnly: new TemplateNode(
      ['T'],
      new ColumnTypeNode(of('SelectType'), either(of('InsertType'), name('undefined')), name('never')),
    ),
    UpdateOnly: new TemplateNode(
      ['T'],
      new ColumnTypeNode(of('SelectType'), name('never'), of('UpdateType')),
    ),
    ArrayType: new TemplateNode(
      ['T'],
      new ColumnTypeNode(
        new ArrayExpressionNode(of('SelectType')),
        new ArrayExpressionNode(of('InsertType')),
        new ArrayExpressionNode(of('UpdateType')),
      ),
    ),
    UnparsedArray: new TemplateNode(
      ['T'],
      new ColumnTypeNode(
        name('string'),
        either(new ArrayExpressionNode(of('InsertType')), name('string')),
        either(new ArrayExpressionNode(of('UpdateType')), name('string')),
      ),
    ),
    NumericArray: takes(
      new ArrayExpressionNode(name('number')),
      new ArrayExpressionNode(either(name('number'), name('string'))),
    ),
    IPostgresInterval: new ObjectExpressionNode([
      ...interval,
      ...['toPostgres', 'toISO', 'toISOString'].map((method) => new PropertyNode(method, toText)),
    ]),
    Json: takes(name('JsonValue'), name('JsonInput')),
    JsonInput: either(name('boolean'), name('JsonObject'), name('number'), name('string')),
    JsonOf: new TemplateNode(['T'], takes(T, of('JsonInputOf'))),
    JsonInputOf: new TemplateNode(
      ['T'],
      new ExtendsClauseNode(
        T,
        new RawExpressionNode('readonly unknown[]'),
        name('string'),
        either(T, name('string')),
      ),
    ),
  };
  Object.assign(adapter.definitions, definitions);
  for (const imported of FROM_KYSELY) adapter.imports[imported] = new ModuleReferenceNode('kysely');
  // Declared above, not imported.
  delete adapter.imports['IPostgresInterval'];
  return adapter;
}

/** What the definitions that need a word say about themselves. */
export const DEFINITION_COMMENTS: Readonly<Record<string, string>> = {
  Generated: 'Has a default: an insert may leave it out.',
  GeneratedAlways: 'Computed by the database: neither inserted nor updated.',
  InsertOnly: 'A view takes it on insert only.',
  UpdateOnly: 'A view takes it on update only.',
  UnparsedArray:
    'node-postgres has no parser for arrays of this type: they arrive as text, such as {a,b}. With a parser registered, set parsedArrays.',
  JsonInput:
    'A text is taken as JSON text. Arrays go through JSON.stringify: node-postgres would send a PostgreSQL array.',
};
