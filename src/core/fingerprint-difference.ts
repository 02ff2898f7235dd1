import type { Fingerprints, TableFingerprint } from './rehearsal-ports.ts';
import { quoted } from './sql-text.ts';

/** Data that is not what it was. */
export interface LostData {
  /** Qualified and quoted, as the fingerprints name it. */
  readonly table: string;
  /** In words, with the name: `users.preferences: values changed`. */
  readonly what: string;
}

/**
 * What was there before and is not the same afterwards. New tables and new columns are no loss, neither is a
 * table or column that held no value. Where the number of rows differs, values are not compared.
 */
export function lostData(before: Fingerprints, after: Fingerprints): readonly LostData[] {
  return [...before].flatMap(([table, was]): readonly LostData[] => {
    const name = table.replace(/^public\./, '');
    const is = after.get(table);
    const said = is === undefined ? lostTable(name, was) : lostInTable(name, was, is);
    return said.map((what) => ({ table, what }));
  });
}

function lostTable(name: string, { rows }: TableFingerprint): readonly string[] {
  return rows === 0 ? [] : [`${name} is gone with its ${rowsText(rows)}`];
}

function lostInTable(name: string, was: TableFingerprint, is: TableFingerprint): readonly string[] {
  const gone = [...was.columns]
    .filter(([column, digest]) => !is.columns.has(column) && digest !== '')
    .map(([column]) => `${name}.${quoted(column)} is gone with its values`);
  if (was.rows !== is.rows) return [rowsChange(name, was.rows, is.rows), ...gone];
  const changed = [...was.columns]
    .filter(([column, digest]) => (is.columns.get(column) ?? digest) !== digest)
    .map(([column]) => `${name}.${quoted(column)}: values changed`);
  if (gone.length + changed.length > 0 || !haveSameColumns(was, is)) return [...gone, ...changed];
  return was.digest === is.digest ? [] : [`${name}: values moved to other rows`];
}

/** The digest of whole rows says the same only about the same columns. */
function haveSameColumns(was: TableFingerprint, is: TableFingerprint): boolean {
  return (
    was.columns.size === is.columns.size && [...was.columns.keys()].every((column) => is.columns.has(column))
  );
}

function rowsChange(name: string, was: number, is: number): string {
  const change = is < was ? `${rowsText(was - is)} fewer` : `${rowsText(is - was)} more`;
  return `${name} has ${change}: ${is} instead of ${was}`;
}

function rowsText(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}
