import { ServerError } from '../core/errors.ts';
import { placeAt } from '../core/place.ts';
import type { Place } from '../core/place.ts';
import type { Script } from '../core/migration.ts';
import type { Holder } from '../core/activity.ts';
import type { StatementFailure } from '../core/report.ts';
import { splitStatements } from '../core/statements.ts';

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
    if (inScript >= 0 && inScript <= script.text.length) return placeAt(script.path, script.text, inScript);
  }
  if (sent.fileOffset !== undefined) return placeAt(script.path, script.text, sent.fileOffset);
  const statement = splitStatements(script.text).statements[facts.completed - lead];
  return statement === undefined ? undefined : placeAt(script.path, script.text, statement.start);
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
