import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenChecksumOf } from '../../../src/core/checksum.ts';
import { parsePin, pinOf } from '../../../src/core/pin.ts';
import type { PlanPin } from '../../../src/core/pin.ts';
import { planUp } from '../../../src/core/plan.ts';
import type { Plan } from '../../../src/core/plan.ts';
import { file, stateOf } from '../../support/migrations.ts';
import type { Texts } from '../../support/migrations.ts';

const a = file('0001-a');
const guarded: Texts = { guard: '-- @check one\nselect 1 where false;' };

function plan(texts: Texts = guarded, applied: readonly ReturnType<typeof file>[] = [a]): Plan {
  return planUp([a, file('0002-b', texts), file('0003-c')], stateOf(applied), {}, { tokenChecksumOf });
}

const pinned = pinOf(plan(), 'app');

/** The pin as a file, with something changed by hand. */
function changed(change: Record<string, unknown>): string {
  return JSON.stringify({ ...pinned, ...change });
}

describe('a pinned plan', () => {
  it('names what it starts from and what it runs, in order', () => {
    expect(pinned).toMatchObject({ formatVersion: 1, project: 'app', from: '0001' });
    expect(pinned.steps.map((step) => [step.version, step.name])).toEqual([
      ['0002', 'b'],
      ['0003', 'c'],
    ]);
  });

  it('is the same after it was written and read', () => {
    expect(parsePin(`${JSON.stringify(pinned, undefined, 2)}\n`)).toEqual(pinned);
    const fromNothing = pinOf(plan(guarded, []), 'app');
    expect(fromNothing.from).toBeUndefined();
    expect(parsePin(JSON.stringify(fromNothing))).toEqual(fromNothing);
  });

  it('is the same for the same plan', () => {
    expect(pinOf(plan(), 'app')).toEqual(pinned);
    expect(pinOf(plan({ ...guarded, up: 'create table "b" ();\r\n' }), 'app').hash).toBe(
      pinOf(plan({ ...guarded, up: 'create table "b" ();\n' }), 'app').hash,
    );
  });

  it.each<[what: string, other: PlanPin]>([
    ['another text', pinOf(plan({ ...guarded, up: 'create table b (id int);' }), 'app')],
    ['another comment', pinOf(plan({ ...guarded, up: 'create table "b" (); -- x' }), 'app')],
    ['another rollback', pinOf(plan({ ...guarded, down: 'drop table b;' }), 'app')],
    ['no rollback', pinOf(plan({ ...guarded, down: undefined }), 'app')],
    ['another guard', pinOf(plan({ guard: '-- @check one\nselect 2 where false;' }), 'app')],
    ['no guard', pinOf(plan({}), 'app')],
    ['the rollback’s text as guard', pinOf(plan({ down: undefined, guard: 'drop table "b";' }), 'app')],
    ['another project', pinOf(plan(), 'other')],
    ['another beginning', pinOf(plan(guarded, []), 'app')],
    ['fewer steps', pinOf({ ...plan(), steps: plan().steps.slice(0, 1) }, 'app')],
    ['another order', pinOf({ ...plan(), steps: [...plan().steps].reverse() }, 'app')],
  ])('has another hash for %s', (_, other) => {
    expect(other.hash).not.toBe(pinned.hash);
  });

  it.each<[what: string, text: string]>([
    ['nothing', ''],
    ['no JSON', 'plan'],
    ['null', 'null'],
    ['a list', '[]'],
    ['half a file', JSON.stringify(pinned).slice(0, 80)],
    ['another format version', changed({ formatVersion: 2 })],
    ['no format version', changed({ formatVersion: undefined })],
    ['another project', changed({ project: 'other' })],
    ['no project', changed({ project: undefined })],
    ['another beginning', changed({ from: '0000' })],
    ['no beginning', changed({ from: undefined })],
    ['an empty beginning', changed({ from: null })],
    ['a hash that is no text', changed({ hash: 1 })],
    ['another hash', changed({ hash: pinned.hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) })],
    ['a step left out', changed({ steps: pinned.steps.slice(1) })],
    ['steps in another order', changed({ steps: [pinned.steps[1], pinned.steps[0]] })],
    ['another checksum', changed({ steps: [{ ...pinned.steps[0], checksum: '0' }, pinned.steps[1]] })],
    ['a step without a name', changed({ steps: [{ version: '0002', checksum: 'x' }] })],
    ['a step that is null', changed({ steps: [null] })],
    ['steps that are no list', changed({ steps: {} })],
  ])('is refused when the file holds %s', (_, text) => {
    expect(parsePin(text)).toBeUndefined();
  });

  it('is refused, or means the same, after any change of one character', () => {
    const text = JSON.stringify(pinned);
    fc.assert(
      fc.property(
        fc.nat({ max: text.length - 1 }),
        fc.constantFrom('0', 'a', '"', ',', ' '),
        (at, character) => {
          const read = parsePin(text.slice(0, at) + character + text.slice(at + 1));
          if (read !== undefined) expect(read).toEqual(pinned);
        },
      ),
    );
  });
});
