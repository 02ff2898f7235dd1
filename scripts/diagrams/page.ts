import type { DiagramRelations, DiagramTable } from './catalog.ts';
import { erDiagram } from './diagram.ts';

/** The most tables that one diagram shows; of more, each purpose has a diagram of its own. */
const MOST_TABLES = 20;

/** The most characters that GitHub's mermaid takes for one diagram (its `maxTextSize`). */
const MOST_CHARACTERS = 50_000;

const REGION = /(<!-- diagram -->\n)[\s\S]*?(<!-- \/diagram -->)/;

/**
 * The text of a page with its diagrams, between `<!-- diagram -->` and `<!-- /diagram -->`. Throws Error where the page
 * has no such lines, where its table of purposes and the database do not name the same tables, and where a diagram
 * is larger than GitHub shows.
 */
export function pageWithDiagrams(page: string, relations: DiagramRelations): string {
  if (!REGION.test(page)) throw new Error('the page has no lines <!-- diagram --> and <!-- /diagram -->');
  const groups = grouped(purposesOf(page), relations);
  const blocks =
    relations.tables.length <= MOST_TABLES
      ? block(relations.tables)
      : groups.flatMap(({ purpose, tables }, index) => [
          ...(index === 0 ? [] : ['']),
          `### ${purpose}`,
          '',
          ...block(tables),
        ]);
  const text = [
    'Key columns and foreign keys; a box without columns is a table of another diagram or schema.',
    '',
    ...blocks,
  ].join('\n');
  return page.replace(REGION, (_, opening: string, closing: string) => `${opening}\n${text}\n\n${closing}`);
}

function block(tables: readonly DiagramTable[]): readonly string[] {
  const lines = erDiagram(tables);
  const { length } = lines.join('\n');
  if (length > MOST_CHARACTERS)
    throw new Error(`a diagram has ${length} characters; GitHub shows ${MOST_CHARACTERS}`);
  return ['```mermaid', ...lines, '```'];
}

interface Purpose {
  readonly purpose: string;
  readonly names: readonly string[];
}

/** The rows of the table below the heading `The tables`: a purpose, and names in backticks. */
function purposesOf(page: string): readonly Purpose[] {
  const section = /^## The tables\n([\s\S]*?)(?=^## )/m.exec(page)?.[1] ?? '';
  return [...section.matchAll(/^\| ([^|]+?) *\| (.+) \|$/gm)]
    .filter(([, purpose = '']) => !/^(?:purpose|-+)$/.test(purpose))
    .map(([, purpose = '', names = '']) => ({
      purpose: purpose.charAt(0).toUpperCase() + purpose.slice(1).replace(/ \(.*\)$/, ''),
      names: [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    }));
}

function grouped(
  purposes: readonly Purpose[],
  { tables, views }: DiagramRelations,
): readonly { readonly purpose: string; readonly tables: readonly DiagramTable[] }[] {
  const named = purposes.flatMap(({ names }) => names);
  const known = [...tables.map(({ name }) => name), ...views];
  const wrong = [
    ...known.filter((name) => !named.includes(name)).map((name) => `${name} has no purpose`),
    ...named.filter((name) => !known.includes(name)).map((name) => `${name} is not in the database`),
    ...named
      .filter((name, index) => named.indexOf(name) !== index)
      .map((name) => `${name} has several purposes`),
  ];
  if (wrong.length > 0) throw new Error(`the table below "The tables" is not true: ${wrong.join('; ')}`);
  return purposes
    .map(({ purpose, names }) => ({
      purpose,
      tables: names.flatMap((name) => tables.find((table) => table.name === name) ?? []),
    }))
    .filter((group) => group.tables.length > 0);
}
