import { describe, expect, it } from 'vitest';
import { MASK, maskUrl, secretPattern } from '../../../../src/backends/connection/mask.ts';

describe('maskUrl', () => {
  it.each([
    ['postgres://app@h:5432/d', 'postgres://app@h:5432/d'],
    ['postgres://h:5432/d?sslmode=require', 'postgres://h:5432/d?sslmode=require'],
    ['postgres://app:secret@h:5432/d', 'postgres://app:***@h:5432/d'],
    ['postgres://app:se%40cret@h/d', 'postgres://app:***@h/d'],
    ['postgres://app:se@cret@h/d', 'postgres://app:***@h/d'],
    ['postgres://app:se:cret@h/d', 'postgres://app:***@h/d'],
    ['postgres://app:se/cret@h/d', 'postgres://app:***@h/d'],
    ['postgres://app:se?cret@h/d', 'postgres://app:***@h/d'],
    ['postgres://app:se@c?ret@h/d', 'postgres://app:***@h/d'],
    ['postgres://app:s#cret@h/d', 'postgres://app:***@h/d'],
    ['postgres://:secret@h/d', 'postgres://:***@h/d'],
    ['postgres://app:secret@', 'postgres://app:***@'],
    ['postgres://app:secret', 'postgres://app:***'],
    ['postgres://app:secret@[::1]:5432/d', 'postgres://app:***@[::1]:5432/d'],
    ['mysql://app:secret@h/d', 'mysql://app:***@h/d'],
    ['jdbc:postgresql://h/d?user=app&password=secret', 'jdbc:postgresql://h/d?user=app&password=***'],
    ['postgres://h/d?password=secret&sslmode=require', 'postgres://h/d?password=***&sslmode=require'],
    ['postgres://h/d?PASSWORD=secret', 'postgres://h/d?PASSWORD=***'],
    ['postgres://h/d?pass%77ord=secret', 'postgres://h/d?pass%77ord=***'],
    ['postgres://h/d?sslpassword=secret', 'postgres://h/d?sslpassword=***'],
    ['postgres://h/d?password=se&cret', 'postgres://h/d?password=***&***'],
    ['postgres://app:secret@h/d?application_name=a@b', 'postgres://app:***@h/d?application_name=a@b'],
    ['host=h password=secret dbname=d', 'host=h password=*** dbname=d'],
    ["host=h password='se cret' dbname=d", 'host=h password=*** dbname=d'],
    [String.raw`password='it\'s secret' host=h`, 'password=*** host=h'],
    [String.raw`password=se\ cret host=h`, 'password=*** host=h'],
    ["password = 'never closed host=h", 'password = ***'],
    ['sslpassword=secret host=h', 'sslpassword=*** host=h'],
    ['app:secret@h/d', 'app:***@h/d'],
    ['mydb', 'mydb'],
    ['', ''],
  ])('masks %s', (text, masked) => {
    expect(maskUrl(text)).toBe(masked);
  });

  it('never lets a password through, whatever characters it has', () => {
    const specials = ['@', ':', '/', '?', '#', '&', '=', '%', ' ', '+', "'", '\\', '[', ']', ','];
    for (const first of specials) {
      for (const second of specials) {
        const password = `aaSECRET${first}SECRET${second}SECRETzz`;
        const encoded = encodeURIComponent(password);
        const quoted = password.replace(/['\\]/g, '\\$&');
        for (const text of [
          `postgres://app:${password}@db/lms`,
          `postgres://app:${encoded}@db/lms`,
          `postgres://app:${encoded}@db/lms?sslmode=require`,
          `postgres://db/lms?password=${encoded}&sslmode=require`,
          `host=db password='${quoted}' dbname=lms`,
        ]) {
          expect(maskUrl(text)).not.toContain('SECRET');
        }
      }
    }
  });
});

describe('secretPattern', () => {
  it.each<[string, string[], string]>([
    ['auth failed for s3cret!', ['s3cret!'], 'auth failed for ***'],
    ['bad URL postgres://a:p%40ss%2Fword@h', ['p@ss/word'], 'bad URL postgres://a:***@h'],
    ['password "ab" of table ab_c in cab', ['ab'], 'password "***" of table ab_c in cab'],
    ['nothing here', [], 'nothing here'],
    ['nothing here', [''], 'nothing here'],
    ['longer and long', ['long', 'longer'], '*** and ***'],
    ['a.*b', ['.*'], 'a.*b'],
  ])('masks %j of %j', (text, secrets, masked) => {
    expect(text.replace(secretPattern(secrets), MASK)).toBe(masked);
  });
});
