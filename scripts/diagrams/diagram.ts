import type { DiagramColumn, DiagramReference, DiagramTable } from './catalog.ts';

/**
 * The lines of a mermaid diagram of these tables: their key columns, and every foreign key from them. A table of
 * another diagram or schema that they refer to is a box without columns.
 */
export function erDiagram(tables: readonly DiagramTable[]): readonly string[] {
  return [
    'erDiagram',
    ...tables.flatMap((table) => [
      `  ${entity(table)} {`,
      ...keyColumns(table).map((line) => `    ${line}`),
      '  }',
    ]),
    ...tables.flatMap((table) => table.references.map((reference) => `  ${relation(table, reference)}`)),
  ];
}

/** How mermaid names a table: the schema public goes without saying. */
function entity({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return schema === 'public' && /^[a-z_][a-z0-9_]*$/i.test(name)
    ? name
    : `"${schema === 'public' ? '' : `${schema}.`}${name}"`;
}

/** `type name PK, FK, UK "with …"`, for the columns that stand in a key of any kind. */
function keyColumns(table: DiagramTable): readonly string[] {
  const primary = table.keys.find((key) => key.primary)?.columns ?? [];
  // What contains the primary key is unique anyway; such keys are there for foreign keys to point at.
  const unique = table.keys.filter(
    ({ primary: isPrimary, columns }) => !isPrimary && !primary.every((name) => columns.includes(name)),
  );
  return table.columns.flatMap((column) => {
    const { name } = column;
    const own = unique.filter(({ columns }) => columns.includes(name));
    const marks = [
      ...(primary.includes(name) ? ['PK'] : []),
      ...(table.references.some(({ columns }) => columns.includes(name)) ? ['FK'] : []),
      ...(own.length > 0 ? ['UK'] : []),
    ];
    if (marks.length === 0) return [];
    const alone = own.some(({ columns }) => columns.length === 1);
    const others = alone
      ? []
      : own.map(({ columns }) => columns.filter((other) => other !== name).join(', '));
    const note = others.length === 0 ? '' : ` "with ${others.join('; with ')}"`;
    return [`${typeWord(column)} ${word(name)} ${marks.join(', ')}${note}`];
  });
}

/** Parent and child of a foreign key, and how many there may be of each. */
function relation(child: DiagramTable, { schema, table, columns }: DiagramReference): string {
  const always = columns.every((name) =>
    child.columns.some((column) => column.name === name && column.notNull),
  );
  const once = child.keys.some((key) => key.columns.every((name) => columns.includes(name)));
  const parent = entity({ schema, name: table });
  return `${parent} ${always ? '||' : '|o'}--${once ? 'o|' : 'o{'} ${entity(child)} : "${columns.join(', ')}"`;
}

/** The words of SQL for what the catalog calls otherwise. */
const SQL_WORDS: Readonly<Record<string, string>> = {
  bool: 'boolean',
  bpchar: 'char',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
};

function typeWord({ type }: DiagramColumn): string {
  const plain = type.replace(/\[\]$/, '');
  return word(SQL_WORDS[plain] ?? plain) + type.slice(plain.length);
}

/** A name as mermaid takes it for a column. */
function word(name: string): string {
  return name.replace(/[^a-z0-9_]/gi, '_');
}
