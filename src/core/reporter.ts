import type { Report } from './report.ts';

/** Turns a report into text. Adding one is adding a file in reporters/, whose name is its id. */
export interface Reporter {
  /** What it is for, for the help. */
  readonly summary: string;
  readonly render: (report: Report, style: Style) => string;
}

/** Colours, or their absence. Nothing is said by colour alone. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

/** A style without colours. */
export const PLAIN: Style = {
  good: (text) => text,
  bad: (text) => text,
  warn: (text) => text,
  dim: (text) => text,
  bold: (text) => text,
};
