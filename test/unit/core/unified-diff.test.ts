import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesIn, unifiedDiff } from '../../../src/core/unified-diff.ts';

/** Applies a unified diff, as strictly as can be: every context line must be there. */
function patched(before: string, diff: string): string {
  const lines = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const result: string[] = [];
  let position = 0;
  const body = diff.split('\n').slice(2, -1);
  for (let index = 0; index < body.length; index += 1) {
    const line = body[index]!;
    const header = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@$/.exec(line);
    if (header !== null) {
      const start = Number(header[1]) - (header[2] === '0' ? 0 : 1);
      result.push(...lines.slice(position, start));
      position = start;
      continue;
    }
    const text = line.slice(1) + (body[index + 1]?.startsWith('\\') === true ? '' : '\n');
    if (line.startsWith(' ') || line.startsWith('-')) {
      expect(lines[position]).toBe(text);
      position += 1;
    }
    if (line.startsWith(' ') || line.startsWith('+')) result.push(text);
  }
  return [...result, ...lines.slice(position)].join('');
}

describe('unifiedDiff', () => {
  it('says nothing of equal texts', () => {
    expect(unifiedDiff('a', 'x\n', 'x\n')).toBeUndefined();
  });

  it('shows a change with three lines around it', () => {
    const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9', ''].join('\n');
    expect(unifiedDiff('types/a.ts', before, before.replace('5\n', 'five\n'))).toBe(
      '--- a/types/a.ts\n+++ b/types/a.ts\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
    );
  });

  it('keeps changes that are far apart in hunks of their own', () => {
    const before = Array.from({ length: 30 }, (_, index) => `${index}\n`).join('');
    const diff = unifiedDiff('a', before, before.replace('2\n', 'two\n').replace('27\n', ''))!;
    expect(diff.match(/^@@ .*$/gm)).toEqual(['@@ -1,6 +1,6 @@', '@@ -25,6 +25,5 @@']);
    expect(changesIn(diff)).toEqual({ added: 1, removed: 2 });
  });

  it('shows a file that does not exist, and an end without a line end', () => {
    expect(unifiedDiff('a', undefined, 'x\ny')).toBe(
      '--- /dev/null\n+++ b/a\n@@ -0,0 +1,2 @@\n+x\n+y\n\\ No newline at end of file\n',
    );
  });

  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', '', '}', '-- x', '++ y', ' z'), { maxLength: 40 })
    .chain((lines) => fc.constantFrom('', '\n').map((end) => lines.join('\n') + end));

  it('turns any text into any other', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = unifiedDiff('a', before, after);
        expect(diff === undefined ? before : patched(before, diff)).toBe(after);
      }),
      { numRuns: 500 },
    );
  });

  it('is read by patch, where there is one', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'lms-db-diff-'));
    try {
      const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n';
      const after = 'A\nb\nc\nd\ne\nf\ng\nh\ni\nnew\nj\nk';
      writeFileSync(join(folder, 'a'), before);
      try {
        execFileSync('patch', ['-p1', '--fuzz=0'], { cwd: folder, input: unifiedDiff('a', before, after) });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') context.skip('there is no patch here');
        throw error;
      }
      expect(readFileSync(join(folder, 'a'), 'utf8')).toBe(after);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes no time to speak of over files of 20,000 lines', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `  column${index % 50}: string | null;`);
    const before = lines.join('\n');
    const after = lines.map((line, index) => (index % 100 === 0 ? `${line} // changed` : line)).join('\n');
    const start = performance.now();
    expect(patched(before, unifiedDiff('a', before, after)!)).toBe(after);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
