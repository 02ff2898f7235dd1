import { TokenCursor } from './token-cursor.ts';
import { lineEnd } from './token-ends.ts';
import { isWord, Scanner } from './tokens.ts';
import type { LexicalFault, LexicalOptions, Token, TokenKind } from './tokens.ts';

/** One statement of a script. Offsets are UTF-16 code units into the whole text; ends are exclusive. */
export interface Statement {
  /** 1-based position in its script. */
  readonly ordinal: number;
  /** Where its piece starts: the white space, comments and lone semicolons before it belong to it. */
  readonly offset: number;
  /** Where its first token starts. */
  readonly start: number;
  /** Where its last token before the semicolon ends. */
  readonly textEnd: number;
  /** Where its piece ends: after the semicolon, after inline COPY data, or at the end of the text. */
  readonly end: number;
  /** How its plain strings are read: a SET before it may have turned the setting off. */
  readonly standardConformingStrings: boolean;
}

/** A script cut into statements. The pieces and the tail, joined, are the text. */
export interface SplitScript {
  readonly statements: readonly Statement[];
  /** What is opened and never closed, in order. */
  readonly faults: readonly LexicalFault[];
  /** Backslash commands, which only psql knows, wherever they stand outside quotes. */
  readonly metaCommands: readonly Token[];
  /** Offset of what follows the last statement: white space, comments and lone semicolons. */
  readonly tail: number;
  /** Offset of the first plain string with a backslash that is read with standard_conforming_strings off. */
  readonly firstBackslashString: number | undefined;
}

/**
 * Cuts a script at its semicolons as psql does, but for those in parentheses (CREATE RULE … DO (a; b)) and in
 * BEGIN ATOMIC … END bodies (psqlscan.l, `paren_depth` and `begin_depth`). Never throws.
 */
export function splitStatements(text: string, options: LexicalOptions = {}): SplitScript {
  const scanner = new Scanner(text, options);
  const initial = scanner.standardConformingStrings;
  const statements: Statement[] = [];
  const metaCommands: Token[] = [];
  const body = new RoutineBody(text);
  let offset = 0;
  let start = -1;
  let textEnd = 0;
  let parentheses = 0;

  const finish = (end: number): void => {
    const { standardConformingStrings } = scanner;
    const ordinal = statements.length + 1;
    let statement: Statement = { ordinal, offset, start, textEnd, end, standardConformingStrings };
    const unit = text.charCodeAt(start) | 32;
    if (unit === 99 && isWord(text, start, start + 4, 'copy') && copyClient(text, statement) === 'stdin') {
      statement = { ...statement, end: dataEnd(text, end) };
      scanner.end = statement.end;
    } else if (unit === 114 || unit === 115) {
      scanner.standardConformingStrings = settingAfter(text, statement, initial);
    }
    statements.push(statement);
    body.reset();
    offset = statement.end;
    start = -1;
    parentheses = 0;
  };

  while (scanner.next()) {
    const { kind } = scanner;
    if (kind === 'punctuation') {
      const unit = text.charCodeAt(scanner.start);
      if (unit === 59 && parentheses === 0 && !body.open) {
        if (start !== -1) finish(scanner.end);
        continue;
      }
      if (unit === 40) parentheses += 1;
      else if (unit === 41 && parentheses > 0) parentheses -= 1;
    } else if (kind === 'meta-command') {
      metaCommands.push({ kind, start: scanner.start, end: scanner.end });
    }
    const first = start === -1;
    if (first) start = scanner.start;
    textEnd = scanner.end;
    if (kind === 'meta-command' && (first || sendsQuery(text, scanner.start))) finish(scanner.end);
    else if (parentheses === 0) body.token(kind, scanner.start, scanner.end);
  }
  const faults = [...scanner.faults];
  if (body.open) faults.push({ construct: 'body', offset: body.offset, opening: 'BEGIN ATOMIC' });
  if (start !== -1) finish(text.length);
  faults.sort((left, right) => left.offset - right.offset);
  return {
    statements,
    faults,
    metaCommands,
    tail: offset,
    firstBackslashString: scanner.firstBackslashString,
  };
}

/** The statement as it is sent: from its first token to its last one, without the semicolon. */
export function statementText(text: string, statement: Statement): string {
  return text.slice(statement.start, statement.textEnd);
}

/**
 * Whose data a COPY moves: `stdin` or `stdout` when it is the client's, undefined for a file, a program or
 * another statement.
 */
