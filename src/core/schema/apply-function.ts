import type { LintStatement } from '../lint/statement.ts';
import { optionOf } from '../lint/syntax.ts';
import type { CreateFunctionStmt, Node, NodeOf } from '../lint/syntax.ts';
import type { Origin, Routine } from './model.ts';
import { writtenBy, writtenName } from './names.ts';
import type { Schema } from './schema.ts';
import { dataTypeOf, typeText } from './types.ts';

/** CREATE FUNCTION and CREATE PROCEDURE. */
export function applyFunction(
  schema: Schema,
  statement: CreateFunctionStmt,
  { node: source, text, bodies }: LintStatement,
  origin: Origin,
): void {
  const { options, parameters, funcname } = statement;
  const name = schema.newName(writtenName(funcname));
  const language = (optionText(options, 'language') ?? 'sql').toLowerCase();
  const types = inputTypes(parameters);
  // OR REPLACE keeps the privileges.
  const known = schema.routinesNamed(name).find((one) => one.arguments.join() === types.join());
  const routine: Routine = {
    ...name,
    arguments: types,
    procedure: statement.is_procedure === true,
    language,
    volatility: volatilityOf(optionText(options, 'volatility')),
    securityDefiner: isOn(options, 'security') ?? false,
    settings: settingsOf(options),
    closed: known === undefined ? (schema.closesRoutines ? true : undefined) : known.closed,
    expression: language === 'sql' ? inlined(bodies[0]) : undefined,
    source,
    text,
    origin,
  };
  schema.putRoutine(routine);
}

/** ALTER FUNCTION: volatility, SECURITY, SET. */
export function applyFunctionChange(schema: Schema, statement: NodeOf<'AlterFunctionStmt'>): void {
  const { func, actions } = statement;
  if (func === undefined) return;
  const written = writtenBy({ ObjectWithArgs: func });
  for (const routine of schema.routinesNamed(written)) {
    const volatility = optionText(actions, 'volatility');
    schema.putRoutine({
      ...routine,
      volatility: volatility === undefined ? routine.volatility : volatilityOf(volatility),
      securityDefiner: isOn(actions, 'security') ?? routine.securityDefiner,
      settings: [...new Set([...routine.settings, ...settingsOf(actions)])],
    });
  }
}

/** The types of the arguments that a call gives: not those of OUT and TABLE. */
function inputTypes(parameters: readonly Node[] | undefined): readonly string[] {
  return (parameters ?? []).flatMap((node) => {
    if (!('FunctionParameter' in node)) return [];
    const { mode, argType } = node.FunctionParameter;
    if (mode === 'FUNC_PARAM_OUT' || mode === 'FUNC_PARAM_TABLE') return [];
    return [typeText(dataTypeOf(argType))];
  });
}

function optionText(options: readonly Node[] | undefined, name: string): string | undefined {
  const arg = optionOf(options, name)?.arg;
  return arg !== undefined && 'String' in arg ? arg.String.sval : undefined;
}

function isOn(options: readonly Node[] | undefined, name: string): boolean | undefined {
  const arg = optionOf(options, name)?.arg;
  return arg !== undefined && 'Boolean' in arg ? arg.Boolean.boolval === true : undefined;
}

function settingsOf(options: readonly Node[] | undefined): readonly string[] {
  return (options ?? []).flatMap((node) => {
    const arg = 'DefElem' in node && node.DefElem.defname === 'set' ? node.DefElem.arg : undefined;
    return arg !== undefined && 'VariableSetStmt' in arg
      ? [(arg.VariableSetStmt.name ?? '').toLowerCase()]
      : [];
  });
}

function volatilityOf(text: string | undefined): Routine['volatility'] {
  return text === 'immutable' || text === 'stable' ? text : 'volatile';
}

/**
 * The expression of a LANGUAGE sql function that the planner puts in the place of its call: one SELECT of one value
 * and nothing else (https://wiki.postgresql.org/wiki/Inlining_of_SQL_functions).
 */
function inlined(body: LintStatement['bodies'][number] | undefined): Node | undefined {
  const [statement, another] = body?.statements ?? [];
  if (statement === undefined || another !== undefined) return undefined;
  const { node } = statement;
  if ('ReturnStmt' in node) return node.ReturnStmt.returnval;
  if (!('SelectStmt' in node)) return undefined;
  const { targetList = [], fromClause, whereClause, limitCount, groupClause, valuesLists } = node.SelectStmt;
  const [target] = targetList;
  const plain = [fromClause, whereClause, limitCount, groupClause, valuesLists].every(
    (part) => part === undefined,
  );
  return plain && targetList.length === 1 && target !== undefined && 'ResTarget' in target
    ? target.ResTarget.val
    : undefined;
}
