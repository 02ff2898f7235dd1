/** Columns that are held together by conditions, directly or through others. */
export function groupsOf(
  names: readonly string[],
  conditions: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  let groups: readonly (readonly string[])[] = names.map((name) => [name]);
  for (const columns of conditions) {
    const touched = groups.filter((group) => group.some((name) => columns.includes(name)));
    if (touched.length < 2) continue;
    groups = [...groups.filter((group) => !touched.includes(group)), touched.flat()];
  }
  return groups;
}

/**
 * The order in which the columns of a group get their values: as soon as a column completes a condition, it is
 * its turn, so that a wrong choice is noticed early; among equals those that may be null, so that the others
 * follow their values.
 */
export function searchOrder(
  names: readonly string[],
  conditions: readonly (readonly string[])[],
  mayBeNull: (name: string) => boolean,
): readonly string[] {
  const order: string[] = [];
  const waiting = new Set(names);
  const weight = (name: string): number => {
    const missing = conditions
      .filter((columns) => columns.includes(name))
      .map((columns) => columns.filter((other) => other !== name && waiting.has(other)).length);
    return Math.min(...missing, names.length) * 2 + (mayBeNull(name) ? 0 : 1);
  };
  while (waiting.size > 0) {
    const weighed = [...waiting].map((name) => ({ name, weight: weight(name) }));
    const least = weighed.reduce((best, one) => (one.weight < best.weight ? one : best));
    waiting.delete(least.name);
    order.push(least.name);
  }
  return order;
}