export function copyClient(text: string, statement: Statement): 'stdin' | 'stdout' | undefined {
  const cursor = new TokenCursor(text, scannerOf(text, statement));
  if (!cursor.take('COPY')) return undefined;
  const direction = cursor.find('FROM', 'TO');
  // gram.y, copy_file_name: STDIN and STDOUT mean the same; FROM or TO decides.
  if (!cursor.take('STDIN') && !cursor.take('STDOUT')) return undefined;
  return direction === 'FROM' ? 'stdin' : 'stdout';
}

/** A scanner over the tokens of one statement, its semicolon left out. */
export function scannerOf(text: string, statement: Statement): Scanner {
  return new Scanner(text, statement, statement.start, statement.textEnd);
}

/**
 * Follows CREATE [OR REPLACE] FUNCTION | PROCEDURE into a body in standard SQL. Inside it END closes only where
 * a statement could start: every statement there ends with a semicolon (gram.y, routine_body_stmt_list), so the
 * END of a CASE, or a column named like that, is never at such a place.
 */
class RoutineBody {
  offset = 0;
  #head: '' | 'create' | 'or' | 'replace' | 'routine' | 'begin' | 'none' = '';
  #depth = 0;
  #statementStarts = false;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get open(): boolean {
    return this.#depth > 0;
  }

  reset(): void {
    this.#head = '';
    this.#depth = 0;
  }

  /** Takes the next token outside parentheses. */
  token(kind: TokenKind, start: number, end: number): void {
    if (this.#head === 'none') return;
    const is = (word: string): boolean => kind === 'word' && isWord(this.#text, start, end, word);
    if (this.#depth > 0) {
      if (!this.#statementStarts)
        this.#statementStarts = kind === 'punctuation' && this.#text.charCodeAt(start) === 59;
      else if (is('end')) this.#leave();
      else if (is('begin')) this.#depth += 1;
      else
        this.#statementStarts =
          is('atomic') || (kind === 'punctuation' && this.#text.charCodeAt(start) === 59);
      return;
    }
    switch (this.#head) {
      case '':
        this.#head = is('create') ? 'create' : 'none';
        return;
      case 'create':
      case 'replace':
        this.#head =
          is('function') || is('procedure') ? 'routine' : this.#head === 'create' && is('or') ? 'or' : 'none';
        return;
      case 'or':
        this.#head = is('replace') ? 'replace' : 'none';
        return;
      default:
        if (this.#head === 'begin' && is('atomic')) {
          this.#depth = 1;
          this.#statementStarts = true;
        } else if (is('begin')) {
          this.#head = 'begin';
          this.offset = start;
        } else {
          this.#head = 'routine';
        }
    }
  }

  #leave(): void {
    this.#depth -= 1;
    this.#statementStarts = false;
    if (this.#depth === 0) this.#head = 'none';
  }
}

/** psql commands that send the statement before them, in the place of a semicolon. */
const SENDING = new Set(['g', 'gx', 'gset', 'gexec', 'gdesc', 'crosstabview', 'watch']);

function sendsQuery(text: string, backslash: number): boolean {
  return SENDING.has(/^[a-z]*/.exec(text.slice(backslash + 1, backslash + 16))?.[0] ?? '');
}

/** After COPY … FROM STDIN psql takes the following lines as data, up to one that holds only `\.`. */
function dataEnd(text: string, end: number): number {
  for (let mark = text.indexOf('\\.', end); mark !== -1; mark = text.indexOf('\\.', mark + 2)) {
    const before = text.charCodeAt(mark - 1);
    if ((before === 10 || before === 13) && lineEnd(text, mark) === mark + 2) return mark + 2;
  }
  return end;
}

/** standard_conforming_strings after a statement, which may be a SET of it. A later ROLLBACK is not followed. */
function settingAfter(text: string, statement: Statement, initial: boolean): boolean {
  const current = statement.standardConformingStrings;
  const cursor = new TokenCursor(text, scannerOf(text, statement));
  const reset = cursor.take('RESET');
  if (reset && cursor.take('ALL')) return initial;
  if (!reset && !cursor.take('SET')) return current;
  if (!reset && !cursor.take('LOCAL')) cursor.take('SESSION');
  if (cursor.name()?.name !== 'standard_conforming_strings') return current;
  if (reset) return initial;
  cursor.skip(); // = or TO
  const value = cursor.value();
  if (value === 'default') return initial;
  // bool.c, parse_bool: unique prefixes count too.
  if (/^(?:on|1|t(?:r(?:ue?)?)?|y(?:es?)?)$/.test(value)) return true;
  return /^(?:off?|0|f(?:a(?:l(?:se?)?)?)?|no?)$/.test(value) ? false : current;
}
