import { describe, expect, it } from 'vitest';
import type { DiagramReference, DiagramTable } from '../../../scripts/diagrams/catalog.ts';
import { erDiagram } from '../../../scripts/diagrams/diagram.ts';
import { pageWithDiagrams } from '../../../scripts/diagrams/page.ts';

/** A table whose first column is its key; `name?` may be null. */
function table(
  name: string,
  columns: readonly string[],
  references: readonly Pick<DiagramReference, 'table' | 'columns'>[] = [],
  unique: readonly (readonly string[])[] = [],
): DiagramTable {
  const plain = columns.map((column) => column.replace('?', ''));
  return {
    schema: 'public',
    name,
    columns: columns.map((column, index) => ({
      name: plain[index] ?? '',
      type: 'int4',
      notNull: !column.endsWith('?'),
    })),
    keys: [
      { primary: true, columns: plain.slice(0, 1) },
      ...unique.map((key) => ({ primary: false, columns: key })),
    ],
    references: references.map((reference) => ({ schema: 'public', ...reference })),
  };
}

describe('a diagram', () => {
  it.each([
    ['must have one parent', ['id', 'a'], [], 'parents ||--o{ children : "a"'],
    ['may have a parent', ['id', 'a?'], [], 'parents |o--o{ children : "a"'],
    ['is the only child of its parent', ['id', 'a'], [['a']], 'parents ||--o| children : "a"'],
    ['may be the only child of a parent', ['id', 'a?'], [['a']], 'parents |o--o| children : "a"'],
    ['shares its parent with others', ['id', 'a', 'b'], [['a', 'b']], 'parents ||--o{ children : "a"'],
  ])('says of a child that it %s', (_, columns, unique, line) => {
    const [, ...lines] = erDiagram([
      table('children', columns, [{ table: 'parents', columns: ['a'] }], unique),
    ]);
    expect(lines.at(-1)).toBe(`  ${line}`);
  });

  it('says of a key of several columns that one of them may be missing', () => {
    const reference = { table: 'parents', columns: ['a', 'b'] };
    expect(erDiagram([table('children', ['id', 'a', 'b?'], [reference])]).at(-1)).toBe(
      '  parents |o--o{ children : "a, b"',
    );
  });

  it('shows the columns that stand in a key, and with what they are unique', () => {
    const reference = { table: 'parents', columns: ['a'] };
    expect(
      erDiagram([
        table(
          'children',
          ['id', 'a', 'b', 'c', 'd'],
          [reference],
          [['a', 'b'], ['d'], ['d', 'b'], ['id', 'a']],
        ),
      ]),
    ).toEqual([
      'erDiagram',
      '  children {',
      '    integer id PK',
      '    integer a FK, UK "with b"',
      '    integer b UK "with a; with d"',
      '    integer d UK',
      '  }',
      '  parents ||--o{ children : "a"',
    ]);
  });

  it('names what lies in another schema with it, and takes names that mermaid does not', () => {
    const odd: DiagramTable = {
      ...table('odd-ones', ['my id']),
      references: [{ schema: 'auth', table: 'users', columns: ['my id'] }],
    };
    expect(erDiagram([odd])).toEqual([
      'erDiagram',
      '  "odd-ones" {',
      '    integer my_id PK, FK',
      '  }',
      '  "auth.users" ||--o| "odd-ones" : "my id"',
    ]);
  });
});

describe('a page', () => {
  const page = (rows: readonly string[]): string =>
    [
      '## The tables',
      '',
      '| purpose | tables |',
      '| --- | --- |',
      ...rows,
      '',
      '## Diagram',
      '',
      '<!-- diagram -->',
      'old',
      '<!-- /diagram -->',
      '',
    ].join('\n');
  const many = Array.from({ length: 21 }, (_, index) => table(`t${index}`, ['id']));
  const names = (tables: readonly DiagramTable[]): string =>
    tables.map(({ name }) => `\`${name}\``).join(', ');

  it('has one diagram of few tables, and keeps the rest of it', () => {
    const text = pageWithDiagrams(page(['| all | `t0` |']), { tables: many.slice(0, 1), views: [] });
    expect(text).toContain(
      '```mermaid\nerDiagram\n  t0 {\n    integer id PK\n  }\n```\n\n<!-- /diagram -->\n',
    );
    expect(text).not.toContain('old');
    expect(text).not.toContain('###');
    expect(pageWithDiagrams(text, { tables: many.slice(0, 1), views: [] })).toBe(text);
  });

  it('has one of each purpose where there are many, and none of views alone', () => {
    const rows = [`| one (new) | ${names(many.slice(0, 1))} |`, `| two | ${names(many.slice(1))} |`];
    const text = pageWithDiagrams(page([...rows, '| to look at | `v` |']), { tables: many, views: ['v'] });
    expect(text.match(/^### .*$/gm)).toEqual(['### One', '### Two']);
    expect(text.match(/^erDiagram$/gm)).toHaveLength(2);
  });

  it('names every table of the database once, and no other', () => {
    const tables = [table('a', ['id']), table('b', ['id'])];
    expect(() =>
      pageWithDiagrams(page(['| one | `a`, `c` |', '| two | `a` |']), { tables, views: [] }),
    ).toThrow(
      'the table below "The tables" is not true: b has no purpose; c is not in the database; a has several purposes',
    );
    expect(() => pageWithDiagrams('', { tables, views: [] })).toThrow('no lines <!-- diagram -->');
  });
});
