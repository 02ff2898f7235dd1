/** What a template is told. */
export interface Request {
  /** `find-orphans`: the file's name and the id. */
  readonly name: string;
  /** `findOrphans`: the name of a value. */
  readonly camel: string;
  /** Reads a file of the repository, by its path from the root. */
  readonly read: (path: string) => string;
}

/** Files to write and files to change, by their paths from the root. */
export interface Scaffold {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** The whole text of each changed file. */
  readonly edits: readonly { readonly path: string; readonly text: string }[];
  /** What is left to do by hand. */
  readonly next: readonly string[];
}

/** Makes the files of one kind. Throws Error when a list that it has to extend does not look as expected. */
export type Template = (request: Request) => Scaffold;

/** The text with an insertion right before the one place where `before` matches. Throws Error. */
export function inserted(text: string, before: RegExp, insertion: string, path: string): string {
  const match = before.exec(text);
  if (match === null) throw new Error(`${path} does not look as this script expects: no ${before.source}`);
  return text.slice(0, match.index) + insertion + text.slice(match.index);
}
