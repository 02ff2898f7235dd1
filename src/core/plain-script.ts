/**
 * What most faults need, anywhere in the text: a dollar quote, a backslash, a NUL, a block comment, or a word of
 * a statement that is refused for the sake of its object; and at the start of a statement, which is the start of
 * a line or comes after a semicolon, the verb of a statement that is refused (script-faults.ts, statement-kind.ts).
 */
const SUSPICIOUS =
  /[$\\\0]|\/\*|\b(?:atomic|concurrently|database|subscription|system|tablespace)\b|(?:^|;)[ \t\f\v]*(?:abort|begin|call|cluster|commit|copy|discard|do|end|prepare|reindex|release|rollback|savepoint|set|start|vacuum)\b/im;

/**
 * A text in which every quote is closed: runs of other characters, line comments, strings and quoted
 * identifiers. Each piece can be read in one way only, so that a text that does not match is found out in one
 * pass and no quote in a comment is taken for one of a string.
 */
const CLOSED = /^(?:[^'"/-]+(?=['"/-]|$)|-(?!-)|\/(?!\*)|--[^\n\r]*(?=[\n\r]|$)|'[^']*'|"[^"]*")*$/;

/** The expression remembers a little for each piece it has read; a longer text is walked through token by token. */
const LONGEST = 256 * 1024;

/**
 * True for a script that can hold no fault because it holds nothing that one is made of: most CREATE, ALTER and
 * DROP statements. It is told by two looks instead of a walk through all tokens, thousands of files at each
 * start. A test holds it against every fault there is.
 */
export function isPlainScript(text: string): boolean {
  if (SUSPICIOUS.test(text)) return false;
  if (!text.includes("'") && !text.includes('"')) return true;
  return text.length <= LONGEST && CLOSED.test(text);
}

/** What kindOf (statement-kind.ts) takes for an effect on the session, beside the verbs that are suspicious above. */
const SESSION =
  /set_config|pg_temp|advisory|\btemp|(?:^|;)[ \t\f\v]*(?:deallocate|declare|listen|load|reset|select|unlisten)\b/im;

/**
 * True for a script of which nothing can stay in the session, told by a look instead of a walk through all
 * tokens: no SET, no temporary table, no SELECT or CALL of a function that might do such a thing. False says
 * nothing: then the statements have to be looked at one by one.
 */
export function leavesNothingInSession(text: string): boolean {
  return isPlainScript(text) && !SESSION.test(text);
}
