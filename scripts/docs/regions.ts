/**
 * Replaces what stands between `<!-- generated: name -->` and the next `<!-- end -->`. Throws Error when a region
 * is not there, or when one stands in the text that nobody writes.
 */
export function withRegions(text: string, regions: Readonly<Record<string, readonly string[]>>): string {
  const seen = new Set<string>();
  const result = text.replace(
    /(<!-- generated: ([a-z-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, opening: string, name: string, closing: string) => {
      const lines = regions[name];
      if (lines === undefined) throw new Error(`nobody writes the region ${name}`);
      seen.add(name);
      return `${opening}\n${lines.join('\n')}\n\n${closing}`;
    },
  );
  const missing = Object.keys(regions).find((name) => !seen.has(name));
  if (missing !== undefined) throw new Error(`there is no region ${missing}`);
  return result;
}
