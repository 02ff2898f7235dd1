import type { Direction, Directives, Script } from '../migration.ts';
import { effectsOf } from '../locks/effects.ts';
import type { Effect } from '../locks/effect.ts';
import type { Origin } from '../schema/model.ts';
import type { ObjectName } from '../schema/names.ts';
import { replay } from '../schema/replay.ts';
import type { Schema } from '../schema/schema.ts';
import { withCalls } from './calls.ts';
import type { SqlParser } from './parser.ts';
import { readStatements } from './read-statements.ts';
import type { ReadStatements } from './read-statements.ts';
import type { LintFile, LintStatement, RoutineBody } from './statement.ts';

/** A statement that a file executes, with what was known before it and the locks that it takes. */
export interface ReplayedStatement {
  readonly statement: LintStatement;
  readonly schema: Schema;
  readonly effects: readonly Effect[];
}

/** A file that was replayed. */
export interface ReplayedFile {
  readonly file: LintFile;
  /** What it executes, nested statements right behind the one that holds them. */
  readonly executed: readonly ReplayedStatement[];
  /** Where it is no SQL. */
  readonly faults: ReadStatements['faults'];
}

/** A file before it is replayed. */
export interface FileToReplay {
  readonly script: Script;
  readonly version: string;
  readonly direction: Direction;
  readonly directives: Directives;
  readonly postgres: number;
  /** Versions that are applied nowhere yet. */
  readonly fresh: ReadonlySet<string>;
}

/** Replays a file. `schema` is what is known before it, and afterwards what is known after it. */
export function replayFile(source: FileToReplay, schema: Schema, parser: SqlParser): ReplayedFile {
  const { script, version, direction, directives, postgres } = source;
  const { path, text } = script;
  const before = schema.copy();
  const read = readStatements(text, parser);
  const executed: ReplayedStatement[] = [];
  /** Runs a statement, and gives it back with the bodies that it executes. */
  const run = (written: LintStatement, depth: number): LintStatement => {
    const statement = withCalls(written, schema, { path }, parser, depth);
    const origin: Origin = { version, path, direction, ordinal: statement.ordinal, offset: statement.offset };
    const at = executed.length;
    const known = schema.copy();
    executed.push({
      statement,
      schema: known,
      effects: effectsOf(statement, known, { postgres, isNew: (name) => isNew(known, name, source) }),
    });
    replay(schema, statement, origin);
    if (statement.bodies.length === 0) return statement;
    const bodies = statement.bodies.map((body): RoutineBody => ({
      ...body,
      statements: body.statements.map((inner) =>
        inner.nesting.in === 'body' ? inner : run(inner, depth + 1),
      ),
    }));
    const whole = { ...statement, bodies };
    executed[at] = { statement: whole, schema: known, effects: executed[at]?.effects ?? [] };
    return whole;
  };
  const statements = read.statements.map((statement) => run(statement, 0));
  schema.clearSettings();
  const file: LintFile = {
    path,
    text,
    version,
    direction,
    directives,
    statements,
    before,
    after: schema.copy(),
  };
  return { file, executed, faults: read.faults };
}

/** A relation that the file itself makes, or one of the versions that are applied nowhere yet: nobody else uses it. */
export function isNew(
  schema: Schema,
  name: ObjectName,
  {
    script,
    direction,
    fresh,
  }: {
    readonly script: Pick<Script, 'path'>;
  } & Pick<FileToReplay, 'direction' | 'fresh'>,
): boolean {
  if (name.schema === 'pg_temp') return true;
  const origin = (schema.relation(name) ?? schema.sequence(name) ?? schema.index(name))?.origin;
  if (origin === undefined) return false;
  return origin.path === script.path || (fresh.has(origin.version) && direction === 'up');
}
