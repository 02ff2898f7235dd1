interface Edit {
  readonly kind: ' ' | '-' | '+';
  readonly line: string;
}

/** How many lines stand around a change. */
const CONTEXT = 3;

/** Above this many pairs of lines, a stretch without a common unique line is shown as replaced. */
const PAIRS = 1_000_000;

/**
 * What turns one text into another, in the unified format that `patch` and `git apply` read
 * (https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html). Undefined for equal texts.
 * `before` undefined stands for a file that does not exist.
 */
export function unifiedDiff(path: string, before: string | undefined, after: string): string | undefined {
  if (before === after) return undefined;
  const edits = editsOf(linesOf(before ?? ''), linesOf(after));
  const header = `--- ${before === undefined ? '/dev/null' : `a/${path}`}\n+++ b/${path}\n`;
  return header + hunksOf(edits).join('');
}

/** How many lines a unified diff adds and removes. */
export function changesIn(diff: string): { readonly added: number; readonly removed: number } {
  const lines = diff.split('\n').slice(2);
  return {
    added: lines.filter((line) => line.startsWith('+')).length,
    removed: lines.filter((line) => line.startsWith('-')).length,
  };
}

/** The lines, each with its end, so that a missing last one shows. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function editsOf(before: readonly string[], after: readonly string[]): readonly Edit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  return [
    ...before.slice(0, start).map(kept),
    ...middleOf(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(kept),
  ];
}

/** Between lines that both have exactly once (patience diff); without one, the longest common subsequence. */
function middleOf(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const anchors = anchorsOf(before, after);
  if (anchors.length === 0) {
    if (before.length * after.length <= PAIRS) return subsequenceOf(before, after);
    return [...before.map(removed), ...after.map(added)];
  }
  const edits: Edit[] = [];
  let [left, right] = [0, 0];
  for (const anchor of anchors) {
    edits.push(...editsOf(before.slice(left, anchor.before), after.slice(right, anchor.after)));
    edits.push(kept(before[anchor.before] ?? ''));
    [left, right] = [anchor.before + 1, anchor.after + 1];
  }
  edits.push(...editsOf(before.slice(left), after.slice(right)));
  return edits;
}

interface Anchor {
  readonly before: number;
  readonly after: number;
}

/** Lines that stand exactly once on either side, the longest run of them that is in order on both. */
function anchorsOf(before: readonly string[], after: readonly string[]): readonly Anchor[] {
  const left = uniqueLines(before);
  const right = uniqueLines(after);
  const pairs: Anchor[] = [];
  for (const [line, index] of left) {
    const other = right.get(line);
    if (other !== undefined) pairs.push({ before: index, after: other });
  }
  // Patience sorting: the pairs come in the order of the left side.
  const piles: number[] = [];
  const previous: number[] = [];
  pairs.forEach((pair, index) => {
    let low = 0;
    let high = piles.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[piles[middle] ?? 0]?.after ?? 0) < pair.after) low = middle + 1;
      else high = middle;
    }
    previous[index] = low === 0 ? -1 : (piles[low - 1] ?? -1);
    piles[low] = index;
  });
  const anchors: Anchor[] = [];
  for (let index = piles.at(-1) ?? -1; index !== -1; index = previous[index] ?? -1) {
    const pair = pairs[index];
    if (pair !== undefined) anchors.push(pair);
  }
  return anchors.reverse();
}

/** Lines that occur once, in order, with their index. */
function uniqueLines(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return new Map(
    lines.map((line, index) => [line, index] as const).filter(([line]) => counts.get(line) === 1),
  );
}

function subsequenceOf(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const edits: Edit[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    if (row < before.length && column < after.length && before[row] === after[column]) {
      edits.push(kept(before[row] ?? ''));
      row += 1;
      column += 1;
    } else if (
      row < before.length &&
      (column === after.length || at(row + 1, column) >= at(row, column + 1))
    ) {
      edits.push(removed(before[row] ?? ''));
      row += 1;
    } else {
      edits.push(added(after[column] ?? ''));
      column += 1;
    }
  }
  return edits;
}

function hunksOf(edits: readonly Edit[]): readonly string[] {
  const changes = edits.flatMap((edit, index) => (edit.kind === ' ' ? [] : [index]));
  const spans: { start: number; end: number }[] = [];
  for (const index of changes) {
    const last = spans.at(-1);
    const start = Math.max(0, index - CONTEXT);
    const end = Math.min(edits.length, index + CONTEXT + 1);
    if (last !== undefined && start <= last.end) last.end = end;
    else spans.push({ start, end });
  }
  let [position, left, right] = [0, 1, 1];
  return spans.map(({ start, end }) => {
    const skipped = edits.slice(position, start).length;
    [left, right] = [left + skipped, right + skipped];
    const hunk = edits.slice(start, end);
    const leftCount = hunk.filter(({ kind }) => kind !== '+').length;
    const rightCount = hunk.filter(({ kind }) => kind !== '-').length;
    const text = `@@ -${range(left, leftCount)} +${range(right, rightCount)} @@\n${hunk.map(lineText).join('')}`;
    [position, left, right] = [end, left + leftCount, right + rightCount];
    return text;
  });
}

/** An empty range is named by the line before it. */
function range(start: number, count: number): string {
  return count === 1 ? String(start) : `${count === 0 ? start - 1 : start},${count}`;
}

function lineText({ kind, line }: Edit): string {
  return line.endsWith('\n') ? kind + line : `${kind}${line}\n\\ No newline at end of file\n`;
}

const kept = (line: string): Edit => ({ kind: ' ', line });
const removed = (line: string): Edit => ({ kind: '-', line });
const added = (line: string): Edit => ({ kind: '+', line });
