import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/finding.ts';

/** A finding's or error's code as the source writes it; a template becomes a pattern. */
interface SourceCode {
  readonly pattern: string;
  readonly place: string;
  /** The name in EXIT that stands beside it. */
  readonly exit: string | undefined;
}

/** Collects every code: `code: '…'` of objects and classes, arguments for a parameter `code`, `['…', EXIT.…]`. */
function codesIn(path: string): SourceCode[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: SourceCode[] = [];
  const add = (node: ts.Node | undefined, exit?: string): void => {
    if (node === undefined) return;
    if (ts.isConditionalExpression(node)) {
      add(node.whenTrue, exit);
      add(node.whenFalse, exit);
      return;
    }
    const pattern = patternOf(node);
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    if (pattern !== undefined) found.push({ pattern, exit, place: `${path}:${String(line + 1)}` });
  };
  const positions = codeParameters(source);
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'code') {
      add(node.initializer, exitBeside(node.parent));
    }
    if (ts.isPropertyDeclaration(node) && node.name.getText() === 'code') add(node.initializer);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const position = positions.get(node.expression.getText());
      if (position !== undefined) add(node.arguments?.[position]);
      if (node.expression.getText() === 'StepFailedError') add(node.arguments?.[0]);
    }
    if (ts.isArrayLiteralExpression(node)) {
      const [first, second] = node.elements;
      const exit = second === undefined ? undefined : exitName(second);
      if (exit !== undefined) add(first, exit);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `orphan-${part}` as `orphan-.+`; undefined for what is not written here. */
function patternOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map((span) => `.+${span.literal.text}`).join('');
}

function exitName(node: ts.Node): string | undefined {
  const text = /^EXIT\.(\w+)$/.exec(node.getText())?.[1];
  return text;
}

function exitBeside(parent: ts.Node): string | undefined {
  if (!ts.isObjectLiteralExpression(parent)) return undefined;
  const property = parent.properties.find(
    (candidate) => ts.isPropertyAssignment(candidate) && candidate.name.getText() === 'exitCode',
  );
  return property !== undefined && ts.isPropertyAssignment(property)
    ? exitName(property.initializer)
    : undefined;
}

/** Functions of this file that take a parameter `code`, with its position. */
function codeParameters(source: ts.SourceFile): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  source.forEachChild((node) => {
    if (!ts.isFunctionDeclaration(node) || node.name === undefined) return;
    const position = node.parameters.findIndex((parameter) => parameter.name.getText() === 'code');
    if (position !== -1) positions.set(node.name.text, position);
  });
  return positions;
}

const codes = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  .flatMap(codesIn)
  // PostgreSQL, Node.js and pg have codes too; ours are kebab case.
  .filter(({ pattern }) => /^[a-z0-9]+([-.][a-z0-9.+]+)*$|^\.\+-[a-z]+$/.test(pattern));

const page = readFileSync('docs/formats.md', 'utf8');
const documented = new Map(
  [
    ...page.slice(page.indexOf('## Findings and errors')).matchAll(/^\| `([a-z0-9-]+)` +\| ([^|]*?) +\|/gm),
  ].map(([, code = '', exit = '']) => [code, exit] as const),
);
const matching = (pattern: string): string[] =>
  [...documented.keys()].filter((code) => new RegExp(`^${pattern}$`).test(code));

describe('the codes of findings and errors', () => {
  it('are all in docs/formats.md', () => {
    expect(codes.length).toBeGreaterThan(40);
    const missing = codes.filter(({ pattern }) => matching(pattern).length === 0);
    expect(missing.map(({ pattern, place }) => `${pattern} (${place})`)).toEqual([]);
  });

  it('are all in the source', () => {
    const invented = [...documented.keys()].filter(
      (code) => !codes.some(({ pattern }) => new RegExp(`^${pattern}$`).test(code)),
    );
    expect(invented).toEqual([]);
  });

  it('are documented with the exit code that stands beside them', () => {
    const wrong = codes.flatMap(({ pattern, exit, place }) => {
      // A template stands for several codes, and other lines may say more about one of them.
      if (exit === undefined || pattern.includes('.+')) return [];
      const value = String(EXIT[exit as keyof typeof EXIT]);
      return matching(pattern)
        .filter((code) => documented.get(code) !== value)
        .map((code) => `${code}: ${String(documented.get(code))} in the page, ${value} in ${place}`);
    });
    expect(wrong).toEqual([]);
  });
});
