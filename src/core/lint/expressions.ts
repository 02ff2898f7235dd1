import { stringsOf } from './syntax.ts';
import type { Node } from './syntax.ts';

/** A tree without its places, as text: two expressions are the same when these are. */
export function treeText(tree: unknown): string {
  return JSON.stringify([tree], (key, value: unknown) =>
    /(?:location|_start|_end)$/.test(key) || key === 'stmt_len' ? undefined : value,
  );
}

/** TRUE as it is written, or 1 = 1. */
export function isTrue(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if ('A_Const' in node) return node.A_Const.boolval?.boolval === true;
  if ('TypeCast' in node) {
    const { arg, typeName } = node.TypeCast;
    const isBoolean = stringsOf(typeName?.names).at(-1) === 'bool';
    return isBoolean && (isTrue(arg) || /^(?:t|true|on|yes|1)$/i.test(textOf(arg) ?? ''));
  }
  if (!('A_Expr' in node) || stringsOf(node.A_Expr.name)[0] !== '=') return false;
  const { lexpr, rexpr } = node.A_Expr;
  if (lexpr === undefined || rexpr === undefined || !('A_Const' in lexpr) || !('A_Const' in rexpr))
    return false;
  return lexpr.A_Const.isnull !== true && treeText(lexpr) === treeText(rexpr);
}

/** The parts of a condition that all have to hold. */
export function conjunctsOf(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR')
    return (node.BoolExpr.args ?? []).flatMap(conjunctsOf);
  return [node];
}

/** The text of a string constant, through a cast too. */
export function textOf(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if ('TypeCast' in node) return textOf(node.TypeCast.arg);
  return 'A_Const' in node && node.A_Const.sval !== undefined ? (node.A_Const.sval.sval ?? '') : undefined;
}

/** The column that a node names, without its table; undefined for anything else. */
export function columnOf(node: Node | undefined): string | undefined {
  return node !== undefined && 'ColumnRef' in node ? stringsOf(node.ColumnRef.fields).at(-1) : undefined;
}

/** `a`, `a and b`, `a, b and c`. */
export function namesText(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
