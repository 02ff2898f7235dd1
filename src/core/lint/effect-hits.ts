import { atLeast, blocksReads, isHeavy } from '../locks/effect.ts';
import type { Effect } from '../locks/effect.ts';
import { nameText, sameName } from '../schema/names.ts';
import { heldLocks } from './lock-window.ts';
import type { Hit, StatementContext } from './rule.ts';

/** The effects of a statement that a rule speaks of, on relations that others may be using; one for each place. */
export function effectsFor(context: StatementContext, rule: string): readonly (readonly Effect[])[] {
  const groups = new Map<string, Effect[]>();
  for (const effect of context.effects) {
    if (effect.cause !== rule || context.isNew(effect.relation) || isHeldAlready(effect, context)) continue;
    const key = `${effect.offset} ${effect.what}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [effect]);
    else group.push(effect);
  }
  return [...groups.values()];
}

/** A lock for a moment costs nothing where the transaction holds one as strong on the table already. */
function isHeldAlready({ work, relation, lock }: Effect, context: StatementContext): boolean {
  return (
    work === undefined &&
    heldLocks(context).some((held) => sameName(held.relation, relation) && atLeast(held.lock, lock))
  );
}

/** Hits for the effects that a rule speaks of, in the words that all of them share. */
export function effectHits(context: StatementContext, rule: string): readonly Hit[] {
  return effectsFor(context, rule).map((effects) => ({
    message: effectMessage(effects),
    offset: effects[0]?.offset,
  }));
}

/** `SET NOT NULL on courses.title reads all of courses under ACCESS EXCLUSIVE: nobody can read or write it meanwhile`. */
function effectMessage(effects: readonly Effect[]): string {
  const [first] = effects;
  if (first === undefined) return '';
  const { what, detail, lock } = first;
  const tables = listText(effects.map(({ relation }) => nameText(relation)));
  const locked = effects.some((effect) => effect.lock === 'ACCESS EXCLUSIVE') ? 'ACCESS EXCLUSIVE' : lock;
  const because = detail === undefined ? '' : ` (${detail})`;
  if (!effects.some(isHeavy)) return `${what} takes ${locked} on ${tables}${because}`;
  const who = effects.some((effect) => blocksReads(effect.lock))
    ? 'nobody can read or write'
    : 'nobody can write';
  return `${what} ${WORK[first.work ?? 'scan']} ${tables}${first.work === 'rewrite' ? ' anew' : ''} under ${locked}${because}: ${who} meanwhile`;
}

const WORK = {
  scan: 'reads all of',
  'index-build': 'builds an index from all of',
  rewrite: 'writes all rows of',
} as const;

/** `a`, `a and b`, `a, b and 3 more`. */
export function listText(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const [first = '', second] = unique;
  if (second === undefined) return first;
  if (unique.length === 2) return `${first} and ${second}`;
  return `${first}, ${second} and ${unique.length - 2} more`;
}
