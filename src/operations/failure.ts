import { ServerError } from '../core/errors.ts';
import { literalPattern } from '../core/literal-pattern.ts';
import { placeAt } from '../core/place.ts';
import type { Place } from '../core/place.ts';
import type { Script } from '../core/migration.ts';
import type { Holder } from '../core/activity.ts';
import type { StatementFailure } from '../core/report.ts';
import { splitStatements, statementText } from '../core/statements.ts';
import { holderText } from './run-lock.ts';

/** Where the user's text lies in the text that was sent. */
export interface SentScript {
  readonly script: Script;
  /** UTF-16 offset of the user's text in the text that was sent. */
  readonly offset: number;
  /** How many of our own statements stand before it. */
  readonly lead: number;
  /** For one statement of a file that is sent alone: its offset in the file. */
  readonly fileOffset?: number | undefined;
}

/** How many lines are shown on each side of the failing one. */
const CONTEXT = 2;

/**
 * Where in the user's file a server error belongs: at the position that the server gave, else at the
 * statement that was running. Undefined when it is not in the user's text.
 */
export function placeOfError(error: ServerError, sent: SentScript): Place | undefined {
  const { script, offset, lead } = sent;
  const { facts } = error;
  if (facts.offset !== undefined) {
    const inScript = facts.offset - offset + (sent.fileOffset ?? 0);
    const { length } = script.text.trimEnd();
    // "syntax error at end of input" points behind the text, into what we put there.
    const inText = inScript > length && inScript <= script.text.length + CLOSING ? length : inScript;
    if (inText >= 0 && inText <= length) return placeAt(script.path, script.text, inText);
  }
  const { statements } = splitStatements(script.text);
  const statement =
    sent.fileOffset === undefined
      ? statements[facts.completed - lead]
      : statements.find((candidate) => candidate.start === sent.fileOffset);
  if (statement === undefined) {
    return sent.fileOffset === undefined ? undefined : placeAt(script.path, script.text, sent.fileOffset);
  }
  const text = statementText(script.text, statement);
  return placeAt(script.path, script.text, statement.start + offsetOfNamed(text, error));
}

/** How many characters of ours follow the user's text: a line feed and a semicolon. */
const CLOSING = 2;

/**
 * Where in a statement the name stands that an error of class 42 (wrong syntax or name) is about: utility
 * statements report `column "titel" does not exist` without a position. 0 where it cannot be found.
 */
function offsetOfNamed(statement: string, { facts }: ServerError): number {
  if (!facts.sqlstate.startsWith('42')) return 0;
  const name = /"([^"]+)" (?:does not exist|of relation|is not)/.exec(facts.message)?.[1]?.split('.').pop();
  if (name === undefined) return 0;
  const pattern = new RegExp(`(?<![\\w$])${literalPattern(name)}(?![\\w$])`, 'i');
  return pattern.exec(statement)?.index ?? 0;
}

/** The lines around a place. */
export function snippetAt(
  script: Script,
  place: Place,
): readonly { readonly line: number; readonly text: string }[] {
  const lines = script.text.split(/\r\n|\r|\n/);
  const from = Math.max(1, place.line - CONTEXT);
  const to = Math.min(lines.length, place.line + CONTEXT);
  const snippet: { line: number; text: string }[] = [];
  for (let line = from; line <= to; line += 1) {
    snippet.push({ line, text: lines[line - 1] ?? '' });
  }
  while (snippet.length > 1 && snippet.at(-1)?.text.trim() === '' && snippet.at(-1)?.line !== place.line)
    snippet.pop();
  return snippet;
}

/** True where a lock was not to be had: 55P03 lock_not_available (lock_timeout), 40P01 deadlock_detected. */
export function isBlocked(error: unknown): boolean {
  return error instanceof ServerError && ['55P03', '40P01'].includes(error.facts.sqlstate);
}

/** True where our own claim says that another run recorded this version while this one was on its way. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof ServerError && ['LM001', 'LM002'].includes(error.facts.sqlstate);
}

/** What to do about 57014, query_canceled: a timeout, or a person. Undefined for every other error. */
export function timeoutHint({ facts }: ServerError, again: string): string | undefined {
  if (facts.sqlstate !== '57014') return undefined;
  // One SQLSTATE for both; where the server speaks another language, the timeout is the likelier one.
  return facts.message.includes('user request')
    ? `somebody cancelled it with pg_cancel_backend; run ${again} again`
    : `raise the limit with \`-- @statement-timeout\` in the file, or split the work, and run ${again} again`;
}

/** `; held by pid 4711 · app · idle in transaction · select …`, or nothing. */
export function heldBy(blockers: readonly Holder[]): string {
  const [first, ...others] = blockers;
  if (first === undefined) return '';
  const query = first.query === undefined ? '' : ` · ${first.query}`;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `; held by ${holderText(first)}${query}${more}`;
}

/** Turns an error of the server into what a person is shown. */
export function statementFailure(
  error: unknown,
  sent: SentScript,
  words: {
    readonly remains: string;
    readonly next: string;
    readonly blockers?: readonly Holder[] | undefined;
  },
): StatementFailure {
  if (!(error instanceof ServerError)) {
    return { message: error instanceof Error ? error.message : String(error), ...words };
  }
  const { facts } = error;
  const place = placeOfError(error, sent);
  return {
    sqlstate: facts.sqlstate,
    message: facts.message,
    detail: facts.detail,
    serverHint: facts.hint,
    where: facts.where,
    place,
    snippet: place === undefined ? undefined : snippetAt(sent.script, place),
    ...words,
  };
}
