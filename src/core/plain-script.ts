/**
 * What every fault of a script needs: a quote, a dollar, a backslash, a block comment, a NUL, or one of the
 * words of the statements that are refused (script-faults.ts, statement-kind.ts).
 */
const SUSPICIOUS =
  /['"$\\\0]|\/\*|\b(?:abort|alter|begin|call|cluster|commit|concurrently|copy|database|discard|do|end|prepare|reindex|release|rollback|savepoint|set|start|subscription|system|tablespace|transaction|vacuum)\b/i;

/**
 * True for a script that can hold no fault because it holds nothing that one is made of: most CREATE and DROP
 * statements. It is told by one look instead of a walk through all tokens, thousands of files at each start.
 * A test holds it against every fault there is.
 */
export function isPlainScript(text: string): boolean {
  return !SUSPICIOUS.test(text);
}
