import { functionNameOf, nodesOf, switchedOn } from '../lint/syntax.ts';
import type { AlterDomainStmt, Node, NodeOf } from '../lint/syntax.ts';
import { relationsIn } from '../schema/apply-create.ts';
import { nameText, writtenName, writtenRelation } from '../schema/names.ts';
import type { ObjectName } from '../schema/names.ts';
import { LOCK_MODES } from '../measurement.ts';
import type { Effect } from './effect.ts';
import { onTable, storesOf } from './effect-scope.ts';
import type { EffectScope } from './effect-scope.ts';
import { ownSequences, sequenceOf } from './sequences.ts';
import { tablesWith } from './table-effects.ts';

/** VACUUM and ANALYZE. */
export function vacuumEffects(
  { schema, statement }: EffectScope,
  vacuum: NodeOf<'VacuumStmt'>,
): readonly Effect[] {
  const full = vacuum.is_vacuumcmd === true && switchedOn(vacuum.options, 'full');
  return (vacuum.rels ?? []).flatMap((node): readonly Effect[] => {
    if (!('VacuumRelation' in node)) return [];
    const table = schema.relationName(writtenRelation(node.VacuumRelation.relation));
    const offset = statement.offsetOf(node.VacuumRelation.relation?.location);
    if (full) {
      const doing = { what: `VACUUM FULL ${nameText(table)}`, offset };
      return [onTable(table, 'ACCESS EXCLUSIVE', doing, { work: 'rewrite', cause: 'vacuum-full-cluster' })];
    }
    const what = vacuum.is_vacuumcmd === true ? 'VACUUM' : 'ANALYZE';
    return [onTable(table, 'SHARE UPDATE EXCLUSIVE', { what: `${what} ${nameText(table)}`, offset })];
  });
}

/** CLUSTER of one table. */
export function clusterEffects(
  { schema, statement }: EffectScope,
  cluster: NodeOf<'ClusterStmt'>,
): readonly Effect[] {
  if (cluster.relation === undefined) return [];
  const table = schema.relationName(writtenRelation(cluster.relation));
  const doing = { what: `CLUSTER ${nameText(table)}`, offset: statement.offsetOf(cluster.relation.location) };
  return storesOf(schema, table).map((store) =>
    onTable(store, 'ACCESS EXCLUSIVE', doing, { work: 'rewrite', cause: 'vacuum-full-cluster' }),
  );
}

/** REFRESH MATERIALIZED VIEW: nobody reads it meanwhile, unless CONCURRENTLY. */
export function refreshEffects(
  { schema, statement }: EffectScope,
  refresh: NodeOf<'RefreshMatViewStmt'>,
): readonly Effect[] {
  const view = schema.relationName(writtenRelation(refresh.relation));
  const doing = {
    what: `REFRESH MATERIALIZED VIEW ${nameText(view)}`,
    offset: statement.offsetOf(refresh.relation?.location),
  };
  const own: Effect =
    refresh.concurrent === true
      ? { ...onTable(view, 'EXCLUSIVE', doing, { work: 'scan' }), kind: 'view' }
      : {
          ...onTable(view, 'ACCESS EXCLUSIVE', doing, { work: 'rewrite', cause: 'refresh-matview' }),
          kind: 'view',
        };
  const reads = schema.relation(view)?.reads ?? [];
  return [own, ...reads.map((read) => onTable(read, 'ACCESS SHARE', doing, { work: 'scan' }))];
}

/** A constraint of a domain is checked in every table that uses it. */
export function domainEffects({ schema, statement }: EffectScope, alter: AlterDomainStmt): readonly Effect[] {
  const name = writtenName(alter.typeName).name;
  const { subtype, def } = alter;
  const unchecked = def !== undefined && 'Constraint' in def && def.Constraint.skip_validation === true;
  // The letters of gram.y: O is SET NOT NULL, C is ADD CONSTRAINT, V is VALIDATE CONSTRAINT.
  if (!(subtype === 'O' || subtype === 'V' || (subtype === 'C' && !unchecked))) return [];
  const words = { O: 'SET NOT NULL', V: 'VALIDATE CONSTRAINT', C: 'ADD CONSTRAINT' }[subtype];
  const doing = { what: `ALTER DOMAIN ${name} ${words}`, offset: statement.offset };
  return tablesWith(schema, name).map((table) =>
    onTable(table, 'SHARE', doing, { work: 'scan', cause: 'domain-constraint-validated' }),
  );
}

