import { tokensOf } from '../tokens.ts';

/** Functions whose result is safe in a text of SQL. */
const QUOTING = /^(?:pg_catalog\.)?(?:quote_ident|quote_literal|quote_nullable|format)$/i;

/**
 * The parts of an EXECUTE expression that stand in the text of SQL as they are: what `||` joins and neither a
 * string nor a call of quote_ident, quote_literal, quote_nullable or format is. Names of a catalog type
 * (`::regclass`) and numbers quote themselves.
 */
export function unquotedParts(expression: string): readonly string[] {
  const tokens = [...tokensOf(expression)].map(({ kind, start, end }) => ({
    kind,
    text: expression.slice(start, end),
    start,
    end,
  }));
  const operands: { start: number; end: number }[] = [];
  let depth = 0;
  let start = 0;
  for (const token of tokens) {
    if (token.kind === 'punctuation' && /[([]/.test(token.text)) depth += 1;
    if (token.kind === 'punctuation' && /[)\]]/.test(token.text)) depth -= 1;
    if (token.kind === 'operator' && token.text === '||' && depth === 0) {
      operands.push({ start, end: token.start });
      start = token.end;
    }
  }
  if (operands.length === 0) return [];
  operands.push({ start, end: expression.length });
  return operands
    .map((part) => expression.slice(part.start, part.end).trim())
    .filter((part) => !isSafe(part));
}

function isSafe(part: string): boolean {
  if (/::\s*(?:pg_catalog\.)?(?:reg\w+|int\w*|integer|bigint|smallint|oid)\s*$/i.test(part)) return true;
  const tokens = [...tokensOf(part)];
  const [first] = tokens;
  if (first === undefined) return true;
  const isConstant = tokens.every(
    ({ kind }) => kind === 'string' || kind === 'dollar-string' || kind === 'number',
  );
  if (isConstant) return true;
  if (part.startsWith('(') && part.endsWith(')')) {
    const inner = part.slice(1, -1);
    return isSafe(inner) || (unquotedParts(inner).length === 0 && inner.includes('||'));
  }
  const called = /^[\w.]+(?=\s*\()/.exec(part)?.[0] ?? '';
  if (QUOTING.test(called)) return true;
  // chr(10) and the like make one character.
  return /^(?:pg_catalog\.)?chr$/i.test(called);
}
