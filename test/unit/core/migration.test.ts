import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, withLineFeeds } from '../../../src/core/migration.ts';

describe('compareVersions', () => {
  it.each<[left: string, sign: -1 | 0 | 1, right: string]>([
    ['1', -1, '2'],
    ['9', -1, '10'],
    ['10', 1, '9'],
    ['009', -1, '10'],
    ['0010', 1, '9'],
    ['007', 0, '7'],
    ['0', 0, '000'],
    ['0', -1, '1'],
    ['20251103000000', -1, '20251103000001'],
    ['20251103000000', 1, '9999'],
    ['99999999999999999999999', 1, '99999999999999999999998'],
  ])('puts %s and %s in their order (%i)', (left, sign, right) => {
    expect(Math.sign(compareVersions(left, right))).toBe(sign);
  });

  it('is the order of the numbers, whatever their width', () => {
    const version = fc.tuple(fc.nat({ max: 5 }), fc.bigInt({ min: 0n, max: 10n ** 20n }));
    fc.assert(
      fc.property(version, version, ([leftZeros, left], [rightZeros, right]) => {
        const compared = compareVersions(
          '0'.repeat(leftZeros) + String(left),
          '0'.repeat(rightZeros) + String(right),
        );
        expect(Math.sign(compared)).toBe(left < right ? -1 : left > right ? 1 : 0);
      }),
    );
  });
});

describe('withLineFeeds', () => {
  it('turns CRLF and lone CR into LF and leaves everything else', () => {
    expect(withLineFeeds('a\r\nb\rc\n\r\n\u2028')).toBe('a\nb\nc\n\n\u2028');
  });
});
