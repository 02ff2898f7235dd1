import { describe, expect, it } from 'vitest';
import { blocksOf, lockReport, lockText, worstText } from '../../../src/core/lock-report.ts';
import type { HeldLock } from '../../../src/core/lock-report.ts';
import { LOCK_MODES, strongest } from '../../../src/core/measurement.ts';
import type { LockMode, MeasuredRelation, MeasuredStatement } from '../../../src/core/measurement.ts';

function table(name: string): MeasuredRelation {
  return { name, kind: name.endsWith('_idx') ? 'index' : 'table' };
}

/** A statement of so many milliseconds that takes these locks: `lessons: SHARE`. */
function statement(
  ordinal: number,
  duration: number,
  locks: Readonly<Record<string, LockMode>>,
  more: {
    readonly rewritten?: readonly string[];
    readonly rebuilt?: readonly string[];
    readonly scanned?: Readonly<Record<string, number>>;
    readonly inserted?: Readonly<Record<string, number>>;
  } = {},
): MeasuredStatement {
  return {
    ordinal,
    line: ordinal * 10,
    text: `statement ${ordinal}`,
    duration,
    locks: Object.entries(locks).map(([name, mode]) => ({ relation: table(name), mode })),
    rewritten: (more.rewritten ?? []).map(table),
    rebuilt: (more.rebuilt ?? []).map(table),
    scanned: Object.entries(more.scanned ?? {}).map(([name, rows]) => ({ relation: table(name), rows })),
    written: Object.entries(more.inserted ?? {}).map(([name, inserted]) => ({
      relation: table(name),
      inserted,
      updated: 0,
      deleted: 0,
    })),
  };
}

/** `lessons ACCESS EXCLUSIVE from 2 for 30, heavy`. */
function brief({ relation, mode, since, held, heavy }: HeldLock): string {
  return `${relation.name} ${mode} from ${since.ordinal} for ${held}${heavy ? ', heavy' : ''}`;
}

describe('lockReport', () => {
  it('holds a lock from the start of its statement to the end of the file', () => {
    const report = lockReport([
      statement(1, 5, {}),
      statement(2, 10, { lessons: 'ACCESS EXCLUSIVE' }),
      statement(3, 20, { courses: 'ACCESS EXCLUSIVE' }),
      statement(4, 1, {}),
    ]);
    expect(report.map(brief)).toEqual([
      'lessons ACCESS EXCLUSIVE from 2 for 31',
      'courses ACCESS EXCLUSIVE from 3 for 21',
    ]);
    expect(report[0]?.since).toEqual({ ordinal: 2, line: 20 });
  });

  it('counts from the statement that raises a lock to its strongest mode', () => {
    const statements = [
      statement(1, 100, { lessons: 'SHARE' }),
      statement(2, 5, { lessons: 'ACCESS EXCLUSIVE' }),
      statement(3, 5, {}),
    ];
    expect(lockReport(statements).map(brief)).toEqual(['lessons ACCESS EXCLUSIVE from 2 for 10']);
  });

  it('without a transaction holds a lock for its statement only, and takes the longest of the strongest', () => {
    const statements = [
      statement(1, 50, { lessons: 'SHARE UPDATE EXCLUSIVE' }),
      statement(2, 5, { lessons: 'ACCESS EXCLUSIVE' }),
      statement(3, 7, { lessons: 'ACCESS EXCLUSIVE' }),
      statement(4, 90, {}),
    ];
    expect(lockReport(statements, { transaction: false }).map(brief)).toEqual([
      'lessons ACCESS EXCLUSIVE from 3 for 7',
    ]);
  });

  it('is heavy where a relation is rewritten, rebuilt or read while nobody can write to it', () => {
    const report = lockReport([
      statement(1, 1, {
        a: 'SHARE',
        b: 'SHARE UPDATE EXCLUSIVE',
        c: 'ROW EXCLUSIVE',
        d_idx: 'ACCESS EXCLUSIVE',
      }),
      statement(
        2,
        1,
        { e: 'ACCESS EXCLUSIVE' },
        { scanned: { a: 7, b: 8, c: 9, e: 10 }, rebuilt: ['d_idx'], rewritten: ['e'] },
      ),
      statement(3, 1, {}, { scanned: { a: 3 } }),
    ]);
    expect(report.map(brief)).toEqual([
      'e ACCESS EXCLUSIVE from 2 for 2, heavy',
      'd_idx ACCESS EXCLUSIVE from 1 for 3, heavy',
      'a SHARE from 1 for 3, heavy',
      'b SHARE UPDATE EXCLUSIVE from 1 for 3',
      'c ROW EXCLUSIVE from 1 for 3',
    ]);
    expect(report.map(({ work }) => work)).toEqual([
      { rewrites: 1, rebuilds: 0, scans: 1, rows: 10 },
      { rewrites: 0, rebuilds: 1, scans: 0, rows: 0 },
      { rewrites: 0, rebuilds: 0, scans: 2, rows: 7 },
      { rewrites: 0, rebuilds: 0, scans: 0, rows: 0 },
      { rewrites: 0, rebuilds: 0, scans: 0, rows: 0 },
    ]);
  });

  it('does not count work that came before the lock, or in another statement without a transaction', () => {
    const statements = [
      statement(1, 1, {}, { scanned: { a: 5 } }),
      statement(2, 1, { a: 'ACCESS EXCLUSIVE' }),
      statement(3, 1, {}, { scanned: { a: 5 } }),
    ];
    expect(lockReport(statements).map(({ work }) => work.scans)).toEqual([1]);
    expect(lockReport(statements, { transaction: false }).map(({ heavy }) => heavy)).toEqual([false]);
  });

  it('adds up the rows that the file writes', () => {
    const [lock] = lockReport([
      statement(1, 1, { a: 'ROW EXCLUSIVE' }, { inserted: { a: 3, b: 100 } }),
      statement(2, 1, {}, { inserted: { a: 4 } }),
    ]);
    expect(lock?.written).toEqual({ inserted: 7, updated: 0, deleted: 0 });
  });

  it('has the same order whatever the order of equal ones', () => {
    const locks = { b: 'SHARE', a: 'SHARE', a_idx: 'SHARE', d: 'EXCLUSIVE', c: 'ACCESS SHARE' } as const;
    const reversed = Object.fromEntries(Object.entries(locks).toReversed());
    const names = [locks, reversed].map((some) =>
      lockReport([statement(1, 1, some)]).map(({ relation }) => relation.name),
    );
    expect(names).toEqual([
      ['d', 'a', 'b', 'a_idx', 'c'],
      ['d', 'a', 'b', 'a_idx', 'c'],
    ]);
  });

  it('puts what blocks readers before what is done while only writers wait, and heavy work first among equals', () => {
    const report = lockReport([
      statement(
        1,
        1,
        { read: 'ACCESS EXCLUSIVE', scanned: 'SHARE', long: 'EXCLUSIVE' },
        { scanned: { scanned: 1 } },
      ),
    ]);
    expect(report.map(({ relation }) => relation.name)).toEqual(['read', 'scanned', 'long']);
  });

  it('of nothing is empty', () => {
    expect(lockReport([])).toEqual([]);
  });
});

