/**
 * Word vectors learned from the pool alone: words are alike that keep the same company.
 *
 * Positive pointwise mutual information within a window, reduced by SVD (Levy, Goldberg & Dagan 2015). Their
 * section 3 names the choices; ours were measured: no context smoothing, a wide window weighted by 1 / distance,
 * and U·S^1.5 where .5 is usual. The steep power lets the leading topics speak and the long tail whisper, which is
 * what few labels can use.
 */
import { largeArray } from '../kernels/large.ts';
import type { Random } from '../random.ts';
import type { CsrMatrix } from './csr.ts';
import { normaliseRows } from './linear-algebra.ts';
import { symmetricSingularVectors } from './svd.ts';

export const WORD_VECTOR_DIMENSIONS = 100;
export const TOKENS_PER_RECORD = 400;
const WINDOW = 10;
const SPECTRUM_POWER = 1.5;

export interface TermVectors {
  readonly dimensions: number;
  /** Terms × dimensions, each row of length 1, or 0 for a term without company. */
  readonly vectors: Float32Array;
}

/**
 * @param records the terms of each record in reading order; -1 keeps the place of a term that is not counted
 * @param termCount terms are 0 … termCount-1
 */
export function wordVectors(records: Iterable<Int32Array>, termCount: number, random: Random): TermVectors {
  const ppmi = positivePointwiseInformation(coOccurrences(records, termCount));
  const { dimensions, vectors, singularValues } = symmetricSingularVectors(
    ppmi,
    WORD_VECTOR_DIMENSIONS,
    random,
  );
  const scaled = largeArray(Float32Array, vectors.length);
  for (let at = 0; at < scaled.length; at++) {
    scaled[at] = vectors[at]! * singularValues[at % dimensions]! ** SPECTRUM_POWER;
  }
  return { dimensions, vectors: normaliseRows(scaled, dimensions) };
}

/**
 * Symmetric counts of neighbours, each weighted by 1 / distance: term × term.
 *
 * All records lie in one array with gaps of a window between them. Each term in turn walks over its own places
 * and adds up its neighbours in a dense row, so no pair is ever hashed or sorted.
 */
function coOccurrences(records: Iterable<Int32Array>, termCount: number): CsrMatrix {
  const { tokens, starts, places } = placesByTerm(records, termCount);
  const row = new Float64Array(termCount);
  const touched = new Int32Array(termCount);
  const rowStarts = new Int32Array(termCount + 1);
  let columns = new Int32Array(1 << 16);
  let values = new Float64Array(1 << 16);
  let length = 0;

  for (let term = 0; term < termCount; term++) {
    let touchedCount = 0;
    for (let at = starts[term]!; at < starts[term + 1]!; at++) {
      const place = places[at]!;
      for (let distance = 1; distance <= WINDOW; distance++) {
        const weight = 1 / distance;
        const before = tokens[place - distance]!;
        if (before >= 0) {
          if (row[before] === 0) touched[touchedCount++] = before;
          row[before]! += weight;
        }
        const after = tokens[place + distance]!;
        if (after >= 0) {
          if (row[after] === 0) touched[touchedCount++] = after;
          row[after]! += weight;
        }
      }
    }
    if (length + touchedCount > columns.length) {
      const capacity = 2 * (length + touchedCount);
      const moreColumns = largeArray(Int32Array, capacity);
      const moreValues = largeArray(Float64Array, capacity);
      moreColumns.set(columns);
      moreValues.set(values);
      [columns, values] = [moreColumns, moreValues];
    }
    for (let at = 0; at < touchedCount; at++) {
      columns[length] = touched[at]!;
      values[length++] = row[touched[at]!]!;
      row[touched[at]!] = 0;
    }
    rowStarts[term + 1] = length;
  }
  return {
    rowCount: termCount,
    columnCount: termCount,
    rowStarts,
    columns: columns.subarray(0, length),
    values: values.subarray(0, length),
  };
}

/** All tokens with gaps of -1 between records, and where each term stands among them. */
function placesByTerm(
  records: Iterable<Int32Array>,
  termCount: number,
): { tokens: Int32Array; starts: Int32Array; places: Int32Array } {
  const parts = [...records];
  const length = parts.reduce((sum, part) => sum + Math.min(part.length, TOKENS_PER_RECORD) + WINDOW, WINDOW);
  const tokens = largeArray(Int32Array, length).fill(-1);
  let filled = WINDOW;
  for (const part of parts) {
    tokens.set(part.subarray(0, TOKENS_PER_RECORD), filled);
    filled += Math.min(part.length, TOKENS_PER_RECORD) + WINDOW;
  }
  const starts = new Int32Array(termCount + 1);
  for (const token of tokens) if (token >= 0) starts[token + 1]!++;
  for (let term = 0; term < termCount; term++) starts[term + 1]! += starts[term]!;
  const places = largeArray(Int32Array, starts[termCount]!);
  const next = starts.slice(0, termCount);
  tokens.forEach((token, place) => {
    if (token >= 0) places[next[token]!++] = place;
  });
  return { tokens, starts, places };
}

/** max(0, log p(term, context) / (p(term) p(context))); cells at 0 are left out. */
function positivePointwiseInformation(counts: CsrMatrix): CsrMatrix {
  const { rowCount, rowStarts, columns, values } = counts;
  const occurrences = new Float64Array(rowCount);
  let total = 0;
  for (let row = 0; row < rowCount; row++) {
    for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at++) occurrences[row]! += values[at]!;
    total += occurrences[row]!;
  }
  const keptStarts = new Int32Array(rowCount + 1);
  let kept = 0;
  for (let row = 0; row < rowCount; row++) {
    for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at++) {
      const column = columns[at]!;
      const information = Math.log((values[at]! * total) / (occurrences[row]! * occurrences[column]!));
      if (information <= 0) continue;
      // Written over the counts, which are done with: the matrix can be as large as memory allows.
      columns[kept] = column;
      values[kept++] = information;
    }
    keptStarts[row + 1] = kept;
  }
  return {
    rowCount,
    columnCount: rowCount,
    rowStarts: keptStarts,
    columns: columns.subarray(0, kept),
    values: values.subarray(0, kept),
  };
}
