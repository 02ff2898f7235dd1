/** A file that lms-db writes and a person commits: types, a snapshot, proofs. */
export interface GeneratedFile {
  /** As a person would type it. */
  readonly path: string;
  /** Undefined when there is no such file. Throws UsageError when it cannot be read. */
  read(): string | undefined;
  /** Replaces the file as a whole, or leaves it as it was. Makes its folder. Throws UsageError. */
  write(text: string): void;
}
