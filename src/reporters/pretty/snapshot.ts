import type { SnapshotReport } from '../../core/report.ts';
import type { Style } from '../../core/reporter.ts';
import { diffLines } from './diff.ts';
import { counted } from './words.ts';

/** What became of the snapshot: the file, or how it differs. */
export function snapshotLines(snapshot: SnapshotReport, style: Style): readonly string[] {
  const { path, state, writer, tables, objects, diff } = snapshot;
  const by = writer === 'lms-db' ? '' : ` · by ${writer}`;
  const size = `${counted(tables, 'table')}, ${counted(objects, 'object')}${by}`;
  if (state === 'written') return [`  ${style.good('+')} ${path}   ${size}`];
  if (state === 'unchanged') return [`  ${style.good('✓')} ${path}   up to date · ${size}`];
  return diff === undefined ? [] : diffLines(diff, style);
}
