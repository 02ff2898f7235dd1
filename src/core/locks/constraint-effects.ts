import { nodesOf, stringsOf } from '../lint/syntax.ts';
import type { Constraint as ConstraintNode, Node } from '../lint/syntax.ts';
import type { Constraint } from '../schema/model.ts';
import { nameText, sameName, writtenRelation } from '../schema/names.ts';
import type { ObjectName } from '../schema/names.ts';
import type { Effect, Lock, Work } from './effect.ts';
import { onTable, storesOf } from './effect-scope.ts';
import type { Doing, EffectScope } from './effect-scope.ts';

/** ADD CONSTRAINT: a moment with NOT VALID or USING INDEX; else all rows are read, or an index is built. */
export function addConstraintEffects(
  scope: EffectScope,
  table: ObjectName,
  constraint: ConstraintNode,
  offset: number,
): readonly Effect[] {
  const { schema } = scope;
  const on = nameText(table);
  const named = constraint.conname === undefined ? '' : ` ${constraint.conname}`;
  const unchecked = constraint.skip_validation === true || isUnenforced(constraint);
  const under = (
    lock: Lock,
    doing: Doing,
    facts: { readonly work?: Work; readonly cause?: string; readonly detail?: string },
  ): readonly Effect[] => [
    onTable(table, lock, doing),
    ...storesOf(schema, table).map((store) => onTable(store, lock, doing, facts)),
  ];
  switch (constraint.contype) {
    case 'CONSTR_CHECK': {
      const doing = { what: `ADD CONSTRAINT${named} CHECK on ${on}`, offset };
      return unchecked
        ? [onTable(table, 'ACCESS EXCLUSIVE', doing)]
        : under('ACCESS EXCLUSIVE', doing, { work: 'scan', cause: 'add-check-validated' });
    }
    case 'CONSTR_NOTNULL': {
      const doing = { what: `ADD CONSTRAINT${named} NOT NULL on ${on}`, offset };
      const columns = stringsOf(constraint.keys);
      const proven = columns.every((column) => isProvenNotNull(scope, table, column));
      return unchecked || proven
        ? [onTable(table, 'ACCESS EXCLUSIVE', doing)]
        : under('ACCESS EXCLUSIVE', doing, { work: 'scan', cause: 'set-not-null-scan' });
    }
    case 'CONSTR_FOREIGN':
      return foreignKeyEffects(scope, table, constraint, unchecked, {
        what: `ADD CONSTRAINT${named} FOREIGN KEY on ${on}`,
        offset,
      });
    case 'CONSTR_PRIMARY':
      return primaryKeyEffects(scope, table, constraint, offset);
    case 'CONSTR_UNIQUE': {
      const doing = { what: `ADD CONSTRAINT${named} UNIQUE on ${on}`, offset };
      return constraint.indexname !== undefined
        ? [onTable(table, 'ACCESS EXCLUSIVE', doing)]
        : under('ACCESS EXCLUSIVE', doing, { work: 'index-build', cause: 'add-unique-builds-index' });
    }
    case 'CONSTR_EXCLUSION': {
      const doing = { what: `ADD CONSTRAINT${named} EXCLUDE on ${on}`, offset };
      return under('ACCESS EXCLUSIVE', doing, { work: 'index-build', cause: 'add-exclusion' });
    }
    default:
      return [onTable(table, 'ACCESS EXCLUSIVE', { what: `ALTER TABLE ${on}`, offset })];
  }
}

function primaryKeyEffects(
  scope: EffectScope,
  table: ObjectName,
  { indexname, keys }: ConstraintNode,
  offset: number,
): readonly Effect[] {
  const { schema } = scope;
  const doing = { what: `ADD PRIMARY KEY on ${nameText(table)}`, offset };
  const index = indexname === undefined ? undefined : schema.index({ schema: table.schema, name: indexname });
  const columns = index?.columns.flatMap((column) => column ?? []) ?? stringsOf(keys);
  const known = schema.relation(table);
  const nullable =
    known === undefined ? [] : columns.filter((column) => !isProvenNotNull(scope, table, column));
  const stores = storesOf(schema, table);
  const effects = [onTable(table, 'ACCESS EXCLUSIVE', doing)];
  if (indexname === undefined) {
    effects.push(
      ...stores.map((store) =>
        onTable(store, 'ACCESS EXCLUSIVE', doing, { work: 'index-build', cause: 'add-pk-builds-index' }),
      ),
    );
  } else if (nullable.length > 0) {
    const facts = {
      work: 'scan',
      cause: 'pk-using-index-nullable',
      detail: `${nullable.join(', ')} may be null, and is made NOT NULL on the way`,
    } as const;
    effects.push(
      ...stores.map((store) =>
        onTable(
          store,
          'ACCESS EXCLUSIVE',
          { ...doing, what: `${doing.what} USING INDEX ${indexname}` },
          facts,
        ),
      ),
    );
  }
  return effects;
}

/** ADD FOREIGN KEY and ENFORCED: SHARE ROW EXCLUSIVE on both tables, and a join of both. */
function foreignKeyEffects(
  scope: EffectScope,
  table: ObjectName,
  constraint: ConstraintNode,
  unchecked: boolean,
  doing: Doing,
): readonly Effect[] {
  const { schema } = scope;
  const parent = schema.relationName(writtenRelation(constraint.pktable));
  const lock = 'SHARE ROW EXCLUSIVE';
  if (unchecked)
    return [
      onTable(table, lock, doing),
      onTable(parent, lock, doing, { cause: 'fk-not-valid-locks-parent' }),
    ];
  // Without rows there is nothing to look up.
  if (scope.isNew(table))
    return [onTable(table, lock, doing), onTable(parent, lock, doing, { cause: 'create-table-with-fk' })];
  const facts = { work: 'scan', cause: 'add-fk-validated' } as const;
  return [
    onTable(table, lock, doing),
    ...storesOf(schema, table).map((store) => onTable(store, lock, doing, facts)),
    onTable(parent, lock, doing, facts),
  ];
}

