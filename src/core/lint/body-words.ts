import { tokensOf } from '../tokens.ts';

/** The words and signs of a body, in upper case and without comments; texts are '…'. With their UTF-16 offsets in it. */
export function wordsOf(body: string): readonly { readonly word: string; readonly offset: number }[] {
  return [...tokensOf(body)].map(({ kind, start, end }) => ({
    word: kind === 'string' || kind === 'dollar-string' ? "'…'" : body.slice(start, end).toUpperCase(),
    offset: start,
  }));
}
