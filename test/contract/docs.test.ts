import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { difference, GENERATED_PAGES, stalePages } from '../../scripts/docs.ts';
import { withRegions } from '../../scripts/docs/regions.ts';
import { historyUpgrades } from '../../src/backends/history-schema.ts';
import { COMMAND_NAMES } from '../../src/cli/command-names.ts';
import { EXIT } from '../../src/core/finding.ts';

const read = (path: string): string => readFileSync(path, 'utf8');
const filesBelow = (folder: string, extension: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => relative('.', join(entry.parentPath, entry.name)).replaceAll('\\', '/'));

/** The cells of the tables of a section, without the back-quotes of the first one; heads and rules left out. */
function rowsOf(text: string, heading: string): string[][] {
  const from = text.indexOf(`\n${heading}\n`);
  expect(from, `there is no heading ${heading}`).toBeGreaterThan(-1);
  const level = /^#+/.exec(heading)?.[0].length ?? 1;
  const rest = text.slice(from + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${String(level)}} `, 'm'));
  return (end === -1 ? rest : rest.slice(0, end))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')),
    );
}

describe('the generated pages', () => {
  it('are what the code says now', async () => {
    expect(GENERATED_PAGES.length).toBeGreaterThan(0);
    expect(await stalePages()).toEqual([]);
  });

  it('show a difference by its lines', () => {
    expect(difference('a\nb\nc\n', 'a\nx\ny\nc\n')).toBe('@@ line 2 @@\n-b\n+x\n+y');
  });

  it('refuse a region that nobody writes, and miss one that is not there', () => {
    const page = '<!-- generated: one -->\nold\n<!-- end -->\n';
    expect(withRegions(page, { one: ['new'] })).toBe('<!-- generated: one -->\n\nnew\n\n<!-- end -->\n');
    expect(() => withRegions(page, {})).toThrow('nobody writes the region one');
    expect(() => withRegions(page, { one: [], two: [] })).toThrow('there is no region two');
  });
});

describe('docs/cli.md', () => {
  const page = read('docs/cli.md');

  it('has every command and every exit code', () => {
    for (const name of COMMAND_NAMES) expect(page).toContain(`\n### ${name}\n`);
    for (const exitCode of Object.values(EXIT)) expect(page).toContain(`\n| ${String(exitCode)} | `);
  });

  it('names every variable of ours that the code reads', () => {
    const names = new Set(
      filesBelow('src', '.ts').flatMap((file) => read(file).match(/\bLMS_DB_[A-Z_]+[A-Z]\b/g) ?? []),
    );
    expect(names.size).toBeGreaterThan(10);
    expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('docs/formats.md', () => {
  const page = read('docs/formats.md');

  it('has every column of the history tables, with its type, in order', () => {
    const sql = historyUpgrades('lms_db').join('\n');
    const tables = [...sql.matchAll(/create table "lms_db"\.(\w+) \(\n([\s\S]*?)\n\);/g)];
    expect(tables.length).toBeGreaterThan(3);
    for (const [, name = '', body = ''] of tables) {
      const columns = body
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => !line.startsWith('constraint'))
        .map((line) => /^(\w+) (text|bigint|integer|double precision|timestamptz)\b/.exec(line)?.slice(1, 3));
      expect(
        rowsOf(page, `### ${name}`).map((row) => row.slice(0, 2)),
        name,
      ).toEqual(columns);
    }
    expect(sql, 'a later version adds columns: document them too').not.toMatch(/\badd column\b/i);
  });

  it('has every field of the report', () => {
    const section = page.slice(page.indexOf('## The report'), page.indexOf('## The plan file'));
    const fields = new Set([
      ...membersOf('src/core/report.ts'),
      ...membersOf('src/core/target.ts'),
      ...membersOf('src/core/finding.ts'),
      ...membersOf('src/core/place.ts'),
      ...membersOf('src/core/activity.ts', ['Holder']),
      ...membersOf('src/core/history.ts', ['HistoryEvent', 'RecordedEvent']),
    ]);
    expect(fields.size).toBeGreaterThan(50);
    expect([...fields].filter((field) => !section.includes(`\`${field}\``))).toEqual([]);
  });
});

/** The members of the interfaces of a file, or of those that are named. */
function membersOf(path: string, names?: readonly string[]): string[] {
  return [...read(path).matchAll(/^(?:export )?interface (\w+)[^{]*\{\n([\s\S]*?)\n\}/gm)]
    .filter(([, name = '']) => names === undefined || names.includes(name))
    .flatMap(([, , body = '']) =>
      [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, member = '']) => member),
    );
}

describe('docs/databases/lms.md', () => {
  it('names every table once, in the table of tables', () => {
    const created = filesBelow('migrations/lms', '.sql').flatMap((file) =>
      [...read(file).matchAll(/^CREATE TABLE (\w+)/gm)].map(([, name = '']) => name),
    );
    const page = read('docs/databases/lms.md');
    const listed = page
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .flatMap((line) => [...line.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
    expect(created).toHaveLength(42);
    expect(listed.sort()).toEqual(created.sort());
  });
});

describe('the pages', () => {
  const pages = [...filesBelow('docs', '.md'), 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

  it('link to files and headings that exist', () => {
    for (const page of pages) {
      for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : relative('.', resolve(dirname(page), path));
        expect(existsSync(file), `${page} links to ${target}`).toBe(true);
        if (anchor !== undefined)
          expect(anchorsOf(read(file)), `${page} links to ${target}`).toContain(anchor);
      }
    }
  });

  it('show only commands and flags that exist', () => {
    const reference = read('docs/cli.md');
    for (const page of pages) {
      for (const [, name = '', rest = ''] of read(page).matchAll(/^(?:\$ |npx )?lms-db ([a-z]+)(.*)$/gm)) {
        expect(reference, `${page}: lms-db ${name}`).toMatch(new RegExp(`(### ${name}\n|\`${name}\`)`));
        for (const [flag] of rest.matchAll(/--[a-z][a-z-]+/g)) {
          expect(reference, `${page}: lms-db ${name} ${flag}`).toContain(flag);
        }
      }
    }
  });
});

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

describe('the README', () => {
  it('has the test command that .ci/run calls, verbatim', () => {
    const command = 'npm ci && npm test';
    expect(read('README.md')).toMatch(new RegExp(`^${command}$`, 'm'));
    expect(read('.ci/run')).toContain(command);
  });
});
