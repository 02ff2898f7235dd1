import type { Direction, Directives } from '../migration.ts';
import type { Schema } from '../schema/schema.ts';
import type { SqlParser, SyntaxFault } from './parser.ts';
import type { Node, NodeKind, NodeOf } from './syntax.ts';

/** Where a statement stands: in the file itself, in a DO block, in the body of a function, or in one that is called. */
export type Nesting =
  | { readonly in: 'file' }
  | { readonly in: 'do' }
  /** Not executed by the file. */
  | { readonly in: 'body'; readonly routine: string }
  /** In a function of this or an earlier file that the file calls. */
  | { readonly in: 'call'; readonly routine: string };

/** The body of a DO block, a function or a procedure. */
export interface RoutineBody {
  /** `plpgsql`, `sql`, …, in lower case. */
  readonly language: string;
  readonly text: string;
  /** Its statements of SQL, in order, those inside IF and LOOP too. */
  readonly statements: readonly LintStatement[];
  /** EXECUTE of a text that is only known when it runs, with the expression that makes the text. */
  readonly dynamic: readonly { readonly expression: string; readonly offset: number }[];
  /** COMMIT and ROLLBACK. */
  readonly transactionControl: readonly { readonly statement: string; readonly offset: number }[];
  /** Why its statements are not known. */
  readonly fault?: SyntaxFault | undefined;
}

/** One statement as rules see it. Offsets are UTF-16 code units into the text of its file. */
export interface LintStatement {
  readonly node: Node;
  /** Its text, without the semicolon. */
  readonly text: string;
  readonly offset: number;
  readonly end: number;
  /** 1-based position of the statement in its file; of a nested one, that of the statement around it. */
  readonly ordinal: number;
  readonly nesting: Nesting;
  /** Of DO, CREATE FUNCTION and CREATE PROCEDURE; of a CALL or SELECT, the bodies of the project's functions that it calls. */
  readonly bodies: readonly RoutineBody[];
  /** The offset in the file of a `location` of its tree; that of the statement itself without one. */
  offsetOf(location: number | undefined): number;
  /** The offset in the file of a sub-command of ALTER TABLE, by its index. */
  commandOffset(index: number): number;
}

/** What a statement is made of. */
export interface StatementFacts {
  readonly node: Node;
  readonly text: string;
  readonly offset: number;
  readonly ordinal: number;
  readonly nesting: Nesting;
  readonly parser: SqlParser;
  /** False where its text does not stand in the file as it is: then every place is that of the statement. */
  readonly verbatim?: boolean | undefined;
  /** Bodies that are known from elsewhere, of a call. */
  readonly bodies?: readonly RoutineBody[] | undefined;
}

/** A migration or rollback as rules see it. */
export interface LintFile {
  readonly path: string;
  readonly text: string;
  readonly version: string;
  /** `up` for a migration, `down` for a rollback. */
  readonly direction: Direction;
  readonly directives: Directives;
  /** Its own statements; nested ones are in their bodies. */
  readonly statements: readonly LintStatement[];
  /** What was known before its first statement. */
  readonly before: Schema;
  /** What is known after its last one. */
  readonly after: Schema;
}

/** The content of a statement that is of this kind; undefined for another. */
export function statementAs<Kind extends NodeKind>(
  { node }: Pick<LintStatement, 'node'>,
  kind: Kind,
): NodeOf<Kind> | undefined {
  // The key of a node names its kind.
  return (node as Partial<Record<string, unknown>>)[kind] as NodeOf<Kind> | undefined;
}

/** The statements that a file executes, those in DO blocks and in functions that it calls right behind what holds them. */
export function executedStatements(statements: readonly LintStatement[]): readonly LintStatement[] {
  return statements.flatMap((statement) => [
    statement,
    ...statement.bodies.flatMap((body) =>
      executedStatements(body.statements.filter(({ nesting }) => nesting.in !== 'body')),
    ),
  ]);
}
