import { describe, expect, it } from 'vitest';
import { displayWidth, withoutTabs } from '../../../src/reporters/pretty/width.ts';
import { ageText } from '../../../src/core/activity.ts';
import { counted, heldObjects, holderText, took } from '../../../src/reporters/pretty/words.ts';

describe('the words of the output', () => {
  it.each([
    [0, '1 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [59_949, '59.9 s'],
    [59_951, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('says that %d milliseconds took %s', (milliseconds, text) => {
    expect(took(milliseconds)).toBe(text);
  });

  it.each([
    [12_000, '12 s'],
    [360_000, '6 min'],
    [10_800_000, '3 h'],
    [400_000_000, '5 days'],
  ])('says that %d milliseconds are %s old', (milliseconds, text) => {
    expect(ageText(milliseconds)).toBe(text);
  });

  it('counts in singular and plural', () => {
    expect([0, 1, 2, 18_204].map((count) => counted(count, 'index', 'indexes'))).toEqual([
      '0 indexes',
      '1 index',
      '2 indexes',
      '18,204 indexes',
    ]);
  });

  it('names a holder with everything that helps to find it, and what it holds', () => {
    const holder = {
      pid: 4711,
      user: 'app',
      application: 'metabase',
      host: '10.0.0.7',
      state: 'idle in transaction',
      age: 360_000,
      query: `select *\n  from courses where title = '${'x'.repeat(100)}'`,
      holds: 'AccessShareLock on courses, RowShareLock on lessons, AccessShareLock on lessons',
    };
    expect(holderText({ ...holder, holds: undefined })).toBe(
      `pid 4711 · metabase · app · 10.0.0.7 · idle in transaction 6 min · select * from courses where title = '${'x'.repeat(22)}…`,
    );
    expect(heldObjects([holder])).toBe('courses, lessons');
    expect(heldObjects([{ ...holder, holds: undefined }])).toBeUndefined();
  });

  it.each([
    ['abc', 3],
    ['größe', 5],
    ['gro\u0308ße', 5],
    ['中文', 4],
    ['한글', 4],
    ['ｗｉｄｅ', 8],
    ['😀', 2],
    ['│▲✓', 3],
  ])('measures %s as %d columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('puts tabs to the next stop', () => {
    expect(withoutTabs('\ta\tbcd\te')).toBe('    a   bcd e');
    expect(withoutTabs('中\tx')).toBe('中  x');
  });
});
