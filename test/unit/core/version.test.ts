import { describe, expect, it } from 'vitest';
import { parseFileName } from '../../../src/core/version.ts';

describe('parseFileName', () => {
  it.each([
    ['20251103000000-create-courses.sql', '20251103000000', '-', 'create-courses'],
    ['007_create_courses.sql', '007', '_', 'create_courses'],
    ['1-x.sql', '1', '-', 'x'],
    ['0001-v1.2.sql', '0001', '-', 'v1.2'],
    ['0001-größe.sql', '0001', '-', 'größe'],
  ])('reads %s', (fileName, version, separator, name) => {
    expect(parseFileName(fileName)).toEqual({ value: { version, separator, name } });
  });

  it.each([
    ['create-courses.sql', 'has no version in front'],
    ['20251103000000.sql', 'has a version but no description'],
    ['0001-.sql', 'has a version but no description'],
    ['0001.create.sql', 'has "." after its version, where - or _ comes'],
    ['0001 create.sql', 'has " " after its version, where - or _ comes'],
    ['0001create.sql', 'has "c" after its version, where - or _ comes'],
    ['0001-create courses.sql', 'has a space in its description'],
    ["0001-o'neil.sql", 'has "\'" in its description'],
    ['0001--create.sql', 'has "--" after its version, where one - or _ comes'],
    ['0001__create.sql', 'has "__" after its version, where one - or _ comes'],
    ['0001-create.up.sql', 'ends in .up.sql, which is the naming of another tool'],
    ['V7__create_courses.sql', 'is named for Flyway: a version has no letter in front'],
    ['0001-create.txt', 'does not end in .sql'],
    ['٣-create.sql', 'has no version in front'],
  ])('refuses %s: it %s', (fileName, problem) => {
    expect(parseFileName(fileName).problem).toBe(problem);
  });

  it('says under which name the file of another tool would be read', () => {
    expect(parseFileName('V7__create_courses.sql')).toMatchObject({ hint: 'name it 7_create_courses.sql' });
    expect(parseFileName('0001-create.down.sql')).toMatchObject({
      hint: 'the way up stands in migrations/ and the way down in rollbacks/, both as 0001-create.sql',
    });
  });
});
