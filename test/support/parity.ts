/** What scikit-learn answers on our own tiny texts: numbers made by `test/fixtures/parity/make.py`. */
import { readFileSync } from 'node:fs';
import type { CsrMatrix } from '../../src/core/features/csr.ts';
import { CsrBuilder, documentFrequencies } from '../../src/core/features/csr.ts';
import { countTerms, inverseDocumentFrequencies, tfidf } from '../../src/core/features/tfidf.ts';
import { tokenize } from '../../src/core/text/tokenize.ts';
import { Vocabulary } from '../../src/core/text/vocabulary.ts';

export function parityFixture<Fixture>(name: 'tfidf' | 'logistic' | 'metrics'): Fixture {
  return JSON.parse(
    readFileSync(new URL(`../fixtures/parity/${name}.json`, import.meta.url), 'utf8'),
  ) as Fixture;
}

/** The tf-idf rows of some texts, and of others by the same vocabulary and idf. */
export function tfidfRows(
  texts: readonly string[],
  newTexts: readonly string[],
  options: { sublinear: boolean },
): { vocabulary: Vocabulary; rows: CsrMatrix; newRows: CsrMatrix } {
  const vocabulary = new Vocabulary();
  const counts = new CsrBuilder();
  for (const text of texts) counts.addRow(countTerms(tokenize(text), vocabulary, { grow: true }));
  const newCounts = new CsrBuilder();
  for (const text of newTexts) newCounts.addRow(countTerms(tokenize(text), vocabulary, { grow: false }));
  const known = counts.finish(vocabulary.size);
  const idf = inverseDocumentFrequencies(documentFrequencies(known), texts.length);
  return {
    vocabulary,
    rows: tfidf(known, idf, options),
    newRows: tfidf(newCounts.finish(vocabulary.size), idf, options),
  };
}