describe('worstText', () => {
  it.each<[expected: string | undefined, statements: readonly MeasuredStatement[]]>([
    [
      'ACCESS EXCLUSIVE on lessons for 41 ms, one scan',
      [statement(1, 41, { lessons: 'ACCESS EXCLUSIVE', courses: 'SHARE' }, { scanned: { lessons: 3 } })],
    ],
    [
      'ACCESS EXCLUSIVE on t for 1.2 s, 2 rewrites, 2 scans',
      [
        statement(1, 1000, { t: 'ACCESS EXCLUSIVE' }, { rewritten: ['t'], scanned: { t: 3 } }),
        statement(2, 234, {}, { rewritten: ['t'], scanned: { t: 3 } }),
      ],
    ],
    [
      'ACCESS EXCLUSIVE on t_a_idx for 3 min 20 s, one rebuild',
      [statement(1, 200_000, { t_a_idx: 'ACCESS EXCLUSIVE', t: 'SHARE' }, { rebuilt: ['t_a_idx'] })],
    ],
    ['SHARE UPDATE EXCLUSIVE on t for 1 ms', [statement(1, 0.2, { t: 'SHARE UPDATE EXCLUSIVE' })]],
    [undefined, [statement(1, 5, { t: 'ACCESS SHARE' })]],
    [undefined, []],
  ])('%s', (expected, statements) => {
    expect(worstText(lockReport(statements))).toBe(expected);
  });

  it('finds the worst of several files', () => {
    const files = [
      [statement(1, 900, { a: 'SHARE' })],
      [statement(1, 2, { b: 'ACCESS EXCLUSIVE' })],
      [statement(1, 1, { c: 'ACCESS EXCLUSIVE' }, { scanned: { c: 1 } })],
    ];
    expect(worstText(files.flatMap((one) => lockReport(one)))).toBe(
      'ACCESS EXCLUSIVE on c for 1 ms, one scan',
    );
  });

  it('says of one lock what it is', () => {
    const [lock] = lockReport([statement(1, 12, { t: 'ROW EXCLUSIVE' })]);
    expect(lock === undefined ? undefined : lockText(lock)).toBe('ROW EXCLUSIVE on t for 12 ms');
  });
});

describe('lock modes', () => {
  it('block what the manual says they conflict with', () => {
    expect(LOCK_MODES.map(blocksOf)).toEqual([
      ...Array<string>(4).fill('blocks other schema changes'),
      ...Array<string>(3).fill('blocks writes'),
      'blocks reads and writes',
    ]);
  });

  it('have a strongest one', () => {
    expect(strongest(['SHARE', 'ROW SHARE', 'SHARE UPDATE EXCLUSIVE'])).toBe('SHARE');
    expect(strongest([])).toBeUndefined();
  });
});
