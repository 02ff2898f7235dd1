import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const filesOf = (folder: string): readonly string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder))
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(root, folder, name))
    : [];

const goldens = filesOf('test/fixtures/types');
const generated = filesOf('types');

/** What `tsc --strict` says, with whatever makes it stricter still. */
function complaints(files: readonly string[]): readonly string[] {
  const program = ts.createProgram([...files], {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    isolatedModules: true,
    verbatimModuleSyntax: true,
    noUnusedLocals: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    skipLibCheck: true,
  });
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line =
      file === undefined
        ? ''
        : `${file.fileName}:${ts.getLineAndCharacterOfPosition(file, start ?? 0).line + 1} `;
    return line + ts.flattenDiagnosticMessageText(messageText, '\n');
  });
}

describe('generated types', () => {
  it('compile under --strict: the golden ones, those of the projects, and a program over them', () => {
    expect(goldens.length).toBeGreaterThanOrEqual(4);
    expect(generated.length).toBeGreaterThan(0);
    expect(complaints([...goldens, ...generated])).toEqual([]);
  }, 180_000);

  it('refuse in the program what they must refuse, each mark for itself', () => {
    const text = readFileSync(join(root, 'test/fixtures/types/program.ts'), 'utf8');
    // An unused mark is an error, so that the test above proves each of them; here only that they are there.
    expect(text.match(/@ts-expect-error/g)?.length).toBeGreaterThanOrEqual(13);
  });

  it('import nothing but Kysely', () => {
    for (const file of [...goldens.filter((name) => name.includes('awkward')), ...generated]) {
      const imports = [...readFileSync(file, 'utf8').matchAll(/^import .* from "(.*)";$/gm)];
      expect(
        imports.map(([, module]) => module),
        file,
      ).toEqual(['kysely']);
    }
  });
});
