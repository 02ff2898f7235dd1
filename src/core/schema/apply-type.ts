import { stringsOf } from '../lint/syntax.ts';
import type { AlterDomainStmt, Constraint, Node, NodeOf } from '../lint/syntax.ts';
import type { Origin } from './model.ts';
import { writtenName } from './names.ts';
import type { Schema } from './schema.ts';
import { dataTypeOf } from './types.ts';

/** CREATE DOMAIN. */
export function applyDomain(schema: Schema, statement: NodeOf<'CreateDomainStmt'>, origin: Origin): void {
  const name = schema.newName(writtenName(statement.domainname));
  const constraints = (statement.constraints ?? []).flatMap((node) =>
    'Constraint' in node ? [node.Constraint] : [],
  );
  schema.putDomain({
    ...name,
    base: dataTypeOf(statement.typeName),
    notNull: constraints.some(({ contype }) => contype === 'CONSTR_NOTNULL'),
    constraints: constraints
      .filter(({ contype }) => contype === 'CONSTR_CHECK')
      .map((constraint) => ({ name: constraintName(constraint, name.name), valid: true })),
    origin,
  });
}

function constraintName({ conname }: Constraint, domain: string): string {
  return conname ?? `${domain}_check`;
}

/** ALTER DOMAIN (https://www.postgresql.org/docs/current/sql-alterdomain.html; the letters are those of gram.y). */
export function applyAlterDomain(schema: Schema, statement: AlterDomainStmt): void {
  const domain = schema.domain(writtenName(statement.typeName));
  if (domain === undefined) return;
  const { subtype, def, name } = statement;
  if (subtype === 'N') schema.putDomain({ ...domain, notNull: false });
  if (subtype === 'O') schema.putDomain({ ...domain, notNull: true });
  if (subtype === 'C' && def !== undefined && 'Constraint' in def) {
    const added = {
      name: constraintName(def.Constraint, domain.name),
      valid: def.Constraint.skip_validation !== true,
    };
    if (def.Constraint.contype === 'CONSTR_NOTNULL') schema.putDomain({ ...domain, notNull: true });
    else schema.putDomain({ ...domain, constraints: [...domain.constraints, added] });
  }
  if (subtype === 'X') {
    schema.putDomain({ ...domain, constraints: domain.constraints.filter((one) => one.name !== name) });
  }
  if (subtype === 'V') {
    const constraints = domain.constraints.map((one) => (one.name === name ? { ...one, valid: true } : one));
    schema.putDomain({ ...domain, constraints });
  }
}

/** CREATE TYPE … AS ENUM. */
export function applyEnum(schema: Schema, statement: NodeOf<'CreateEnumStmt'>, origin: Origin): void {
  const name = schema.newName(writtenName(statement.typeName));
  schema.putEnum({ ...name, labels: stringsOf(statement.vals), added: [], origin });
}

/** ALTER TYPE … ADD VALUE and RENAME VALUE. */
export function applyAlterEnum(schema: Schema, statement: NodeOf<'AlterEnumStmt'>, origin: Origin): void {
  const written = writtenName(statement.typeName);
  const name = schema.typeName(written);
  const known = schema.enum(written) ?? { ...name, labels: [], added: [], origin: undefined };
  const { oldVal, newVal = '', newValNeighbor, newValIsAfter } = statement;
  if (oldVal !== undefined) {
    schema.putEnum({ ...known, labels: known.labels.map((label) => (label === oldVal ? newVal : label)) });
    return;
  }
  if (known.labels.includes(newVal)) return;
  const neighbour = newValNeighbor === undefined ? -1 : known.labels.indexOf(newValNeighbor);
  const at = neighbour === -1 ? known.labels.length : newValIsAfter === true ? neighbour + 1 : neighbour;
  schema.putEnum({
    ...known,
    labels: [...known.labels.slice(0, at), newVal, ...known.labels.slice(at)],
    added: [...known.added, { label: newVal, origin }],
  });
}

/** The texts of constants, as SET writes its values. */
export function constantsOf(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) => {
    if ('TypeCast' in node) return constantsOf(node.TypeCast.arg === undefined ? [] : [node.TypeCast.arg]);
    if (!('A_Const' in node)) return [];
    const { sval, ival, fval, boolval } = node.A_Const;
    if (sval !== undefined) return [sval.sval ?? ''];
    if (fval !== undefined) return [fval.fval ?? ''];
    if (boolval !== undefined) return [String(boolval.boolval === true)];
    return ival === undefined ? [] : [String(ival.ival ?? 0)];
  });
}
