/**
 * Reads a sample of the pool as sequences of terms: what word vectors are learned from. It lies in memory that threads
 * share, because another one learns.
 */
import type { CsrMatrix } from '../../core/features/csr.ts';
import { type GeneralVectors, type KnownTerms, knownTerms } from '../../core/features/general-vectors.ts';
import { TOKENS_PER_RECORD } from '../../core/features/word-vectors.ts';
import { sharedArray } from '../../core/kernels/large.ts';
import { Random } from '../../core/random.ts';
import { tokenize } from '../../core/text/tokenize.ts';
import type { Pool } from './pool.ts';

/** Word vectors want thousands of records, not all: simulations reach their figures with 2,000 to 18,000. */
const SAMPLED_RECORDS = 20_000;
const SEED = 1;
/** Texts in memory at once. */
const TEXTS_AT_ONCE = 500;

export interface PoolSample {
  /** Ascending. */
  readonly rows: Int32Array;
  readonly tfidf: CsrMatrix;
  /** By row: features in reading order, -1 for a word that the index does not know. */
  readonly sequences: readonly Int32Array[];
  /** What general text says of the features, where it was asked. */
  readonly known: KnownTerms | undefined;
}

/**
 * @param readTexts the texts of rows, undefined where a file has changed; such rows lend their counts only
 */
export async function samplePool(
  pool: Pool,
  readTexts: (rows: Int32Array) => Promise<readonly (string | undefined)[]>,
  general: GeneralVectors | undefined,
): Promise<PoolSample> {
  const positions = new Random(SEED).sample(pool.rows.length, SAMPLED_RECORDS);
  const rows = positions.map((at) => pool.rows[at]!).sort();
  const featureOf = pool.featuresByTerm();
  const sequences: Int32Array[] = [];
  const places = sharedArray(Int32Array, rows.length * TOKENS_PER_RECORD);
  let filled = 0;
  for (let from = 0; from < rows.length; from += TEXTS_AT_ONCE) {
    for (const text of await readTexts(rows.subarray(from, from + TEXTS_AT_ONCE))) {
      const terms = text === undefined ? [] : tokenize(text).slice(0, TOKENS_PER_RECORD);
      const first = filled;
      for (const term of terms) places[filled++] = featureOf.get(term) ?? -1;
      sequences.push(places.subarray(first, filled));
    }
  }
  const known = general && knownTerms(general, pool.featureCount, (feature) => pool.termOf(feature));
  return { rows, tfidf: sharedRows(pool.tfidf(rows)), sequences, known };
}

function sharedRows(matrix: CsrMatrix): CsrMatrix {
  const columns = sharedArray(Int32Array, matrix.columns.length);
  const values = sharedArray(Float64Array, matrix.values.length);
  columns.set(matrix.columns);
  values.set(matrix.values);
  return { ...matrix, columns, values };
}
