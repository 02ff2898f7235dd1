// The little Markdown that the generated pages need.

/** Code in a line; a vertical bar would end the cell of a table, even there. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** The lines of a table. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
