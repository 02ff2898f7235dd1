import type { PictureObject } from '../picture.ts';
import { RANK, sortName } from './node.ts';
import type { SnapshotNode } from './node.ts';
import { isFact } from './schema-index.ts';

/**
 * Materialized views are made without rows and filled at the end: their queries run functions, whose bodies
 * may name what is made after them. One that reads another is filled after it.
 */
export function refreshNodes(
  objects: readonly PictureObject[],
  needs: ReadonlyMap<string, ReadonlySet<string>>,
): readonly SnapshotNode[] {
  const stored = objects.filter(
    (object) => object.kind === 'materialized view' && isFact(object, 'populated'),
  );
  const addresses = new Set(stored.map(({ address }) => address));
  return stored.map((view) => ({
    key: refreshKey(view.address),
    rank: RANK.refresh,
    name: sortName(view),
    statements: [`REFRESH MATERIALIZED VIEW ${view.sql}`],
    needs: [
      view.address,
      ...[...below(view.address, needs)].filter((address) => addresses.has(address)).map(refreshKey),
    ],
  }));
}

function refreshKey(address: string): string {
  return `refresh:${address}`;
}

/** Everything that an object needs, however many steps away. */
function below(address: string, needs: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(needs.get(address) ?? [])];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (key === address || found.has(key)) continue;
    found.add(key);
    open.push(...(needs.get(key) ?? []));
  }
  return found;
}
