import { constraintsOf } from '../schema/definitions.ts';
import { nodesOf } from '../lint/syntax.ts';
import type { ColumnDef, Constraint } from '../lint/syntax.ts';
import { nameText, writtenName, writtenRelation } from '../schema/names.ts';
import type { ObjectName } from '../schema/names.ts';
import { dataTypeOf, SERIAL_TYPES, typeText } from '../schema/types.ts';
import { isUnenforced } from './constraint-effects.ts';
import type { Effect, Work } from './effect.ts';
import { onTable, storesOf } from './effect-scope.ts';
import type { EffectScope } from './effect-scope.ts';
import { sequenceOf } from './sequences.ts';
import { volatileFunctionIn } from './volatility.ts';

/** ADD COLUMN: a moment, unless rows have to be written or read because of it. */
export function addColumnEffects(
  scope: EffectScope,
  table: ObjectName,
  column: ColumnDef,
  offset: number,
): readonly Effect[] {
  const { schema } = scope;
  const name = `${nameText(table)}.${column.colname ?? ''}`;
  const at = (constraint: Constraint | undefined): number =>
    constraint?.location === undefined ? offset : scope.statement.offsetOf(constraint.location);
  const constraints = constraintsOf(column);
  const find = (kind: Constraint['contype']): Constraint | undefined =>
    constraints.find(({ contype }) => contype === kind);
  const effects: Effect[] = [onTable(table, 'ACCESS EXCLUSIVE', { what: `ADD COLUMN ${name}`, offset })];
  for (const call of nodesOf(column, 'FuncCall')) {
    const sequence = sequenceOf(call);
    if (sequence === undefined) continue;
    const relation = schema.relationName(writtenName(sequence.split('.')));
    effects.push({ ...onTable(relation, 'ROW EXCLUSIVE', { what: 'nextval', offset }), kind: 'sequence' });
  }
  const work = (kind: Work, cause: string, what: string, where = offset, detail?: string): void => {
    for (const store of storesOf(schema, table)) {
      effects.push(
        onTable(store, 'ACCESS EXCLUSIVE', { what, offset: where }, { work: kind, cause, detail }),
      );
    }
  };

  const type = dataTypeOf(column.typeName);
  const domain = type === undefined ? undefined : schema.domain(type);
  const value = find('CONSTR_DEFAULT');
  const generated = find('CONSTR_GENERATED');
  const virtual = generated?.generated_kind === 'v';
  const volatile = volatileFunctionIn(value?.raw_expr, schema);
  if (type !== undefined && SERIAL_TYPES[type.name] !== undefined) {
    work(
      'rewrite',
      'add-column-identity-serial',
      `ADD COLUMN ${name} ${type.name}`,
      offset,
      'each row gets a number of its own',
    );
  } else if (find('CONSTR_IDENTITY') !== undefined) {
    work(
      'rewrite',
      'add-column-identity-serial',
      `ADD COLUMN ${name} as identity`,
      offset,
      'each row gets a number of its own',
    );
  } else if (generated !== undefined && !virtual) {
    work(
      'rewrite',
      'add-column-generated-stored',
      `ADD COLUMN ${name} GENERATED … STORED`,
      at(generated),
      'its value is computed for each row',
    );
  } else if (volatile !== undefined) {
    work(
      'rewrite',
      'add-column-volatile-default',
      `ADD COLUMN ${name} with DEFAULT ${volatile}(…)`,
      at(value),
      `${volatile} is volatile: each row gets a value of its own`,
    );
  } else if (domain !== undefined && (domain.constraints.length > 0 || domain.notNull)) {
    work(
      'rewrite',
      'add-column-checked-domain',
      `ADD COLUMN ${name} ${typeText(type)}`,
      offset,
      'the domain has a constraint, which is checked for each row',
    );
  }

  const check = find('CONSTR_CHECK');
  if (check !== undefined && !isUnenforced(check)) {
    work('scan', 'add-column-inline-check', `ADD COLUMN ${name} with CHECK`, at(check));
  } else if (virtual && find('CONSTR_NOTNULL') !== undefined) {
    work('scan', 'add-column-inline-check', `ADD COLUMN ${name} GENERATED … VIRTUAL NOT NULL`, at(generated));
  }
  const key = find('CONSTR_PRIMARY') ?? find('CONSTR_UNIQUE');
  if (key !== undefined) {
    const word = key.contype === 'CONSTR_PRIMARY' ? 'PRIMARY KEY' : 'UNIQUE';
    work('index-build', 'add-column-inline-unique', `ADD COLUMN ${name} ${word}`, at(key));
  }
  const reference = find('CONSTR_FOREIGN');
  if (reference !== undefined) {
    const parent = schema.relationName(writtenRelation(reference.pktable));
    const doing = { what: `ADD COLUMN ${name} REFERENCES ${nameText(parent)}`, offset: at(reference) };
    // A new column is null in every row, unless it has a default: then there is nothing to look up.
    const checked = value !== undefined && !isUnenforced(reference) && !scope.isNew(table);
    const facts = { cause: 'add-column-inline-fk', work: checked ? ('scan' as const) : undefined };
    effects.push(onTable(parent, 'SHARE ROW EXCLUSIVE', doing, facts));
    if (checked) effects.push(onTable(table, 'ACCESS EXCLUSIVE', doing, facts));
  }
  return effects;
}
