// A copy of the files of a bundled project, some of them changed.
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Copies a project into a temporary folder and changes files of it, by path; a change that changes nothing is an error. */
export function changedProject(
  project: string,
  changes: Readonly<Record<string, (text: string) => string>>,
): { readonly root: string; readonly dispose: () => void } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'lms-db-test-')));
  for (const folder of ['migrations', 'rollbacks', 'checks']) {
    cpSync(join(folder, project), join(root, folder, project), { recursive: true });
  }
  for (const [path, change] of Object.entries(changes)) {
    const text = readFileSync(join(root, path), 'utf8');
    const changed = change(text);
    if (changed === text) throw new Error(`the change does not change ${path}`);
    writeFileSync(join(root, path), changed);
  }
  return { root, dispose: () => rmSync(root, { recursive: true, force: true }) };
}
