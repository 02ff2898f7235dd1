import { describe, expect, it } from 'vitest';
import { commentText } from '../../../../src/backends/types/serializer.ts';

describe('commentText', () => {
  it.each([
    ['one line', '/** one line */\n'],
    [undefined, ''],
    ['  \n \n', ''],
    ['ends */ early', '/** ends *\\/ early */\n'],
    ['a*/*/b', '/** a*\\/*\\/b */\n'],
    ['a\r\nb\rc\u2028d', '/**\n * a\n * b\n * c\n * d\n */\n'],
    ['@ts-expect-error', '/**\n * @ts-expect-error\n */\n'],
    ['first\n\n  indented', '/**\n * first\n *\n *   indented\n */\n'],
  ])('writes %j', (comment, written) => {
    expect(commentText(comment, '')).toBe(written);
  });
});
