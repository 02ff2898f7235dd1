import { nodesOf, stringsOf } from '../lint/syntax.ts';
import type { ColumnDef, Constraint as ConstraintNode, Node } from '../lint/syntax.ts';
import type { Column, Constraint, Index, Origin } from './model.ts';
import { writtenRelation } from './names.ts';
import type { ObjectName } from './names.ts';
import type { Schema } from './schema.ts';
import { dataTypeOf, SERIAL_TYPES } from './types.ts';

/** What a column definition or a constraint adds to a table. */
export interface Additions {
  readonly columns: Column[];
  readonly constraints: Constraint[];
  readonly indexes: Index[];
  readonly sequences: { readonly column: string }[];
}

/** Where definitions go. */
export interface Target {
  readonly schema: Schema;
  readonly table: ObjectName;
  readonly origin: Origin | undefined;
  /** Constraints that the table has already, for names. */
  readonly taken: readonly Constraint[];
}

/** Adds the column of a definition, with the constraints that are written behind it. */
export function addColumn(target: Target, definition: ColumnDef, into: Additions): void {
  const { origin, schema } = target;
  const name = definition.colname ?? '';
  const written = dataTypeOf(definition.typeName);
  const serial = written === undefined ? undefined : SERIAL_TYPES[written.name];
  const type = written === undefined || serial === undefined ? written : { ...written, name: serial };
  const constraints = constraintsOf(definition);
  const has = (kind: ConstraintNode['contype']): ConstraintNode | undefined =>
    constraints.find(({ contype }) => contype === kind);
  const identity = has('CONSTR_IDENTITY');
  const generated = has('CONSTR_GENERATED');
  const domain = type === undefined ? undefined : schema.domain(type);
  into.columns.push({
    name,
    type,
    notNull:
      serial !== undefined ||
      identity !== undefined ||
      has('CONSTR_NOTNULL') !== undefined ||
      has('CONSTR_PRIMARY') !== undefined ||
      domain?.notNull === true,
    default: has('CONSTR_DEFAULT')?.raw_expr,
    serial: serial === undefined ? undefined : true,
    identity: identity === undefined ? undefined : identity.generated_when === 'a' ? 'always' : 'by-default',
    generated: generated === undefined ? undefined : generated.generated_kind === 'v' ? 'virtual' : 'stored',
    collation: stringsOf(definition.collClause?.collname).at(-1),
    origin,
  });
  if (serial !== undefined || identity !== undefined) into.sequences.push({ column: name });
  for (const constraint of constraints) addConstraint(target, constraint, into, name);
}

/** The constraints of a column definition. */
export function constraintsOf(definition: ColumnDef): readonly ConstraintNode[] {
  return (definition.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
}

/** Adds a constraint; `column` is the one behind whose definition it stands. */
export function addConstraint(target: Target, node: ConstraintNode, into: Additions, column?: string): void {
  const { table, origin } = target;
  const own = column === undefined ? [] : [column];
  const keys = node.keys === undefined ? own : stringsOf(node.keys);
  // A false field is left out: NOT ENFORCED is the absence of `is_enforced`, where it can be said.
  const enforced =
    node.is_enforced === true || !['CONSTR_CHECK', 'CONSTR_FOREIGN'].includes(node.contype ?? '');
  const facts = { valid: node.skip_validation !== true && enforced, enforced, origin };
  const push = (constraint: Omit<Constraint, 'valid' | 'enforced' | 'origin'>, valid = facts.valid): void => {
    into.constraints.push({ ...facts, valid, ...constraint });
  };
  const named = (columns: readonly string[], suffix: string): string =>
    node.conname ?? freeName(target, into, columns, suffix);
  switch (node.contype) {
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE': {
      const primary = node.contype === 'CONSTR_PRIMARY';
      const used =
        node.indexname === undefined
          ? undefined
          : target.schema.index({ schema: table.schema, name: node.indexname });
      const columns = used === undefined ? keys : used.columns.flatMap((one) => one ?? []);
      const name =
        node.conname ??
        node.indexname ??
        (primary ? freeName(target, into, [], 'pkey') : named(columns, 'key'));
      push({ name, kind: primary ? 'primary-key' : 'unique', columns }, true);
      if (used !== undefined) target.schema.dropIndex(used);
      into.indexes.push(keyIndex(target, name, columns));
      return;
    }
    case 'CONSTR_EXCLUSION': {
      const columns = (node.exclusions ?? []).flatMap((pair) => {
        const [element] = 'List' in pair ? (pair.List.items ?? []) : [];
        return element !== undefined && 'IndexElem' in element ? [element.IndexElem.name] : [];
      });
      const known = columns.flatMap((one) => one ?? []);
      const name = named(known, 'excl');
      push({ name, kind: 'exclusion', columns: known }, true);
      into.indexes.push({ ...keyIndex(target, name, known), columns });
      return;
    }
    case 'CONSTR_CHECK': {
      const columns = columnsIn(node.raw_expr);
      push({
        name: named(column === undefined ? (columns.length === 1 ? columns : []) : own, 'check'),
        kind: 'check',
        columns: columns.length === 0 ? own : columns,
        expression: node.raw_expr,
      });
      return;
    }
    case 'CONSTR_FOREIGN': {
      const columns = node.fk_attrs === undefined ? own : stringsOf(node.fk_attrs);
      push({
        name: named(columns, 'fkey'),
        kind: 'foreign-key',
        columns,
        references: {
          table: target.schema.relationName(writtenRelation(node.pktable)),
          columns: stringsOf(node.pk_attrs),
          onDelete: node.fk_del_action ?? 'a',
          onUpdate: node.fk_upd_action ?? 'a',
        },
      });
      return;
    }
    case 'CONSTR_NOTNULL':
      push({ name: named(keys, 'not_null'), kind: 'not-null', columns: keys });
      return;
    default:
  }
}

function keyIndex({ table, origin }: Target, name: string, columns: readonly string[]): Index {
  return {
    name,
    schema: table.schema,
    table,
    columns,
    uses: columns,
    unique: true,
    partial: false,
    constraint: true,
    origin,
  };
}

/** The columns that an expression names, each once. */
export function columnsIn(expression: Node | undefined): readonly string[] {
  const names = nodesOf(expression, 'ColumnRef').flatMap(({ fields }) => stringsOf(fields).at(-1) ?? []);
  return [...new Set(names)];
}

/** A name as PostgreSQL makes one: table, columns and suffix, with a number where it is taken. */
function freeName(
  { table, taken, schema }: Target,
  into: Additions,
  columns: readonly string[],
  suffix: string,
): string {
  const base = [table.name, ...columns, suffix].join('_');
  const used = (name: string): boolean =>
    [...taken, ...into.constraints].some((constraint) => constraint.name === name) ||
    schema.index({ schema: table.schema, name }) !== undefined;
  let name = base;
  for (let number = 1; used(name); number += 1) name = `${base}${number}`;
  return name;
}

/** The name that PostgreSQL gives an index without one. */
export function freeIndexName(
  schema: Schema,
  table: ObjectName,
  columns: readonly (string | undefined)[],
): string {
  const base = [table.name, ...columns.map((column) => column ?? 'expr'), 'idx'].join('_');
  let name = base;
  for (let number = 1; schema.index({ schema: table.schema, name }) !== undefined; number += 1) {
    name = `${base}${number}`;
  }
  return name;
}
