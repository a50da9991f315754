/**
 * Term counts to tf-idf rows, equal to scikit-learn's `TfidfVectorizer` (smooth idf, L2) to 1e-6.
 *
 * Salton & Buckley 1988, "Term-weighting approaches in automatic text retrieval".
 */
import type { Vocabulary } from '../text/vocabulary.ts';
import type { CsrMatrix } from './csr.ts';

export interface TfidfOptions {
  /** 1 + ln(count) in place of the count, so that the tenth occurrence adds less than the first. */
  readonly sublinear: boolean;
}

/** Counts each known term; with `grow`, unknown terms enter the vocabulary, else they are left out. */
export function countTerms(
  terms: readonly string[],
  vocabulary: Vocabulary,
  { grow }: { grow: boolean },
): Map<number, number> {
  const counts = new Map<number, number>();
  for (const term of terms) {
    const id = grow ? vocabulary.add(term) : vocabulary.idOf(term);
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/**
 * ln((1 + records) / (1 + records with the term)) + 1.
 *
 * The ones keep a term that occurs in every record from vanishing, so a pool of one word still has usable rows.
 */
export function inverseDocumentFrequencies(
  documentFrequencies: Int32Array,
  recordCount: number,
): Float64Array {
  return Float64Array.from(
    documentFrequencies,
    (frequency) => Math.log((1 + recordCount) / (1 + frequency)) + 1,
  );
}

/** @param counts records × terms; a row without terms stays empty, all others get length 1 */
export function tfidf(counts: CsrMatrix, idf: Float64Array, options: TfidfOptions): CsrMatrix {
  const values = new Float64Array(counts.values.length);
  for (let row = 0; row < counts.rowCount; row++) {
    const start = counts.rowStarts[row]!;
    const end = counts.rowStarts[row + 1]!;
    let squares = 0;
    for (let at = start; at < end; at++) {
      const count = counts.values[at]!;
      const weight = (options.sublinear ? 1 + Math.log(count) : count) * idf[counts.columns[at]!]!;
      values[at] = weight;
      squares += weight * weight;
    }
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let at = start; at < end; at++) values[at]! *= scale;
  }
  return { ...counts, values };
}
