import { switchedOn } from '../lint/syntax.ts';
import type { DropStmt, IndexStmt, NodeOf } from '../lint/syntax.ts';
import { nameText, writtenBy, writtenRelation } from '../schema/names.ts';
import type { ObjectName } from '../schema/names.ts';
import type { Effect } from './effect.ts';
import { onTable, storesOf } from './effect-scope.ts';
import type { Doing, EffectScope } from './effect-scope.ts';

/** CREATE INDEX: SHARE on the table and on every partition while it is built. */
export function createIndexEffects(scope: EffectScope, index: IndexStmt): readonly Effect[] {
  const { schema, statement } = scope;
  const table = schema.relationName(writtenRelation(index.relation));
  const doing: Doing = {
    what: `CREATE ${index.unique === true ? 'UNIQUE ' : ''}INDEX${index.idxname === undefined ? '' : ` ${index.idxname}`} on ${nameText(table)}`,
    offset: statement.offset,
  };
  if (index.concurrent === true)
    return [onTable(table, 'SHARE UPDATE EXCLUSIVE', doing, { work: 'index-build' })];
  const { idxname } = index;
  // The lock is taken before anything is noticed.
  if (
    index.if_not_exists === true &&
    idxname !== undefined &&
    schema.index({ schema: table.schema, name: idxname }) !== undefined
  ) {
    return [onTable(table, 'SHARE', doing, { cause: 'if-not-exists-still-locks' })];
  }
  if (index.relation?.inh !== true && schema.relation(table)?.kind === 'partitioned-table')
    return [onTable(table, 'SHARE', doing)];
  const kind = schema.relation(table)?.kind;
  const facts = { work: 'index-build', cause: 'index-create-blocking' } as const;
  const below = kind === 'partitioned-table' ? storesOf(schema, table) : [table];
  return [onTable(table, 'SHARE', doing), ...below.map((store) => onTable(store, 'SHARE', doing, facts))];
}

/** DROP INDEX: ACCESS EXCLUSIVE on the table for a moment, behind whoever reads it. */
export function dropIndexEffects(scope: EffectScope, drop: DropStmt): readonly Effect[] {
  const { schema, statement } = scope;
  const concurrent = drop.concurrent === true;
  const lock = concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
  return (drop.objects ?? []).flatMap((object): readonly Effect[] => {
    const written = writtenBy(object);
    const index = schema.index(written);
    if (index === undefined && drop.missing_ok === true) return [];
    const name = index ?? schema.newName(written);
    const doing = { what: `DROP INDEX ${written.name}`, offset: statement.offset };
    const own: Effect = { ...onTable(name, lock, doing), kind: 'index' };
    const cause = concurrent ? undefined : 'index-drop-blocking';
    if (index === undefined) return [{ ...own, cause }];
    return [own, onTable(index.table, lock, doing, { cause })];
  });
}

/** REINDEX: writes wait, and so does every query that could use the index. */
export function reindexEffects(scope: EffectScope, reindex: NodeOf<'ReindexStmt'>): readonly Effect[] {
  const { schema, statement } = scope;
  const concurrent = switchedOn(reindex.params, 'concurrently');
  const written = writtenRelation(reindex.relation);
  const index = reindex.kind === 'REINDEX_OBJECT_INDEX' ? schema.index(written) : undefined;
  const offset = statement.offsetOf(reindex.relation?.location);
  const what = `REINDEX ${reindex.kind === 'REINDEX_OBJECT_INDEX' ? 'INDEX' : 'TABLE'} ${written.name}`;
  const doing = { what, offset };
  const lock = concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE';
  const facts = concurrent
    ? ({ work: 'index-build' } as const)
    : ({ work: 'index-build', cause: 'reindex-blocking' } as const);
  // Of an index that no file made, the table is not known.
  const table: ObjectName = index?.table ?? schema.relationName(written);
  const indexes = index === undefined ? schema.indexesOf(table) : [index];
  return [
    ...storesOf(schema, table).map((store) => onTable(store, lock, doing, facts)),
    ...indexes.map((one): Effect => ({
      ...onTable(one, concurrent ? lock : 'ACCESS EXCLUSIVE', doing),
      kind: 'index',
    })),
  ];
}
