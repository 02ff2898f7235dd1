import { EXIT } from '../finding.ts';
import type { Finding } from '../finding.ts';
import { placeAt } from '../place.ts';
import type { Hit, Rule } from './rule.ts';
import type { LintFile } from './statement.ts';

/** Turns hits into findings with places; it knows the texts of all files. */
export class FindingMaker {
  readonly #texts = new Map<string, string>();

  add({ path, text }: LintFile): void {
    this.#texts.set(path, text);
  }

  /** The finding of a hit in a file, or in the file that the hit names. */
  finding(rule: Rule, hit: Hit, file: LintFile | undefined): Finding {
    const path = hit.origin?.path ?? file?.path ?? '';
    const offset = hit.origin?.offset ?? hit.offset ?? 0;
    return {
      code: rule.id,
      severity: hit.severity ?? rule.severity,
      message: hit.message,
      hint: hit.hint ?? rule.rewrite,
      place: placeAt(path, this.#texts.get(path) ?? '', offset),
      version: hit.origin?.version ?? file?.version,
      exitCode: EXIT.lint,
    };
  }

  /** The finding of a text that PostgreSQL's parser refuses. */
  syntax(
    file: LintFile,
    { message, offset }: { readonly message: string; readonly offset: number },
  ): Finding {
    return {
      code: 'syntax-error',
      severity: 'error',
      exitCode: EXIT.lint,
      message,
      hint: 'correct the statement; the parser is that of PostgreSQL 18',
      place: placeAt(file.path, file.text, offset),
      version: file.version,
    };
  }
}
