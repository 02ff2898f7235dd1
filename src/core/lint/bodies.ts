import { splitStatements, statementText } from '../statements.ts';
import { tokensOf } from '../tokens.ts';
import { constantText } from './constant-text.ts';
import type { SqlParser } from './parser.ts';
import type { LintStatement, Nesting, RoutineBody, StatementFacts } from './statement.ts';
import { optionOf, stringsOf } from './syntax.ts';
import type { Node } from './syntax.ts';

type MakeStatement = (facts: StatementFacts) => LintStatement;

/** The body of a DO, CREATE FUNCTION or CREATE PROCEDURE statement; undefined for other statements and languages. */
export function readBody(facts: StatementFacts, make: MakeStatement): RoutineBody | undefined {
  const { node } = facts;
  if ('DoStmt' in node) {
    const text = texts(optionOf(node.DoStmt.args, 'as')?.arg)[0];
    const language = texts(optionOf(node.DoStmt.args, 'language')?.arg)[0] ?? 'plpgsql';
    const nesting: Nesting = facts.nesting.in === 'file' ? { in: 'do' } : facts.nesting;
    return text === undefined ? undefined : bodyOf(facts, language, text, nesting, make);
  }
  if (!('CreateFunctionStmt' in node)) return undefined;
  const { options, sql_body: atomic, funcname } = node.CreateFunctionStmt;
  const nesting: Nesting = { in: 'body', routine: stringsOf(funcname).join('.') };
  if (atomic !== undefined) return atomicBody(facts, atomic, nesting, make);
  const text = texts(optionOf(options, 'as')?.arg)[0];
  const language = texts(optionOf(options, 'language')?.arg)[0] ?? 'sql';
  return text === undefined ? undefined : bodyOf(facts, language, text, nesting, make);
}

/** The body of a function, as what a statement that calls it executes. `nesting` says who calls. */
export function calledBody(
  facts: StatementFacts,
  routine: string,
  make: MakeStatement,
): RoutineBody | undefined {
  const body = readBody(facts, make);
  if (body === undefined) return undefined;
  const statements = body.statements.map((statement) => ({
    ...statement,
    nesting: { in: 'call', routine } as const,
  }));
  return { ...body, statements };
}

function texts(arg: Node | undefined): readonly string[] {
  if (arg === undefined) return [];
  return 'List' in arg ? stringsOf(arg.List.items) : stringsOf([arg]);
}

function bodyOf(
  facts: StatementFacts,
  language: string,
  text: string,
  nesting: Nesting,
  make: MakeStatement,
): RoutineBody {
  const place = bodyPlace(facts, text);
  const source = { facts, text, nesting, make, ...place };
  const lower = language.toLowerCase();
  if (lower === 'sql') return { language: lower, text, ...sqlBody(source) };
  if (lower === 'plpgsql') return { language: lower, text, ...plpgsqlBody(source) };
  return { language: lower, text, statements: [], dynamic: [], transactionControl: [] };
}

interface BodySource {
  readonly facts: StatementFacts;
  readonly text: string;
  readonly nesting: Nesting;
  readonly make: MakeStatement;
  /** UTF-16 offset in the file of the body's first character. */
  readonly start: number;
  readonly verbatim: boolean;
}

type BodyContent = Omit<RoutineBody, 'language' | 'text'>;

/** Where the body stands in its file: the one string of the statement that means this text. */
function bodyPlace(
  { text: sql, offset, verbatim = true }: StatementFacts,
  body: string,
): { readonly start: number; readonly verbatim: boolean } {
  if (!verbatim) return { start: offset, verbatim: false };
  for (const { kind, start, end } of tokensOf(sql)) {
    const token = sql.slice(start, end);
    if (kind === 'dollar-string') {
      const tag = token.indexOf('$', 1) + 1;
      if (token.slice(tag, token.length - tag) === body)
        return { start: offset + start + tag, verbatim: true };
    }
    if (kind === 'string' && token.slice(1, -1) === body)
      return { start: offset + start + 1, verbatim: true };
  }
  return { start: offset, verbatim: false };
}

function sqlBody({ facts, text, nesting, make, start, verbatim }: BodySource): BodyContent {
  const { parser, ordinal } = facts;
  const statements: LintStatement[] = [];
  let fault: RoutineBody['fault'];
  for (const piece of splitStatements(text).statements) {
    const sql = statementText(text, piece);
    const parsed = parser.parse(sql);
    if (parsed.fault !== undefined) {
      fault ??= {
        message: parsed.fault.message,
        offset: verbatim ? start + piece.start + (parsed.fault.offset ?? 0) : start,
      };
      continue;
    }
    for (const node of parsed.statements) {
      const offset = verbatim ? start + piece.start : start;
      statements.push(make({ node, text: sql, offset, ordinal, nesting, parser, verbatim }));
    }
  }
  return { statements, dynamic: [], transactionControl: [], fault };
}

