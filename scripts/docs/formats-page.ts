// docs/formats.md is written by hand; its tables of directives come from the list that the parser reads.
import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { CHECK_DIRECTIVES, DIRECTIVES } from '../../src/core/directive-table.ts';
import { code, markdownTable } from './markdown.ts';
import { withRegions } from './regions.ts';

/** The text of docs/formats.md with its generated regions as they should be. */
export async function formatsPage(): Promise<string> {
  const file = 'docs/formats.md';
  const text = withRegions(readFileSync(file, 'utf8').replaceAll('\r\n', '\n'), {
    directives: markdownTable(
      ['directive', 'in', 'meaning'],
      DIRECTIVES.map(({ name, form, files, meaning, repeats }) => [
        code(`@${name} ${form}`),
        files.join(', '),
        `${meaning}${repeats === true ? '; may stand several times' : ''}`,
      ]),
    ),
    'check-directives': markdownTable(
      ['directive', 'meaning'],
      CHECK_DIRECTIVES.map(({ name, form, meaning }) => [code(`@${name} ${form}`), meaning]),
    ),
  });
  return format(text, { ...(await resolveConfig(file)), parser: 'markdown' });
}
