import type { SnapshotNode } from './node.ts';

/** Pieces in an order in which each finds what it needs, or those that need each other in a circle. */
export type Ordered =
  | { readonly nodes: readonly SnapshotNode[]; readonly circle?: undefined }
  | { readonly nodes?: undefined; readonly circle: readonly SnapshotNode[] };

/**
 * Orders the pieces: what is needed first, then by rank, then by name. The same pieces give the same order,
 * whatever order and whatever addresses they come with.
 */
export function ordered(nodes: readonly SnapshotNode[]): Ordered {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const open = new Map<string, number>();
  const neededBy = new Map<string, SnapshotNode[]>();
  for (const node of nodes) {
    const needs = [...new Set(node.needs)].filter((need) => need !== node.key && byKey.has(need));
    open.set(node.key, needs.length);
    for (const need of needs) {
      const others = neededBy.get(need);
      if (others === undefined) neededBy.set(need, [node]);
      else others.push(node);
    }
  }
  const ready = new Heap();
  for (const node of nodes) if (open.get(node.key) === 0) ready.add(node);
  const result: SnapshotNode[] = [];
  for (let node = ready.take(); node !== undefined; node = ready.take()) {
    result.push(node);
    for (const other of neededBy.get(node.key) ?? []) {
      const left = (open.get(other.key) ?? 0) - 1;
      open.set(other.key, left);
      if (left === 0) ready.add(other);
    }
  }
  if (result.length === nodes.length) return { nodes: result };
  const stuck = new Set(nodes.filter((node) => (open.get(node.key) ?? 0) > 0).map(({ key }) => key));
  return { circle: circleIn(byKey, stuck) };
}

/** Follows needs that are never met until one comes again. */
function circleIn(
  byKey: ReadonlyMap<string, SnapshotNode>,
  stuck: ReadonlySet<string>,
): readonly SnapshotNode[] {
  const path: SnapshotNode[] = [];
  let [key] = stuck;
  while (key !== undefined) {
    const start = path.findIndex((node) => node.key === key);
    if (start !== -1) return path.slice(start);
    const node = byKey.get(key);
    if (node === undefined) break;
    path.push(node);
    key = node.needs.find((need) => need !== node.key && stuck.has(need));
  }
  return path;
}

function comesBefore(left: SnapshotNode, right: SnapshotNode): boolean {
  if (left.rank !== right.rank) return left.rank < right.rank;
  // Code units, not a locale: the order is the same on every machine.
  return left.name < right.name;
}

/** A binary heap; the first one is at index 0. */
class Heap {
  readonly #items: SnapshotNode[] = [];

  add(node: SnapshotNode): void {
    this.#items.push(node);
    let index = this.#items.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapped(index, parent)) return;
      index = parent;
    }
  }

  take(): SnapshotNode | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (first === undefined || last === undefined || this.#items.length === 0) return first;
    this.#items[0] = last;
    let index = 0;
    for (;;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      const child = this.#isBefore(right, left) ? right : left;
      if (!this.#swapped(child, index)) return first;
      index = child;
    }
  }

  #isBefore(index: number, other: number): boolean {
    const [one, two] = [this.#items[index], this.#items[other]];
    return one !== undefined && two !== undefined && comesBefore(one, two);
  }

  /** Puts two in order; true when they were not. */
  #swapped(child: number, parent: number): boolean {
    const [one, two] = [this.#items[child], this.#items[parent]];
    if (one === undefined || two === undefined || !comesBefore(one, two)) return false;
    [this.#items[child], this.#items[parent]] = [two, one];
    return true;
  }
}
