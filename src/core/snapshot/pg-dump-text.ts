/** What differs from run to run and from version to version: of pg_dump itself, not of the schema. */
const OWN_LINES = /^(?:-- Dumped (?:from|by) .*|-- (?:Started|Completed) on .*|\\(?:un)?restrict .*)$/;

/** The output of pg_dump without its versions, dates and random tokens, and without more than one blank line in a row. */
export function pgDumpText(output: string): string {
  const kept = output
    .replaceAll('\r\n', '\n')
    .split('\n')
    .filter((line) => !OWN_LINES.test(line));
  return `${kept
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}
