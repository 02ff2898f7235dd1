import { functionNameOf, nodesOf, stringsOf } from '../lint/syntax.ts';
import type { Node } from '../lint/syntax.ts';
import { isSteadyBuiltin } from '../schema/builtin-functions.ts';
import { writtenName } from '../schema/names.ts';
import type { Schema } from '../schema/schema.ts';

/** Inlined functions are followed so far. */
const DEEPEST = 5;

/**
 * The function that makes an expression volatile: one value for each row. `now()` and its like are stable and give
 * one value for all; a function that no file made and that is not known to be PostgreSQL's counts as volatile, as
 * CREATE FUNCTION has it by default. Undefined where the expression is computed once.
 */
export function volatileFunctionIn(
  expression: Node | undefined,
  schema: Schema,
  depth = 0,
): string | undefined {
  if (expression === undefined || depth > DEEPEST) return undefined;
  for (const call of nodesOf(expression, 'FuncCall')) {
    const name = functionNameOf(call);
    const written = writtenName(call.funcname);
    const own = schema.routinesNamed(written);
    const fitting = own.filter((routine) => routine.arguments.length === (call.args ?? []).length);
    const routine = fitting[0] ?? own[0];
    if (routine === undefined) {
      const builtin = written.schema === undefined || written.schema === 'pg_catalog';
      if (!builtin || !isSteadyBuiltin(name)) return stringsOf(call.funcname).join('.');
      continue;
    }
    if (routine.volatility !== 'volatile') continue;
    // The planner puts a simple SQL function in the place of its call, whatever it is declared to be.
    if (routine.expression === undefined) return routine.name;
    const inside = volatileFunctionIn(routine.expression, schema, depth + 1);
    if (inside !== undefined) return inside;
  }
  return undefined;
}