/** VALIDATE CONSTRAINT reads all rows, and lets everybody work; of one that is valid, it does nothing. */
export function validateEffects(
  { schema }: EffectScope,
  table: ObjectName,
  name: string,
  offset: number,
): readonly Effect[] {
  const doing = { what: `VALIDATE CONSTRAINT ${name} on ${nameText(table)}`, offset };
  const constraint = schema.relation(table)?.constraints.find((one) => one.name === name);
  const own = onTable(table, 'SHARE UPDATE EXCLUSIVE', doing);
  if (constraint?.valid === true) return [own];
  return [
    own,
    ...storesOf(schema, table).map((store) =>
      onTable(store, 'SHARE UPDATE EXCLUSIVE', doing, { work: 'scan' }),
    ),
    ...(constraint?.references === undefined
      ? []
      : [onTable(constraint.references.table, 'ROW SHARE', doing, { work: 'scan' })]),
  ];
}

/** ALTER CONSTRAINT … ENFORCED (PostgreSQL 18) checks all rows of a foreign key. */
export function alterConstraintEffects(
  { schema }: EffectScope,
  table: ObjectName,
  name: string,
  enforce: boolean,
  offset: number,
): readonly Effect[] {
  const doing = { what: `ALTER CONSTRAINT ${name} on ${nameText(table)}`, offset };
  const constraint = schema.relation(table)?.constraints.find((one) => one.name === name);
  const own = onTable(table, 'ACCESS EXCLUSIVE', doing);
  if (!enforce || constraint?.enforced === true) return [own];
  const facts = { work: 'scan', cause: 'add-fk-validated' } as const;
  return [
    own,
    ...storesOf(schema, table).map((store) => onTable(store, 'ACCESS EXCLUSIVE', doing, facts)),
    ...(constraint?.references === undefined
      ? []
      : [onTable(constraint.references.table, 'SHARE ROW EXCLUSIVE', doing, facts)]),
  ];
}

/** DROP CONSTRAINT: of a foreign key, the table that it refers to is locked too. */
export function dropConstraintEffects(
  { schema }: EffectScope,
  table: ObjectName,
  name: string,
  offset: number,
): readonly Effect[] {
  const doing = { what: `DROP CONSTRAINT ${name} on ${nameText(table)}`, offset };
  const parent = schema.relation(table)?.constraints.find((one) => one.name === name)?.references?.table;
  return [
    onTable(table, 'ACCESS EXCLUSIVE', doing),
    ...(parent === undefined || sameName(parent, table)
      ? []
      : [onTable(parent, 'ACCESS EXCLUSIVE', doing, { cause: 'drop-fk-locks-parent' })]),
  ];
}

/** SET NOT NULL reads all rows, unless a valid constraint says already that there is no null. */
export function setNotNullEffects(
  scope: EffectScope,
  table: ObjectName,
  column: string,
  offset: number,
): readonly Effect[] {
  const doing = { what: `SET NOT NULL on ${nameText(table)}.${column}`, offset };
  const own = onTable(table, 'ACCESS EXCLUSIVE', doing);
  if (isProvenNotNull(scope, table, column)) return [own];
  return [
    own,
    ...storesOf(scope.schema, table).map((store) =>
      onTable(store, 'ACCESS EXCLUSIVE', doing, { work: 'scan', cause: 'set-not-null-scan' }),
    ),
  ];
}

/** Whether PostgreSQL knows without looking that a column holds no null (tablecmds.c, NotNullImpliedByRelConstraints). */
function isProvenNotNull({ schema }: EffectScope, table: ObjectName, column: string): boolean {
  const relation = schema.relation(table);
  if (relation === undefined) return false;
  const { constraints } = relation;
  const unproven = constraints.some(
    (one) => one.kind === 'not-null' && !one.valid && one.columns.includes(column),
  );
  if (unproven) return false;
  if (relation.columns.find(({ name }) => name === column)?.notNull === true) return true;
  return constraints.some((one) => impliesNotNull(one, column));
}

function impliesNotNull({ kind, valid, enforced, expression }: Constraint, column: string): boolean {
  return kind === 'check' && valid && enforced && expression !== undefined && saysNotNull(expression, column);
}

/** `column IS NOT NULL`, alone or joined by AND. */
export function saysNotNull(expression: Node, column: string): boolean {
  if ('BoolExpr' in expression) {
    const { boolop, args } = expression.BoolExpr;
    return boolop === 'AND_EXPR' && (args ?? []).some((part) => saysNotNull(part, column));
  }
  if (!('NullTest' in expression) || expression.NullTest.nulltesttype !== 'IS_NOT_NULL') return false;
  const [reference, another] = nodesOf(expression.NullTest.arg, 'ColumnRef');
  const { arg } = expression.NullTest;
  return (
    arg !== undefined &&
    'ColumnRef' in arg &&
    another === undefined &&
    stringsOf(reference?.fields).at(-1) === column
  );
}

/** NOT ENFORCED (PostgreSQL 18). A false field is left out, and not every kind of constraint has it. */
export function isUnenforced({ contype, is_enforced: enforced }: ConstraintNode): boolean {
  return (contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN') && enforced !== true;
}
