import { kindOf } from '../statement-kind.ts';
import { splitStatements, statementText } from '../statements.ts';
import { Scanner } from '../tokens.ts';
import { readBody } from './bodies.ts';
import { ByteOffsets } from './byte-offsets.ts';
import type { SqlParser, SyntaxFault } from './parser.ts';
import type { LintStatement, StatementFacts } from './statement.ts';

/** A script as its statements, and where it is no SQL. */
export interface ReadStatements {
  readonly statements: readonly LintStatement[];
  /** Offsets are UTF-16 code units into the text. */
  readonly faults: readonly (SyntaxFault & { readonly offset: number })[];
}

/**
 * Reads the statements of a script. It is cut by the lexer that the runner cuts with, and each piece is parsed
 * alone: a piece that is no SQL hides none of the others.
 */
export function readStatements(text: string, parser: SqlParser): ReadStatements {
  const statements: LintStatement[] = [];
  const faults: (SyntaxFault & { readonly offset: number })[] = [];
  for (const piece of splitStatements(text).statements) {
    // Rows for COPY are no SQL, and psql's commands are faults of the file already.
    const { action } = kindOf(text, piece);
    if (action.kind === 'copy-from-stdin' || text.startsWith('\\', piece.start)) continue;
    const sql = statementText(text, piece);
    const parsed = parser.parse(sql);
    if (parsed.fault !== undefined) {
      const { message, offset } = parsed.fault;
      faults.push({ message, offset: piece.start + (offset ?? 0) });
      continue;
    }
    for (const node of parsed.statements) {
      const { start: offset, ordinal } = piece;
      statements.push(statementOf({ node, text: sql, offset, ordinal, nesting: { in: 'file' }, parser }));
    }
  }
  return { statements, faults };
}

/** A statement of facts; the body of a DO or CREATE FUNCTION is read. */
export function statementOf(facts: StatementFacts): LintStatement {
  const { node, text, offset, ordinal, nesting, verbatim = true } = facts;
  const bytes = new ByteOffsets(text);
  const body = facts.bodies === undefined ? readBody(facts, statementOf) : undefined;
  let commands: readonly number[] | undefined;
  return {
    node,
    text,
    offset,
    end: verbatim ? offset + text.length : offset,
    ordinal,
    nesting,
    bodies: facts.bodies ?? (body === undefined ? [] : [body]),
    offsetOf: (location) =>
      location === undefined || !verbatim || location < 0 ? offset : offset + bytes.utf16(location),
    commandOffset: (index) => {
      if (!verbatim) return offset;
      commands ??= commandOffsets(text);
      return offset + (commands[index] ?? 0);
    },
  };
}

/** Where the sub-commands of ALTER TABLE start: the tree has no places for most of them. */
function commandOffsets(text: string): readonly number[] {
  const scanner = new Scanner(text);
  const offsets: number[] = [];
  let depth = 0;
  let awaited = false;
  let before = '';
  while (scanner.next()) {
    const token = text.slice(scanner.start, scanner.end);
    const word = scanner.kind === 'word' ? token.toUpperCase() : '';
    if (scanner.kind === 'punctuation') {
      if (token === '(' || token === '[') depth += 1;
      if (token === ')' || token === ']') depth -= 1;
      if (token === ',' && depth === 0) {
        awaited = true;
        before = token;
        continue;
      }
    }
    // The first one starts at the first verb behind the name of the table, which may be quoted but is no verb.
    if (awaited || (offsets.length === 0 && VERBS.has(word) && !NO_VERB_AFTER.has(before) && depth === 0)) {
      if (offsets.length > 0 || before !== '') offsets.push(scanner.start);
      awaited = false;
    }
    before = token.toUpperCase();
  }
  return offsets;
}

const VERBS = new Set([
  'ADD',
  'ALTER',
  'DROP',
  'SET',
  'RESET',
  'VALIDATE',
  'RENAME',
  'OWNER',
  'ENABLE',
  'DISABLE',
  'FORCE',
  'NO',
  'INHERIT',
  'CLUSTER',
  'REPLICA',
  'ATTACH',
  'DETACH',
  'OF',
  'NOT',
  'OPTIONS',
]);

/** Behind these stands the name of the table. */
const NO_VERB_AFTER = new Set([
  '',
  'ALTER',
  'TABLE',
  'ONLY',
  'EXISTS',
  '.',
  'IF',
  'INDEX',
  'VIEW',
  'DOMAIN',
  'SEQUENCE',
  'FOREIGN',
  'MATERIALIZED',
]);
