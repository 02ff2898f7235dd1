import { dataTypeOf, typeText } from '../schema/types.ts';
import { treeText } from './expressions.ts';
import type { CreateFunctionStmt, Node } from './syntax.ts';

/** A parameter of a function. */
export interface Parameter {
  /** Undefined for one without a name. */
  readonly name: string | undefined;
  /** The type without its schema, so that both ways to write it are one. */
  readonly type: string;
  /** `out` is OUT and TABLE. */
  readonly way: 'in' | 'inout' | 'out';
  readonly hasDefault: boolean;
}

/** The parameters of CREATE FUNCTION, in order. */
export function parametersOf(parameters: readonly Node[] | undefined): readonly Parameter[] {
  return (parameters ?? []).flatMap((node) => {
    if (!('FunctionParameter' in node)) return [];
    const { name, argType, mode, defexpr } = node.FunctionParameter;
    const isOut = mode === 'FUNC_PARAM_OUT' || mode === 'FUNC_PARAM_TABLE';
    return [
      {
        name,
        type: bareType(argType),
        way: isOut ? ('out' as const) : mode === 'FUNC_PARAM_INOUT' ? ('inout' as const) : ('in' as const),
        hasDefault: defexpr !== undefined,
      },
    ];
  });
}

/** Why OR REPLACE is refused, of two functions with the same IN arguments (42P13); undefined where it is not. */
export function refusedReplacement(
  before: CreateFunctionStmt,
  after: CreateFunctionStmt,
): string | undefined {
  const [old, now] = [parametersOf(before.parameters), parametersOf(after.parameters)];
  const given = (all: readonly Parameter[]): readonly Parameter[] => all.filter(({ way }) => way !== 'out');
  const back = (all: readonly Parameter[]): readonly Parameter[] => all.filter(({ way }) => way !== 'in');
  for (const [index, { name }] of given(old).entries()) {
    if (name !== undefined && given(now)[index]?.name !== name)
      return `the parameter ${name} cannot get another name`;
  }
  const lost = given(old).some(
    ({ hasDefault }, index) => hasDefault && given(now)[index]?.hasDefault !== true,
  );
  if (lost) return 'a parameter cannot lose its default';
  const columns = (all: readonly Parameter[]): string =>
    treeText(back(all).map(({ name, type }) => [name, type]));
  if (columns(old) !== columns(now)) return 'what it gives back cannot change';
  const [from, to] = [before.returnType, after.returnType];
  const isTable = back(old).length > 0;
  return !isTable && (bareType(from) !== bareType(to) || from?.setof !== to?.setof)
    ? 'what it gives back cannot change'
    : undefined;
}

function bareType(type: Parameters<typeof dataTypeOf>[0]): string {
  const known = dataTypeOf(type);
  return typeText(known === undefined ? undefined : { ...known, schema: undefined, modifiers: [] });
}
