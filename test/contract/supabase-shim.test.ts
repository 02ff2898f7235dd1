import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Every copy of the shim below a folder, by path. */
function copiesIn(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /supabase[-_]shim\.sql$/.test(path))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`);
  return new Map(paths.sort().map((path) => [path, readFileSync(path, 'latin1')]));
}

describe('the Supabase shim', () => {
  it.each(['migrations', 'rollbacks'])('is the same in every project, byte for byte: %s', (folder) => {
    const [[first, text] = ['', ''], ...others] = copiesIn(folder);
    expect(others.length).toBeGreaterThan(0);
    for (const [path, copy] of others) expect(copy === text, `${path} differs from ${first}`).toBe(true);
  });

  it('has a rollback wherever it is', () => {
    const paths = (folder: string): readonly string[] =>
      [...copiesIn(folder).keys()].map((path) => path.slice(folder.length));
    expect(paths('rollbacks')).toEqual(paths('migrations'));
  });

  it('is the first migration of its project', () => {
    for (const path of copiesIn('migrations').keys()) {
      const [folder, fileName] = [
        path.slice(0, path.lastIndexOf('/')),
        path.slice(path.lastIndexOf('/') + 1),
      ];
      const [first] = readdirSync(folder)
        .filter((name) => name.endsWith('.sql'))
        .sort();
      expect(fileName, folder).toBe(first);
    }
  });
});
