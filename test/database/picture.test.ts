import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPicture } from '../../src/backends/picture/read-picture.ts';
import { differences, differenceText } from '../../src/core/picture-difference.ts';
import { mendingOf } from '../../src/core/picture-mending.ts';
import type { Picture } from '../../src/core/picture.ts';
import type { Session } from '../../src/core/ports.ts';
import { awkwardDatabase, CHANGES } from '../support/awkward.ts';
import type { AwkwardDatabase } from '../support/awkward.ts';

const WORDS = { missing: 'is missing', extra: 'is left behind' };

describe('the difference of two pictures', () => {
  let awkward: AwkwardDatabase;
  let session: Session;
  let before: Picture;

  beforeAll(async () => {
    awkward = await awkwardDatabase();
    ({ session } = awkward);
    before = await readPicture(session, 'lms_db');
  });
  afterAll(() => awkward.drop());

  it('is nothing for a database that did not change', async () => {
    expect(differences(before, await readPicture(session, 'lms_db'))).toEqual([]);
  });

  it('shows every kind of object of the awkward schema, which has every kind that there is', () => {
    const shown = new Set<string>(before.objects.map((object) => object.kind));
    const source = readFileSync('src/core/picture.ts', 'utf8');
    const kinds = /export type ObjectKind =([^;]*);/.exec(source)?.[1]?.match(/'[^']+'/g) ?? [];
    expect(kinds.length).toBeGreaterThan(40);
    const missing = kinds.map((kind) => kind.slice(1, -1)).filter((kind) => !shown.has(kind));
    // A label needs the library of its provider, which no PostgreSQL brings along.
    expect(missing).toEqual(['security label']);
  });

  it.each(CHANGES)('names it when %s', async (_, sql, said) => {
    try {
      await session.script(`BEGIN; ${sql}`);
      const found = differences(before, await readPicture(session, 'lms_db'));
      const sentences = found.map((difference) => differenceText(difference, WORDS));
      // An ellipsis stands for what follows from the change elsewhere: a view or policy that shows the new label.
      const exact = said.at(-1) !== '…';
      const wanted = exact ? said : said.slice(0, -1);
      if (exact) expect(sentences).toHaveLength(wanted.length);
      for (const part of wanted)
        expect(
          sentences.some((sentence) => sentence.includes(part)),
          part,
        ).toBe(true);
    } finally {
      await session.script('ROLLBACK');
    }
  });

  it.each(CHANGES)('gives, where it gives one, a statement that really mends it when %s', async (_, sql) => {
    try {
      await session.script(`BEGIN; ${sql}`);
      const found = differences(before, await readPicture(session, 'lms_db'));
      const statements = found
        .flatMap(mendingOf)
        .filter((statement) => !/CONCURRENTLY|ADD VALUE/.test(statement));
      // A table or column that is gone cannot be made from its picture alone, nor what depends on it.
      if (statements.length === 0 || found.some((difference) => mendingOf(difference).length === 0)) return;
      await session.script(statements.join('\n'));
      const left = differences(before, await readPicture(session, 'lms_db'));
      const mended = found
        .filter((difference) => mendingOf(difference).length > 0)
        .map((difference) => differenceText(difference, WORDS));
      expect(
        left
          .map((difference) => differenceText(difference, WORDS))
          .filter((sentence) => mended.includes(sentence)),
      ).toEqual([]);
    } finally {
      await session.script('ROLLBACK');
    }
  });
});