/** ALTER SEQUENCE keeps nextval waiting, and with it every INSERT. */
export function sequenceEffects(
  { schema, statement }: EffectScope,
  alter: NodeOf<'AlterSeqStmt'>,
): readonly Effect[] {
  const name = schema.relationName(writtenRelation(alter.sequence));
  const doing = {
    what: `ALTER SEQUENCE ${nameText(name)}`,
    offset: statement.offsetOf(alter.sequence?.location),
  };
  return [{ ...onTable(name, 'SHARE ROW EXCLUSIVE', doing, { cause: 'sequence-ddl' }), kind: 'sequence' }];
}

/** LOCK TABLE, in the mode that it names. */
export function lockEffects({ schema, statement }: EffectScope, lock: NodeOf<'LockStmt'>): readonly Effect[] {
  return (lock.relations ?? []).flatMap((node): readonly Effect[] => {
    if (!('RangeVar' in node)) return [];
    const table = schema.relationName(writtenRelation(node.RangeVar));
    const doing = {
      what: `LOCK TABLE ${nameText(table)}`,
      offset: statement.offsetOf(node.RangeVar.location),
    };
    return [
      onTable(table, LOCK_MODES[(lock.mode ?? 8) - 1] ?? 'ACCESS EXCLUSIVE', doing, {
        cause: 'explicit-lock-table',
      }),
    ];
  });
}

/** COMMENT ON a table or column, CREATE STATISTICS, CREATE PUBLICATION … FOR TABLE. */
export function commentEffects(
  { schema, statement }: EffectScope,
  comment: NodeOf<'CommentStmt'>,
): readonly Effect[] {
  const parts =
    comment.object !== undefined && 'List' in comment.object ? (comment.object.List.items ?? []) : [];
  const column = comment.objtype === 'OBJECT_COLUMN';
  if (!column && comment.objtype !== 'OBJECT_TABLE') return [];
  const table = schema.relationName(writtenName(column ? parts.slice(0, -1) : parts));
  return [
    onTable(table, 'SHARE UPDATE EXCLUSIVE', {
      what: `COMMENT ON ${nameText(table)}`,
      offset: statement.offset,
    }),
  ];
}

/** INSERT, UPDATE, DELETE, MERGE and queries: what an application takes too. */
export function queryEffects({ schema, statement }: EffectScope, node: Node): readonly Effect[] {
  const { offset } = statement;
  const effects: Effect[] = [];
  const written = (relation: ObjectName, what: string, whole: boolean): void => {
    const doing = { what: `${what} ${nameText(relation)}`, offset };
    effects.push(onTable(relation, 'ROW EXCLUSIVE', doing, whole ? { work: 'scan' } : {}));
    if (what !== 'INSERT INTO') return;
    for (const sequence of ownSequences(schema, relation)) {
      effects.push({ ...onTable(sequence, 'ROW EXCLUSIVE', doing), kind: 'sequence' });
    }
  };
  const target =
    'InsertStmt' in node
      ? node.InsertStmt
      : 'UpdateStmt' in node
        ? node.UpdateStmt
        : 'DeleteStmt' in node
          ? node.DeleteStmt
          : undefined;
  if (target?.relation !== undefined) {
    const what = 'InsertStmt' in node ? 'INSERT INTO' : 'UpdateStmt' in node ? 'UPDATE' : 'DELETE FROM';
    const whole =
      !('InsertStmt' in node) && (target as { readonly whereClause?: Node }).whereClause === undefined;
    written(schema.relationName(writtenRelation(target.relation)), what, whole);
  }
  const locking = 'SelectStmt' in node && node.SelectStmt.lockingClause !== undefined;
  for (const read of relationsIn(schema, node)) {
    const kind = schema.relation(read)?.kind;
    const facts = { what: `query of ${nameText(read)}`, offset };
    effects.push({
      ...onTable(read, locking ? 'ROW SHARE' : 'ACCESS SHARE', facts),
      kind: kind === 'view' || kind === 'materialized-view' ? 'view' : 'table',
    });
  }
  for (const call of nodesOf(node, 'FuncCall')) {
    const sequence = sequenceOf(call);
    if (sequence === undefined) continue;
    const name = schema.relationName(writtenName(sequence.split('.')));
    effects.push({
      ...onTable(name, 'ROW EXCLUSIVE', { what: functionNameOf(call), offset }),
      kind: 'sequence',
    });
  }
  return effects;
}
