import { describe, expect, it } from 'vitest';
import { Confidential } from '../../../src/cli/confidential.ts';

describe('what is confidential', () => {
  it('goes out of every text of a value, however deep, and leaves the rest as it is', () => {
    const gate = new Confidential([], {});
    gate.keep(['hunter2+x'], []);
    const at = new Date(0);
    expect(
      gate.value({ a: ['it is hunter2+x', 7, null], b: { at, c: 'encoded hunter2%2Bx' }, d: undefined }),
    ).toEqual({
      a: ['it is ***', 7, null],
      b: { at, c: 'encoded ***' },
      d: undefined,
    });
  });

  it.each([
    'a.b*c',
    '(x|y)',
    'line\nend',
    'ünïcödé',
    '😀😀',
    '[z]\\',
    '^$^$',
    '/a/b/',
    "o'clock",
    'x-y&z',
    'ab',
  ])('is %j wherever it stands, plain or percent-encoded, and nothing beside it', (secret) => {
    const gate = new Confidential([], {});
    gate.keep(['another secret'], []);
    gate.keep([secret], []);
    for (const form of [secret, encodeURIComponent(secret), encodeURI(secret)]) {
      expect(gate.text(`${form} at both ends ${form}`)).toBe('*** at both ends ***');
    }
    expect(gate.text('axb_c xy zab')).toBe('axb_c xy zab');
  });

  it('does not hide the target: a password that is the name of the user or database is none', () => {
    const gate = new Confidential([], { PGPASSWORD: 'postgres' });
    gate.keep(['lms'], ['app', 'lms']);
    expect(gate.text('lms · postgres@localhost:5432/lms')).toBe('lms · postgres@localhost:5432/lms');
  });

  it('knows the arguments and variables before anybody has parsed them', () => {
    const env = { DATABASE_URL: 'postgresql://u:fr0m-env@h/d', PGPASSWORD: 'fr0m-variable' };
    const gate = new Confidential(['up', '--url=postgresql://u:fr0m-flag@h/d'], env);
    const text = gate.text('--url=postgresql://u:fr0m-flag@h/d postgresql://u:fr0m-env@h/d fr0m-variable');
    expect(text).toBe('--url=postgresql://u:***@h/d postgresql://u:***@h/d ***');
  });

  it.each([
    ["alter role app password 'geheim'", "alter role app password '******'"],
    ["CREATE USER x PASSWORD  'it''s';", "CREATE USER x PASSWORD  '*****';"],
    ['the password is wrong', 'the password is wrong'],
  ])('of SQL is the literal after PASSWORD: %s', (sql, shown) => {
    expect(new Confidential([], {}).text(sql)).toBe(shown);
  });

  it('lets nothing through that moves the cursor', () => {
    expect(new Confidential([], {}).text('a\u001b[2Jb\u0007\tc\r\nd\u009b')).toBe('a�[2Jb�\tc\nd�');
  });
});
