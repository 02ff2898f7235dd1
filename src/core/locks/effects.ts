import type { LintStatement } from '../lint/statement.ts';
import { relationsIn } from '../schema/apply-create.ts';
import { nameText, writtenRelation } from '../schema/names.ts';
import type { ObjectName } from '../schema/names.ts';
import type { Schema } from '../schema/schema.ts';
import type { RangeVar } from '../lint/syntax.ts';
import { alterTableEffects } from './alter-table-effects.ts';
import type { Effect, Lock } from './effect.ts';
import { onTable } from './effect-scope.ts';
import type { EffectScope } from './effect-scope.ts';
import { createIndexEffects, reindexEffects } from './index-effects.ts';
import {
  clusterEffects,
  commentEffects,
  domainEffects,
  lockEffects,
  queryEffects,
  refreshEffects,
  sequenceEffects,
  vacuumEffects,
} from './object-effects.ts';
import { ownSequences } from './sequences.ts';
import { createTableEffects, dropEffects, renameEffects, truncateEffects } from './table-effects.ts';

/** What the locks of a statement depend on beside itself and the schema. */
export type EffectSettings = Pick<EffectScope, 'postgres' | 'isNew'>;

/**
 * The locks that one statement takes on relations that are there already, and the work that it does while it holds
 * them: what PostgreSQL was seen to do (test/fixtures/lock-atlas.jsonl). Nested statements have their own.
 */
export function effectsOf(
  statement: LintStatement,
  schema: Schema,
  settings: EffectSettings,
): readonly Effect[] {
  const scope: EffectScope = { statement, schema, ...settings };
  const { node, offset } = statement;
  const one = (
    relation: RangeVar | undefined,
    lock: Lock,
    what: string,
    cause?: string,
  ): readonly Effect[] => {
    const name: ObjectName = schema.relationName(writtenRelation(relation));
    return [onTable(name, lock, { what: `${what} on ${nameText(name)}`, offset }, { cause })];
  };
  if ('AlterTableStmt' in node) {
    const { objtype = 'OBJECT_TABLE' } = node.AlterTableStmt;
    if (objtype === 'OBJECT_TABLE' || objtype === 'OBJECT_VIEW' || objtype === 'OBJECT_MATVIEW') {
      return [...alterTableEffects(scope, node.AlterTableStmt), ...identitySequences(scope)];
    }
    return [];
  }
  if ('CreateStmt' in node) return createTableEffects(scope, node.CreateStmt);
  if ('IndexStmt' in node) return createIndexEffects(scope, node.IndexStmt);
  if ('DropStmt' in node) return dropEffects(scope, node.DropStmt);
  if ('ReindexStmt' in node) return reindexEffects(scope, node.ReindexStmt);
  if ('TruncateStmt' in node) return truncateEffects(scope, node.TruncateStmt);
  if ('RenameStmt' in node) return renameEffects(scope, node.RenameStmt);
  if ('AlterObjectSchemaStmt' in node && node.AlterObjectSchemaStmt.relation !== undefined) {
    const name = schema.relationName(writtenRelation(node.AlterObjectSchemaStmt.relation));
    return [
      ...one(node.AlterObjectSchemaStmt.relation, 'ACCESS EXCLUSIVE', 'SET SCHEMA'),
      ...sequenceLocks(schema, name, 'SET SCHEMA', offset),
    ];
  }
  if ('CreateTrigStmt' in node) {
    return one(node.CreateTrigStmt.relation, 'SHARE ROW EXCLUSIVE', 'CREATE TRIGGER', 'trigger-ddl');
  }
  if ('RuleStmt' in node)
    return one(node.RuleStmt.relation, 'ACCESS EXCLUSIVE', 'CREATE RULE', 'trigger-ddl');
  if ('CreatePolicyStmt' in node)
    return one(node.CreatePolicyStmt.table, 'ACCESS EXCLUSIVE', 'CREATE POLICY', 'rls-ddl-lock');
  if ('AlterPolicyStmt' in node)
    return one(node.AlterPolicyStmt.table, 'ACCESS EXCLUSIVE', 'ALTER POLICY', 'rls-ddl-lock');
  if ('ViewStmt' in node) {
    const known = schema.relation(writtenRelation(node.ViewStmt.view));
    return known === undefined
      ? []
      : one(node.ViewStmt.view, 'ACCESS EXCLUSIVE', 'CREATE OR REPLACE VIEW').map((effect) => ({
          ...effect,
          kind: 'view',
        }));
  }
  if ('CreateTableAsStmt' in node) {
    return relationsIn(schema, node.CreateTableAsStmt.query).map((name) =>
      onTable(name, 'ACCESS SHARE', { what: `query of ${nameText(name)}`, offset }, { work: 'scan' }),
    );
  }
  if ('VacuumStmt' in node) return vacuumEffects(scope, node.VacuumStmt);
  if ('ClusterStmt' in node) return clusterEffects(scope, node.ClusterStmt);
  if ('RefreshMatViewStmt' in node) return refreshEffects(scope, node.RefreshMatViewStmt);
  if ('AlterDomainStmt' in node) return domainEffects(scope, node.AlterDomainStmt);
  if ('AlterSeqStmt' in node) return sequenceEffects(scope, node.AlterSeqStmt);
  if ('LockStmt' in node) return lockEffects(scope, node.LockStmt);
  if ('CommentStmt' in node) return commentEffects(scope, node.CommentStmt);
  if ('CreateStatsStmt' in node) {
    return (node.CreateStatsStmt.relations ?? []).flatMap((relation) =>
      'RangeVar' in relation ? one(relation.RangeVar, 'SHARE UPDATE EXCLUSIVE', 'CREATE STATISTICS') : [],
    );
  }
  if ('CreatePublicationStmt' in node) {
    return (node.CreatePublicationStmt.pubobjects ?? []).flatMap((object) =>
      'PublicationObjSpec' in object && object.PublicationObjSpec.pubtable !== undefined
        ? one(object.PublicationObjSpec.pubtable.relation, 'SHARE UPDATE EXCLUSIVE', 'CREATE PUBLICATION')
        : [],
    );
  }
  if ('InsertStmt' in node || 'UpdateStmt' in node || 'DeleteStmt' in node || 'SelectStmt' in node) {
    return queryEffects(scope, node);
  }
  return [];
}

/** What takes the sequence of a column away, or rewrites it with its table. */
const WITH_SEQUENCES: ReadonlySet<string> = new Set(['AT_DropIdentity', 'AT_SetLogged', 'AT_SetUnLogged']);

function identitySequences({ statement, schema }: EffectScope): readonly Effect[] {
  const { node, offset } = statement;
  if (!('AlterTableStmt' in node)) return [];
  const takes = (node.AlterTableStmt.cmds ?? []).some(
    (command) => 'AlterTableCmd' in command && WITH_SEQUENCES.has(command.AlterTableCmd.subtype ?? ''),
  );
  const table = schema.relationName(writtenRelation(node.AlterTableStmt.relation));
  return takes ? sequenceLocks(schema, table, 'ALTER TABLE', offset) : [];
}

function sequenceLocks(schema: Schema, table: ObjectName, what: string, offset: number): readonly Effect[] {
  return ownSequences(schema, table).map((sequence) => ({
    ...onTable(sequence, 'ACCESS EXCLUSIVE', { what, offset }),
    kind: 'sequence',
  }));
}
