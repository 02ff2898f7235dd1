import { constantsOf } from '../schema/apply-type.ts';
import type { Routine } from '../schema/model.ts';
import { statementAs } from './statement.ts';
import { stringsOf } from './syntax.ts';
import type { Node } from './syntax.ts';

/** Whether a function can be called by a trigger alone. */
export function isTriggerFunction({ source }: Pick<Routine, 'source'>): boolean {
  const { returnType } = statementAs({ node: source }, 'CreateFunctionStmt') ?? {};
  return /^(?:event_)?trigger$/.test(stringsOf(returnType?.names).at(-1) ?? '');
}

/** Whether the body of a function is BEGIN ATOMIC … END or RETURN …: parsed when it is made. */
export function isAtomic(source: Node): boolean {
  return statementAs({ node: source }, 'CreateFunctionStmt')?.sql_body !== undefined;
}

/** The value that a function sets for itself: the empty text of SET search_path = ''; undefined where it sets none. */
export function ownSetting(source: Node, name: string): string | undefined {
  for (const node of statementAs({ node: source }, 'CreateFunctionStmt')?.options ?? []) {
    const arg = 'DefElem' in node && node.DefElem.defname === 'set' ? node.DefElem.arg : undefined;
    if (arg === undefined || !('VariableSetStmt' in arg)) continue;
    const { kind, name: set, args } = arg.VariableSetStmt;
    if (kind === 'VAR_SET_VALUE' && set?.toLowerCase() === name) return constantsOf(args).join(',');
  }
  return undefined;
}
