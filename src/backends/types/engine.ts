import { createSingularizer } from 'kysely-codegen/dist/generator/generator/singularizer.js';

// The parts of kysely-codegen that this room is made with, and the only place that names them: its tree of
// TypeScript declarations, its table of driver types, its serializer, its names, its patterns. Taken one by
// one, because its index loads its command line, eight dialects and TypeScript (0.4 s).
export { AliasDeclarationNode } from 'kysely-codegen/dist/generator/ast/alias-declaration-node.js';
export { ArrayExpressionNode } from 'kysely-codegen/dist/generator/ast/array-expression-node.js';
export { ColumnTypeNode } from 'kysely-codegen/dist/generator/ast/column-type-node.js';
export { ExtendsClauseNode } from 'kysely-codegen/dist/generator/ast/extends-clause-node.js';
export { GenericExpressionNode } from 'kysely-codegen/dist/generator/ast/generic-expression-node.js';
export { IdentifierNode } from 'kysely-codegen/dist/generator/ast/identifier-node.js';
export { ImportClauseNode } from 'kysely-codegen/dist/generator/ast/import-clause-node.js';
export { ImportStatementNode } from 'kysely-codegen/dist/generator/ast/import-statement-node.js';
export { InterfaceDeclarationNode } from 'kysely-codegen/dist/generator/ast/interface-declaration-node.js';
export { LiteralNode } from 'kysely-codegen/dist/generator/ast/literal-node.js';
export { ModuleReferenceNode } from 'kysely-codegen/dist/generator/ast/module-reference-node.js';
export { ObjectExpressionNode } from 'kysely-codegen/dist/generator/ast/object-expression-node.js';
export { PropertyNode } from 'kysely-codegen/dist/generator/ast/property-node.js';
export { RawExpressionNode } from 'kysely-codegen/dist/generator/ast/raw-expression-node.js';
export { TemplateNode } from 'kysely-codegen/dist/generator/ast/template-node.js';
export { UnionExpressionNode } from 'kysely-codegen/dist/generator/ast/union-expression-node.js';
export type { DefinitionNode } from 'kysely-codegen/dist/generator/ast/definition-node.js';
export type { ExpressionNode } from 'kysely-codegen/dist/generator/ast/expression-node.js';
export type { Adapter } from 'kysely-codegen/dist/generator/adapter.js';
export { PostgresAdapter } from 'kysely-codegen/dist/generator/dialects/postgres/postgres-adapter.js';
export { TypeScriptSerializer } from 'kysely-codegen/dist/generator/generator/serializer.js';
export { toKyselyCamelCase, toKyselyPascalCase } from 'kysely-codegen/dist/generator/utils/case-converter.js';
export { TableMatcher } from 'kysely-codegen/dist/introspector/table-matcher.js';

/** The singular of an English word. Its declaration leans on the types of `pluralize`, which are not installed. */
export const singularOf = createSingularizer(true) as unknown as (word: string) => string;
