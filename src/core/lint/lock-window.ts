import { blocksWrites } from '../locks/effect.ts';
import type { Effect } from '../locks/effect.ts';
import type { StatementContext } from './rule.ts';

/**
 * The locks that the transaction of the file holds already when a statement begins, on tables that others use, and
 * that make them wait. None where each statement is a transaction of its own.
 */
export function heldLocks(context: StatementContext): readonly Effect[] {
  if (!context.file.directives.transaction) return [];
  return context.earlier
    .flatMap(({ effects }) => effects)
    .filter(
      (effect) => effect.kind === 'table' && blocksWrites(effect.lock) && !context.isNew(effect.relation),
    );
}
