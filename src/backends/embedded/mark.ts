import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from './private-file.ts';

/** What `cluster.json` says: that a folder is ours, of which project, and what we made in it. */
export interface Mark {
  /** The folder `.lms-db/<project>` that the cluster belongs to. */
  readonly area: string;
  /** The databases that have been created: spares asking the server at every start. */
  readonly databases: readonly string[];
}

/** The mark of a folder, or undefined when it is not one of ours. */
export function readMark(directory: string): Mark | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(join(directory, 'cluster.json'), 'utf8'));
    if (typeof content !== 'object' || content === null) return undefined;
    if (!('madeBy' in content) || content.madeBy !== 'lms-db') return undefined;
    if (!('area' in content) || typeof content.area !== 'string') return undefined;
    const listed: unknown = 'databases' in content ? content.databases : [];
    const databases = Array.isArray(listed) ? listed.filter((name) => typeof name === 'string') : [];
    return { area: content.area, databases };
  } catch {
    return undefined;
  }
}

/** Marks a folder as ours. */
export function writeMark(directory: string, mark: Mark): void {
  const content = JSON.stringify({ madeBy: 'lms-db', ...mark });
  writePrivateFile(join(directory, 'cluster.json'), `${content}\n`, directory);
}
