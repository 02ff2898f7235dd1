import { isAside } from './dynamic.ts';
import type { LintPair } from './rule.ts';
import { objectsOf } from './schema-objects.ts';
import type { SchemaObject } from './schema-objects.ts';
import { executedStatements, statementAs } from './statement.ts';
import type { LintFile, LintStatement } from './statement.ts';
import { namesOf, optionOf, stringsOf } from './syntax.ts';

/** What is left of a migration after its rollback. */
export interface PairDifference {
  /** Made by the migration, and still there. */
  readonly left: readonly SchemaObject[];
  /** Dropped by the migration, and not there again. */
  readonly missing: readonly SchemaObject[];
  /** Changed by the migration, and still as it made them, by the name of the fact. */
  readonly changed: readonly { readonly object: SchemaObject; readonly fact: string }[];
  /** There before the migration and after it, and dropped by the rollback. */
  readonly destroyed: readonly SchemaObject[];
}

const NONE: PairDifference = { left: [], missing: [], changed: [], destroyed: [] };

/** Kinds that can go with a table that is dropped with CASCADE. */
const DEPENDENT =
  /^(?:view|materialized view|policy|trigger|function|procedure|column|index|check|.*(?:constraint|key))$/;

/**
 * What a rollback forgets, by the model alone: undefined parts are empty. Where a file does what the model cannot
 * follow (EXECUTE of a text that is not known, a body that does not parse, CASCADE on a type) nothing is said.
 */
export function pairDifference(pair: LintPair): PairDifference {
  const known = KNOWN.get(pair) ?? differenceOf(pair);
  KNOWN.set(pair, known);
  return known;
}

/** Two rules ask about the same pair. */
const KNOWN = new WeakMap<LintPair, PairDifference>();

function differenceOf({ up, down }: LintPair): PairDifference {
  if (down === undefined || !isFollowed(up) || !isFollowed(down)) return NONE;
  const [before, between, after] = [objectsOf(up.before), objectsOf(up.after), objectsOf(down.after)];
  const dropped = droppedRoutines(down);
  const cascades = hasCascade(down);
  const isPartOf = (object: SchemaObject, all: readonly SchemaObject[]): boolean =>
    all.some(({ key }) => key === object.table);
  const left = [...after.values()].filter(
    ({ key, origin, kind, name }) =>
      origin?.path === up.path &&
      !before.has(key) &&
      between.has(key) &&
      !dropped.has(name.slice(name.lastIndexOf('.') + 1)) &&
      !(cascades && DEPENDENT.test(kind)),
  );
  const gone = [...before.values()].filter(({ key, origin }) => origin !== undefined && !after.has(key));
  const missing = gone.filter(({ key }) => !between.has(key));
  const destroyed = gone.filter(({ key }) => between.has(key));
  const changed = [...before.values()].flatMap((object) => {
    const [made, now] = [between.get(object.key), after.get(object.key)];
    if (made === undefined || now === undefined || object.origin === undefined) return [];
    return Object.keys(object.facts)
      .filter((fact) => object.facts[fact] !== made.facts[fact] && made.facts[fact] === now.facts[fact])
      .map((fact) => ({ object, fact }));
  });
  const whole = (all: readonly SchemaObject[]): readonly SchemaObject[] =>
    all.filter((object) => !isPartOf(object, all));
  return {
    left: [...whole(left), ...schemasLeft(up, down)],
    missing: whole(missing),
    changed,
    destroyed: whole(destroyed),
  };
}

/** Whether the model can follow everything that a file does. */
export function isFollowed({ statements }: LintFile): boolean {
  return executedStatements(statements).every((statement) => {
    const isDefinition = statementAs(statement, 'CreateFunctionStmt') !== undefined;
    const isKnown = statement.bodies.every(
      ({ dynamic, fault, language }) =>
        dynamic.every(({ expression }) => isAside(expression)) &&
        fault === undefined &&
        (language === 'sql' || language === 'plpgsql'),
    );
    return (isDefinition || isKnown) && !isBeyond(statement);
  });
}

/** Renames that the model does not follow, and CASCADE over more than a table. */
function isBeyond(statement: LintStatement): boolean {
  const rename = statementAs(statement, 'RenameStmt');
  if (rename !== undefined)
    return /SCHEMA|FUNCTION|PROCEDURE|ROUTINE|SEQUENCE|ATTRIBUTE/.test(rename.renameType ?? '');
  const move = statementAs(statement, 'AlterObjectSchemaStmt');
  if (move !== undefined) return move.relation === undefined;
  if (statementAs(statement, 'DropOwnedStmt') !== undefined) return true;
  const drop = statementAs(statement, 'DropStmt');
  return drop?.behavior === 'DROP_CASCADE' && !/TABLE|VIEW|INDEX|POLICY|TRIGGER/.test(drop.removeType ?? '');
}

function hasCascade({ statements }: LintFile): boolean {
  return executedStatements(statements).some((statement) => {
    if (statementAs(statement, 'DropStmt')?.behavior === 'DROP_CASCADE') return true;
    return (statementAs(statement, 'AlterTableStmt')?.cmds ?? []).some(
      (node) => 'AlterTableCmd' in node && node.AlterTableCmd.behavior === 'DROP_CASCADE',
    );
  });
}

/** Schemas that the migration makes, unless they may be there already, and the rollback does not drop. */
function schemasLeft(up: LintFile, down: LintFile): readonly SchemaObject[] {
  const dropped = new Set(
    executedStatements(down.statements).flatMap((statement) => {
      const drop = statementAs(statement, 'DropStmt');
      return drop?.removeType === 'OBJECT_SCHEMA' ? (drop.objects ?? []).flatMap(namesOf) : [];
    }),
  );
  return executedStatements(up.statements).flatMap((statement) => {
    const create = statementAs(statement, 'CreateSchemaStmt');
    const name = create?.schemaname;
    if (name === undefined || create?.if_not_exists === true || dropped.has(name)) return [];
    return [{ kind: 'schema', name, key: `schema\0${name}`, origin: undefined, facts: {} }];
  });
}

/** Functions that a file drops, by name: their arguments can be written in several ways. */
function droppedRoutines({ statements }: LintFile): ReadonlySet<string> {
  return new Set(
    executedStatements(statements).flatMap((statement) =>
      (statementAs(statement, 'DropStmt')?.objects ?? []).flatMap((object) =>
        'ObjectWithArgs' in object ? (namesOf(object).at(-1) ?? []) : [],
      ),
    ),
  );
}

/** Whether a statement does nothing: SELECT of constants, SET, COMMENT-less DO with NULL or RAISE NOTICE. */
export function doesNothing(statement: LintStatement): boolean {
  const select = statementAs(statement, 'SelectStmt');
  if (select !== undefined)
    return select.fromClause === undefined && !JSON.stringify(select).includes('"FuncCall"');
  if (statementAs(statement, 'VariableSetStmt') !== undefined) return true;
  const block = statementAs(statement, 'DoStmt');
  if (block === undefined) return false;
  const arg = optionOf(block.args, 'as')?.arg;
  const [text = ''] = arg === undefined ? [] : stringsOf('List' in arg ? arg.List.items : [arg]);
  const code = text.replace(/--[^\n]*/g, '').replace(/\/\*[\s\S]*?\*\//g, '');
  return /^\s*begin\s*(?:null\s*;\s*|raise\s+(?:notice|info|log|debug|warning)\b[^;]*;\s*)*end\s*;?\s*$/i.test(
    code,
  );
}
