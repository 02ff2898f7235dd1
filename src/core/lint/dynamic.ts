import type { Schema } from '../schema/schema.ts';

/**
 * The first word of what an EXECUTE runs, in upper case, where its expression begins with a text:
 * `GRANT` of format('GRANT %s …'). Undefined where not even that is known.
 */
export function verbOf(expression: string): string | undefined {
  return /^\s*(?:(?:pg_catalog\.)?format\s*\(\s*)?'\s*([a-z]+)\b/i.exec(expression)?.[1]?.toUpperCase();
}

/** Words with which a statement begins that changes neither objects nor their names. */
const ASIDE: ReadonlySet<string> = new Set([
  'GRANT',
  'REVOKE',
  'COMMENT',
  'ANALYZE',
  'REFRESH',
  'INSERT',
  'UPDATE',
  'DELETE',
  'SET',
  'SELECT',
]);

/** Whether an EXECUTE changes neither objects nor their names: a GRANT, an UPDATE. */
export function isAside(expression: string): boolean {
  const verb = verbOf(expression);
  return verb !== undefined && ASIDE.has(verb);
}

/** Whether an EXECUTE so far may have dropped, renamed or altered something. */
export function mayHaveDropped({ dynamic }: Pick<Schema, 'dynamic'>): boolean {
  return dynamic.some((expression) => !isAside(expression) && verbOf(expression) !== 'CREATE');
}

/** Whether an EXECUTE so far may be about this: its text says so, or it is not known at all. */
export function mayConcern({ dynamic }: Pick<Schema, 'dynamic'>, subject: RegExp): boolean {
  return dynamic.some((expression) => verbOf(expression) === undefined || subject.test(expression));
}
