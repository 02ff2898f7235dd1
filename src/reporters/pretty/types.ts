import type { TypesReport } from '../../core/report.ts';
import type { Style } from '../../core/reporter.ts';
import { diffLines } from './diff.ts';
import { counted } from './words.ts';

/** What became of the generated types: the file, or how it differs. */
export function typesLines(types: TypesReport, style: Style): readonly string[] {
  const { path, state, tables, enums, diff } = types;
  const size = `${counted(tables, 'table')}, ${counted(enums, 'enum')}`;
  if (state === 'written') return [`  ${style.good('+')} ${path}   ${size}`];
  if (state === 'unchanged') return [`  ${style.good('✓')} ${path}   up to date · ${size}`];
  return diff === undefined ? [] : diffLines(diff, style);
}
