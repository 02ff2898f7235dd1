import { describe, expect, it } from 'vitest';
import { TYPES_KEYS, typesIn } from '../../../src/config/project-types.ts';
import { DEFAULT_TYPE_SETTINGS } from '../../../src/core/type-settings.ts';

describe('typesIn', () => {
  const read = (value: unknown) => {
    const mistakes: string[] = [];
    const settings = typesIn(value, 'projects.lms.types', (path, problem) =>
      mistakes.push(`${path}: ${problem}`),
    );
    return { settings, mistakes };
  };

  it('lists every setting for the documentation', () => {
    expect(TYPES_KEYS.map(({ key }) => key).sort()).toEqual(Object.keys(DEFAULT_TYPE_SETTINGS).sort());
  });

  it('fills up what is left out', () => {
    expect(read(undefined)).toEqual({ settings: undefined, mistakes: [] });
    expect(read({})).toEqual({ settings: DEFAULT_TYPE_SETTINGS, mistakes: [] });
    expect(read({ camelCase: true, exclude: ['a*'], overrides: { 'a.b': 'string' } }).settings).toEqual({
      ...DEFAULT_TYPE_SETTINGS,
      camelCase: true,
      exclude: ['a*'],
      overrides: { 'a.b': 'string' },
    });
  });

  it('says all mistakes at once', () => {
    expect(
      read({ camelCase: 1, include: 'a', schemas: [1, ''], defaultSchema: '', overrides: [], enums: true })
        .mistakes,
    ).toEqual([
      expect.stringContaining('projects.lms.types.enums: unknown key'),
      'projects.lms.types.overrides: is a list and must be an object of types by column',
      'projects.lms.types.camelCase: is a number and must be true or false',
      'projects.lms.types.include: is text and must be a list',
      'projects.lms.types.schemas[0]: is a number and must be text',
      'projects.lms.types.schemas[1]: is empty',
      'projects.lms.types.defaultSchema: is empty',
    ]);
    expect(read('yes').mistakes).toEqual(['projects.lms.types: is text and must be an object']);
  });
});
