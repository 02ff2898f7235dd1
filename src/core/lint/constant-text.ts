import type { SqlParser } from './parser.ts';
import { functionNameOf, stringsOf } from './syntax.ts';
import type { Node } from './syntax.ts';

/**
 * The text that an expression of EXECUTE always makes: a string, strings put together, `format` with strings.
 * Undefined where it depends on what is only known when it runs.
 */
export function constantText(expression: string, parser: SqlParser): string | undefined {
  const [statement] = parser.parse(`SELECT ${expression}`).statements ?? [];
  if (statement === undefined || !('SelectStmt' in statement)) return undefined;
  const [target] = statement.SelectStmt.targetList ?? [];
  return target !== undefined && 'ResTarget' in target ? textOf(target.ResTarget.val) : undefined;
}

function textOf(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if ('A_Const' in node) {
    const { sval, ival } = node.A_Const;
    return sval !== undefined ? (sval.sval ?? '') : ival === undefined ? undefined : String(ival.ival ?? 0);
  }
  if ('TypeCast' in node) return textOf(node.TypeCast.arg);
  if ('A_Expr' in node) {
    const { name, lexpr, rexpr } = node.A_Expr;
    const left = textOf(lexpr);
    const right = textOf(rexpr);
    return stringsOf(name)[0] === '||' && left !== undefined && right !== undefined
      ? left + right
      : undefined;
  }
  return 'FuncCall' in node && functionNameOf(node.FuncCall) === 'format'
    ? formatted(node.FuncCall.args)
    : undefined;
}

/** `format` with %s, %I and %L and nothing but constants (https://www.postgresql.org/docs/current/functions-string.html#FUNCTIONS-STRING-FORMAT). */
function formatted(args: readonly Node[] | undefined): string | undefined {
  const [pattern, ...values] = (args ?? []).map(textOf);
  if (pattern === undefined) return undefined;
  let next = 0;
  let text = '';
  let end = 0;
  for (const { 0: placeholder, 1: position, 2: kind, index } of pattern.matchAll(/%(?:(\d+)\$)?([sIL%])/g)) {
    text += pattern.slice(end, index);
    end = index + placeholder.length;
    if (kind === '%') {
      text += '%';
      continue;
    }
    if (position !== undefined) next = Number(position) - 1;
    const value = values[next];
    next += 1;
    if (value === undefined) return undefined;
    if (kind === 'I') text += /^[a-z_][a-z0-9_$]*$/.test(value) ? value : `"${value.replaceAll('"', '""')}"`;
    else text += kind === 'L' ? `'${value.replaceAll("'", "''")}'` : value;
  }
  return text + pattern.slice(end);
}
