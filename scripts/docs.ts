// Writes the generated pages of docs/ from the code that they describe:
//   npm run docs            writes them
//   npm run check:docs      exits 1 and shows the difference when one is not up to date
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checksPage } from './docs/checks-page.ts';
import { cliPage } from './docs/cli-page.ts';
import { formatsPage } from './docs/formats-page.ts';
import { RULE_PAGES } from './docs/rule-pages.ts';

/** A page that this program writes, as a whole or in regions. */
export interface GeneratedPage {
  /** Relative to the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: () => Promise<string>;
}

/** Every generated page. A new one is a line more here. */
export const GENERATED_PAGES: readonly GeneratedPage[] = [
  { path: 'docs/cli.md', text: cliPage },
  { path: 'docs/checks.md', text: checksPage },
  { path: 'docs/formats.md', text: formatsPage },
  ...RULE_PAGES,
];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The pages that differ from what is on disk, each with the difference, line by line. */
export async function stalePages(): Promise<
  readonly { readonly path: string; readonly difference: string }[]
> {
  const stale: { path: string; difference: string }[] = [];
  for (const page of GENERATED_PAGES) {
    const [is, should] = [onDisk(page.path), await page.text()];
    if (is !== should) stale.push({ path: page.path, difference: difference(is, should) });
  }
  return stale;
}

function onDisk(path: string): string {
  try {
    return readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return '';
  }
}

/** The lines between the common start and the common end of two texts: `-` as it is, `+` as it should be. */
export function difference(is: string, should: string): string {
  const left = is.split('\n');
  const right = should.split('\n');
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let end = 0;
  while (
    end < left.length - start &&
    end < right.length - start &&
    left[left.length - 1 - end] === right[right.length - 1 - end]
  ) {
    end += 1;
  }
  return [
    `@@ line ${start + 1} @@`,
    ...left.slice(start, left.length - end).map((line) => `-${line}`),
    ...right.slice(start, right.length - end).map((line) => `+${line}`),
  ].join('\n');
}

async function main(words: readonly string[]): Promise<number> {
  const stale = await stalePages();
  if (words.includes('--check')) {
    for (const page of stale)
      console.error(`${page.path} is not up to date; run \`npm run docs\`\n${page.difference}\n`);
    return stale.length === 0 ? 0 : 1;
  }
  for (const page of GENERATED_PAGES) {
    mkdirSync(dirname(join(root, page.path)), { recursive: true });
    writeFileSync(join(root, page.path), await page.text());
  }
  console.log(stale.length === 0 ? 'up to date' : stale.map(({ path }) => `written ${path}`).join('\n'));
  return 0;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
