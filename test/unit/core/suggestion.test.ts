import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../../src/core/suggestion.ts';

const known = ['transaction', 'lock-timeout', 'statement-timeout', 'risk', 'url'];

describe('nearest', () => {
  it.each([
    ['transacton', 'transaction'],
    ['transactoin', 'transaction'],
    ['Transaction', 'transaction'],
    ['lock_timeout', 'lock-timeout'],
    ['rsik', 'risk'],
    ['ulr', 'url'],
    ['todo', undefined],
    ['author', undefined],
    ['x', undefined],
  ])('takes %s for %s', (written, meant) => {
    expect(nearest(written, known)).toBe(meant);
  });
});

describe('didYouMean', () => {
  it('lists what there is when nothing is near', () => {
    expect(didYouMean('rsik', known)).toBe('did you mean risk?');
    expect(didYouMean('todo', ['a', 'b'])).toBe('known are a, b');
  });
});