/** BEGIN ATOMIC … END: its statements are part of the tree, and their places those of the whole statement. */
function atomicBody(facts: StatementFacts, body: Node, nesting: Nesting, make: MakeStatement): RoutineBody {
  const nodes = 'List' in body ? (body.List.items ?? []) : [body];
  const all = nodes.flatMap((node) => ('List' in node ? (node.List.items ?? []) : [node]));
  return {
    language: 'sql',
    text: facts.text,
    statements: all.map((node) => make({ ...facts, node, nesting })),
    dynamic: [],
    transactionControl: [],
  };
}

/** A statement of PL/pgSQL that holds SQL. */
interface Embedded {
  readonly kind: 'sql' | 'perform' | 'dynamic' | 'control';
  readonly query: string;
  /** 1-based line in the body. */
  readonly line: number;
}

function plpgsqlBody(source: BodySource): BodyContent {
  const { facts, text, nesting, make, start, verbatim } = source;
  const { parser, ordinal } = facts;
  const parsed = parser.parseBody(facts.text);
  if (parsed.fault !== undefined) {
    return { statements: [], dynamic: [], transactionControl: [], fault: parsed.fault };
  }
  const statements: LintStatement[] = [];
  const dynamic: { expression: string; offset: number }[] = [];
  const transactionControl: { statement: string; offset: number }[] = [];
  for (const embedded of embeddedIn(parsed.tree)) {
    const { kind, query } = embedded;
    const found = placeIn(text, embedded);
    const offset = verbatim ? start + found.offset : start;
    if (kind === 'control') {
      transactionControl.push({ statement: query, offset });
      continue;
    }
    const constant = kind === 'dynamic' ? constantText(query, parser) : undefined;
    if (kind === 'dynamic' && constant === undefined) {
      dynamic.push({ expression: query, offset });
      continue;
    }
    const sql = constant ?? query;
    // PL/pgSQL's own variables are names that the parser takes for columns: nothing is refused because of them.
    for (const node of statementsOf(sql, parser)) {
      const exact = verbatim && found.verbatim && constant === undefined;
      statements.push(make({ node, text: sql, offset, ordinal, nesting, parser, verbatim: exact }));
    }
  }
  return { statements, dynamic, transactionControl };
}

function statementsOf(sql: string, parser: SqlParser): readonly Node[] {
  return parser.parse(sql).statements ?? [];
}

/** Where in the body a query stands. INTO was blanked out of it, and PERFORM became SELECT. */
function placeIn(
  body: string,
  { kind, query, line }: Embedded,
): { readonly offset: number; readonly verbatim: boolean } {
  const from = lineStart(body, line);
  const cut = kind === 'perform' ? 'SELECT '.length : 0;
  const whole = body.indexOf(query.slice(cut), from);
  if (whole !== -1 && kind !== 'control') return { offset: whole - cut, verbatim: true };
  const head = query.slice(cut, cut + 12);
  const part = head === '' ? -1 : body.indexOf(head, from);
  if (part !== -1) return { offset: part - cut, verbatim: kind !== 'control' };
  const first = /\S/.exec(body.slice(from))?.index ?? 0;
  return { offset: from + first, verbatim: false };
}

/** Lines are counted as PL/pgSQL does: the first one is what stands behind the opening quote. */
function lineStart(body: string, line: number): number {
  let at = 0;
  for (let number = 1; number < line; number += 1) {
    const next = body.indexOf('\n', at);
    if (next === -1) return at;
    at = next + 1;
  }
  return at;
}

/** Statements of PL/pgSQL with the field that holds their SQL (pl_gram.y, dump of pl_funcs.c). */
const HOLDERS: Readonly<Record<string, readonly (readonly [field: string, kind: Embedded['kind']])[]>> = {
  PLpgSQL_stmt_execsql: [['sqlstmt', 'sql']],
  PLpgSQL_stmt_perform: [['expr', 'perform']],
  PLpgSQL_stmt_call: [['expr', 'sql']],
  PLpgSQL_stmt_fors: [['query', 'sql']],
  PLpgSQL_stmt_return_query: [
    ['query', 'sql'],
    ['dynquery', 'dynamic'],
  ],
  PLpgSQL_stmt_open: [
    ['query', 'sql'],
    ['dynquery', 'dynamic'],
  ],
  PLpgSQL_stmt_dynexecute: [['query', 'dynamic']],
  PLpgSQL_stmt_dynfors: [['query', 'dynamic']],
};

function embeddedIn(tree: unknown): readonly Embedded[] {
  const found: Embedded[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    if (!isRecord(value)) return;
    for (const [key, content] of Object.entries(value)) {
      if (isRecord(content)) {
        const line = Number(content['lineno'] ?? 1);
        if (key === 'PLpgSQL_stmt_commit') found.push({ kind: 'control', query: 'COMMIT', line });
        if (key === 'PLpgSQL_stmt_rollback') found.push({ kind: 'control', query: 'ROLLBACK', line });
        for (const [field, kind] of HOLDERS[key] ?? []) {
          const query = queryOf(content[field]);
          if (query !== undefined) found.push({ kind, query, line });
        }
      }
      visit(content);
    }
  };
  visit(tree);
  return found;
}

function queryOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const expression = value['PLpgSQL_expr'];
  const query = isRecord(expression) ? expression['query'] : undefined;
  return typeof query === 'string' ? query : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
