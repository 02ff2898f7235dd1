import { scannerOf, splitStatements } from './statements.ts';
import { TokenCursor } from './token-cursor.ts';
import type { QualifiedName } from './token-cursor.ts';

/** Data that a statement destroys: a whole table, a column of it, or rows of it. */
export type Loss =
  | { readonly kind: 'table'; readonly table: QualifiedName }
  | { readonly kind: 'column'; readonly table: QualifiedName; readonly column: string }
  /** DELETE or TRUNCATE: at most all rows of the table. */
  | { readonly kind: 'rows'; readonly table: QualifiedName; readonly verb: 'DELETE' | 'TRUNCATE' }
  | { readonly kind: 'schema'; readonly schema: string };

/**
 * The data that a script destroys, as far as its statements say so themselves. What happens inside DO
 * blocks and functions does not show. A table that is dropped counts once, without its columns.
 */
export function lossesOf(text: string): readonly Loss[] {
  const losses = splitStatements(text).statements.flatMap((statement) =>
    lossesOfStatement(new TokenCursor(text, scannerOf(text, statement))),
  );
  const dropped = new Set(losses.filter((loss) => loss.kind === 'table').map((loss) => nameText(loss.table)));
  const seen = new Set<string>();
  return losses.filter((loss) => {
    if (loss.kind !== 'table' && loss.kind !== 'schema' && dropped.has(nameText(loss.table))) return false;
    const key = JSON.stringify(loss);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** `schema.name`, or the name alone. */
export function nameText(name: QualifiedName): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
}

function lossesOfStatement(cursor: TokenCursor): readonly Loss[] {
  if (cursor.take('DROP', 'TABLE') || cursor.take('DROP', 'FOREIGN', 'TABLE')) {
    cursor.take('IF', 'EXISTS');
    return cursor.names().map((table) => ({ kind: 'table', table }));
  }
  if (cursor.take('DROP', 'SCHEMA')) {
    cursor.take('IF', 'EXISTS');
    return cursor.names().map((schema) => ({ kind: 'schema', schema: schema.name }));
  }
  if (cursor.take('TRUNCATE')) {
    cursor.take('TABLE');
    return tables(cursor).map((table) => ({ kind: 'rows', table, verb: 'TRUNCATE' }));
  }
  if (cursor.keyword() === 'DELETE' || cursor.keyword() === 'WITH') return deletedRows(cursor);
  if (cursor.take('MERGE', 'INTO')) {
    const [table] = tables(cursor);
    const deletes = cursor.find('DELETE') !== '';
    return table !== undefined && deletes ? [{ kind: 'rows', table, verb: 'DELETE' }] : [];
  }
  return cursor.take('ALTER', 'TABLE') ? droppedColumns(cursor) : [];
}

/** Each `DELETE FROM table`, those inside `WITH moved AS (…)` too. */
function deletedRows(cursor: TokenCursor): readonly Loss[] {
  const losses: Loss[] = [];
  while (cursor.token() !== undefined) {
    if (cursor.take('DELETE', 'FROM')) {
      cursor.take('ONLY');
      const table = cursor.name();
      if (table !== undefined) losses.push({ kind: 'rows', table, verb: 'DELETE' });
    } else {
      cursor.skip();
    }
  }
  return losses;
}

/** `[ONLY] name [*]`, separated by commas. */
function tables(cursor: TokenCursor): readonly QualifiedName[] {
  const names: QualifiedName[] = [];
  do {
    cursor.take('ONLY');
    const name = cursor.name();
    if (name === undefined) break;
    names.push(name);
    cursor.takeMark('*');
  } while (cursor.takeMark(','));
  return names;
}

/** The actions of ALTER TABLE that start with DROP and are about a column; `ALTER c DROP DEFAULT` is not one. */
function droppedColumns(cursor: TokenCursor): readonly Loss[] {
  cursor.take('IF', 'EXISTS');
  const [table] = tables(cursor);
  if (table === undefined) return [];
  const losses: Loss[] = [];
  let depth = 0;
  let atAction = true;
  while (cursor.token() !== undefined) {
    if (atAction && cursor.take('DROP')) {
      const isColumn = cursor.take('COLUMN');
      cursor.take('IF', 'EXISTS');
      if (isColumn || cursor.keyword() !== 'CONSTRAINT') {
        const column = cursor.name();
        if (column !== undefined) losses.push({ kind: 'column', table, column: column.name });
      }
      atAction = false;
      continue;
    }
    const written = cursor.textOf(cursor.token());
    if (written === '(') depth += 1;
    if (written === ')') depth -= 1;
    atAction = written === ',' && depth === 0;
    cursor.skip();
  }
  return losses;
}
