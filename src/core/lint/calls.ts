import { writtenName } from '../schema/names.ts';
import type { Origin, Routine } from '../schema/model.ts';
import type { Schema } from '../schema/schema.ts';
import { calledBody } from './bodies.ts';
import type { SqlParser } from './parser.ts';
import { statementOf } from './read-statements.ts';
import type { LintStatement, RoutineBody } from './statement.ts';
import { nodesOf } from './syntax.ts';

/** Functions that call functions are followed so far. */
const DEEPEST = 4;

/** Statements whose functions run when they run; in a DEFAULT or a policy they run later. */
const RUNS_CALLS = new Set(['SelectStmt', 'CallStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt']);

/**
 * The statement with the bodies of the project's own functions that it calls. What stands in a function of the same
 * file has its place there; what stands in an earlier one has the place of the call.
 */
export function withCalls(
  statement: LintStatement,
  schema: Schema,
  { path }: Pick<Origin, 'path'>,
  parser: SqlParser,
  depth = 0,
): LintStatement {
  const kind = Object.keys(statement.node)[0] ?? '';
  if (!RUNS_CALLS.has(kind) || depth >= DEEPEST) return statement;
  const routines = calledRoutines(statement, schema);
  if (routines.length === 0) return statement;
  const bodies = routines.flatMap((routine): readonly RoutineBody[] => {
    const verbatim = routine.origin?.path === path;
    const body = calledBody(
      {
        node: routine.source,
        text: routine.text,
        offset: verbatim ? routine.origin.offset : statement.offset,
        ordinal: statement.ordinal,
        nesting: statement.nesting,
        parser,
        verbatim,
      },
      routine.name,
      statementOf,
    );
    return body === undefined ? [] : [body];
  });
  return { ...statement, bodies: [...statement.bodies, ...bodies] };
}

function calledRoutines(statement: LintStatement, schema: Schema): readonly Routine[] {
  const calls = nodesOf(statement.node, 'FuncCall');
  const call = 'CallStmt' in statement.node ? statement.node.CallStmt.funccall : undefined;
  return [...calls, ...(call === undefined ? [] : [call])].flatMap(({ funcname, args }) => {
    const routines = schema.routinesNamed(writtenName(funcname));
    const fitting = routines.filter((routine) => routine.arguments.length === (args ?? []).length);
    return (fitting.length > 0 ? fitting : routines).slice(0, 1);
  });
}
