/**
 * Features learned from the unlabelled pool: what makes few answers go far.
 *
 * A record's row is [ a | b | c ]: (a) its tf-idf row x; (b) latent semantics x·V / ‖x·V‖, the pool's 50 leading
 * singular directions (Deerwester et al. 1990); (c) its words' vectors, centred on the pool's mean record:
 * (x·P / ‖x·P‖ − μ) / ‖…‖. Where general text says something of the words, P joins it with what the pool taught
 * (`general-vectors.ts`), and c is 1.2 times as long. The dense part Z = [ b | c ] / ‖…‖ is the space in which records are compared.
 */
import { largeArray } from '../kernels/large.ts';
import type { Random } from '../random.ts';
import { type CsrMatrix, usedColumns } from './csr.ts';
import type { DenseRows } from './dense-rows.ts';
import { generalWeight, joinedVectors, type KnownTerms } from './general-vectors.ts';
import { normaliseRows } from './linear-algebra.ts';
import { rightSingularVectors } from './svd.ts';
import { type TermVectors, TOKENS_PER_RECORD, WORD_VECTOR_DIMENSIONS, wordVectors } from './word-vectors.ts';

export const LATENT_DIMENSIONS = 50;
/** Words of fewer records have no vector: too little company to judge them by. */
export const LEAST_RECORDS_PER_WORD = 3;
/**
 * How much heavier the word part is where it says what two say. Accuracy on the same 50 / 100 / 200 random answers (means of
 * these and of twelve draws) with weights 1 / 1.2 / 1.4: mr .668 / .670 / .671, trec6 .662 / .662 / .659, r8 .922 / .922 /
 * .922, agnews10k .819 / .822 / .824.
 */
const JOINED_WEIGHT = 1.2;

export interface PoolFeatures {
  /** Column of a tf-idf row → its row in the vectors, or -1 for a term that no learned record holds. */
  readonly places: Int32Array;
  readonly latent: TermVectors;
  /** Shorter: terms that have a vector here come first, and half of all are too rare for one. */
  readonly words: TermVectors;
  /** The mean record in the space of the word vectors. */
  readonly centre: Float64Array;
  /** The length of a record's word part. */
  readonly wordWeight: number;
}

/**
 * @param rows tf-idf rows of the pool or of a sample of it
 * @param sequences the same records' terms in reading order, as columns of `rows`; -1 for a term of no column
 * @param known what general text says of the terms: joined with what the pool teaches
 */
export function learnPoolFeatures(
  rows: CsrMatrix,
  sequences: readonly Int32Array[],
  random: Random,
  known?: KnownTerms,
): PoolFeatures {
  const { places, count } = usedColumns(rows);
  const compact = { ...rows, columnCount: count, columns: rows.columns.map((column) => places[column]!) };
  const { dimensions, vectors } = rightSingularVectors(compact, LATENT_DIMENSIONS, random);
  const latent = { dimensions, vectors };
  const own = vectorsOfCommonTerms(
    compact,
    sequences.map((sequence) => sequence.map((column) => places[column] ?? -1)),
    random,
  );
  const words = known
    ? joinedVectors(
        compact,
        own,
        compacted(known, places, count),
        generalWeight(tokensIn(sequences)),
        WORD_VECTOR_DIMENSIONS,
        random,
      )
    : own;
  const wordWeight = known ? JOINED_WEIGHT : 1;
  const ordered = wordsFirst({ places, latent, words }, count);
  const uncentred = denseParts(
    { ...ordered, centre: new Float64Array(words.dimensions), wordWeight: 1 },
    rows,
  );
  return { ...ordered, centre: meanOfWordParts(uncentred, latent.dimensions), wordWeight };
}

/** As many as word vectors are learned from. */
function tokensIn(sequences: readonly Int32Array[]): number {
  return sequences.reduce((sum, { length }) => sum + Math.min(length, TOKENS_PER_RECORD), 0);
}

/** Renumbers the `count` places so that terms with a word vector come first, and leaves the others' zeros away. */
function wordsFirst(
  { places, latent, words }: Pick<PoolFeatures, 'places' | 'latent' | 'words'>,
  count: number,
): Pick<PoolFeatures, 'places' | 'latent' | 'words'> {
  const hasVector = (place: number) => vectorOf(words, place).some((number) => number !== 0);
  const order = Array.from({ length: count }, (_, place) => place);
  const first = order.filter(hasVector);
  const wordless = order.filter((place) => !hasVector(place));
  const newPlaces = new Int32Array(count);
  [...first, ...wordless].forEach((before, now) => {
    newPlaces[before] = now;
  });
  return {
    places: places.map((place) => (place < 0 ? -1 : newPlaces[place]!)),
    latent: vectorsAt(latent, [...first, ...wordless]),
    words: vectorsAt(words, first),
  };
}

function vectorsAt(all: TermVectors, places: readonly number[]): TermVectors {
  const vectors = largeArray(Float32Array, places.length * all.dimensions);
  places.forEach((place, at) => {
    vectors.set(vectorOf(all, place), at * all.dimensions);
  });
  return { dimensions: all.dimensions, vectors };
}

/** A row for each of `count` compact columns. */
function compacted(known: KnownTerms, places: Int32Array, count: number): TermVectors {
  const { dimensions } = known;
  const vectors = largeArray(Float32Array, count * dimensions);
  places.forEach((place, column) => {
    const row = known.places[column]!;
    if (place >= 0 && row >= 0)
      vectors.set(known.vectors.subarray(row * dimensions, (row + 1) * dimensions), place * dimensions);
  });
  return { dimensions, vectors };
}

function meanOfWordParts({ rowCount, dimensions, values }: DenseRows, skipped: number): Float64Array {
  const mean = new Float64Array(dimensions - skipped);
  for (let row = 0; row < rowCount; row++) {
    for (let j = 0; j < mean.length; j++) mean[j]! += values[row * dimensions + skipped + j]! / rowCount;
  }
  return mean;
}

/**
 * [ b | c ] of each record, b of length 1 and c of `wordWeight` (or 0 where the record has no known word).
 *
 * @param known those of some rows, as they were made here before
 */
export function denseParts(
  features: PoolFeatures,
  rows: CsrMatrix,
  known?: (row: number) => Float64Array | undefined,
): DenseRows {
  const dimensions = features.latent.dimensions + features.words.dimensions;
  const values = largeArray(Float64Array, rows.rowCount * dimensions);
  for (let row = 0; row < rows.rowCount; row++) {
    const part = known?.(row);
    if (part) values.set(part, row * dimensions);
    else densePartsOf(features, rows, row, values.subarray(row * dimensions, (row + 1) * dimensions));
  }
  return { rowCount: rows.rowCount, dimensions, values };
}

/** How many lengths a record has: see `denseLengths`. */
export const LENGTHS = 3;

/**
 * What [ b | c ] is divided by on its way from sums of term vectors: ‖x·V‖, ‖x·P‖ and the length of the centred
 * word part by its weight; 1 where a length is 0. With these three, linear scores of [ a | b | c ] are sums over terms.
 */
export function denseLengths(features: PoolFeatures, rows: CsrMatrix): Float32Array {
  const lengths = new Float32Array(rows.rowCount * LENGTHS);
  const part = new Float64Array(features.latent.dimensions + features.words.dimensions);
  for (let row = 0; row < rows.rowCount; row++) {
    part.fill(0);
    lengths.set(densePartsOf(features, rows, row, part), row * LENGTHS);
  }
  return lengths;
}

/** Writes [ b | c ] of one record into `part`, which is 0 before, and returns its lengths. */
function densePartsOf(
  { places, latent, words, centre, wordWeight }: PoolFeatures,
  rows: CsrMatrix,
  row: number,
  part: Float64Array,
): [number, number, number] {
  const b = part.subarray(0, latent.dimensions);
  const c = part.subarray(latent.dimensions);
  for (let at = rows.rowStarts[row]!; at < rows.rowStarts[row + 1]!; at++) {
    // Terms that the index met after the features were learned lie beyond the end.
    const place = places[rows.columns[at]!] ?? -1;
    if (place < 0) continue;
    addScaled(b, rows.values[at]!, latent.vectors, place * latent.dimensions);
    addScaled(c, rows.values[at]!, words.vectors, place * words.dimensions);
  }
  const lengthOfB = scaleTo(1, b);
  const lengthOfC = scaleTo(1, c);
  for (let j = 0; j < c.length; j++) c[j]! -= centre[j]!;
  return [lengthOfB, lengthOfC, scaleTo(wordWeight, c)];
}

/** In place; returns what it was divided by, or 1 for a vector of zeros, which stays. */
function scaleTo(length: number, vector: Float64Array): number {
  let squares = 0;
  for (let j = 0; j < vector.length; j++) squares += vector[j]! * vector[j]!;
  if (squares === 0) return 1;
  const divisor = Math.sqrt(squares) / length;
  for (let j = 0; j < vector.length; j++) vector[j]! /= divisor;
  return divisor;
}

/** Z: the dense parts together scaled to length 1. */
export function denseSpace(parts: DenseRows): DenseRows {
  const values = largeArray(Float64Array, parts.values.length);
  values.set(parts.values);
  return { ...parts, values: normaliseRows(values, parts.dimensions) };
}

/** [ a | b | c ], for a classifier. */
export function withDenseParts(rows: CsrMatrix, parts: DenseRows): CsrMatrix {
  const { dimensions } = parts;
  const length = rows.columns.length + rows.rowCount * dimensions;
  const rowStarts = new Int32Array(rows.rowCount + 1);
  const columns = largeArray(Int32Array, length);
  const values = largeArray(Float64Array, length);
  let filled = 0;
  for (let row = 0; row < rows.rowCount; row++) {
    const [start, end] = [rows.rowStarts[row]!, rows.rowStarts[row + 1]!];
    columns.set(rows.columns.subarray(start, end), filled);
    values.set(rows.values.subarray(start, end), filled);
    filled += end - start;
    values.set(parts.values.subarray(row * dimensions, (row + 1) * dimensions), filled);
    for (let j = 0; j < dimensions; j++) columns[filled++] = rows.columnCount + j;
    rowStarts[row + 1] = filled;
  }
  return { rowCount: rows.rowCount, columnCount: rows.columnCount + dimensions, rowStarts, columns, values };
}

/** Vectors of the terms that enough records hold; the others' rows are 0. */
function vectorsOfCommonTerms(
  rows: CsrMatrix,
  sequences: readonly Int32Array[],
  random: Random,
): TermVectors {
  const frequencies = new Int32Array(rows.columnCount);
  for (const column of rows.columns) frequencies[column]!++;
  const places = new Int32Array(rows.columnCount).fill(-1);
  let common = 0;
  frequencies.forEach((frequency, column) => {
    if (frequency >= LEAST_RECORDS_PER_WORD) places[column] = common++;
  });
  const { dimensions, vectors } = wordVectors(
    sequences.map((sequence) => sequence.map((column) => places[column] ?? -1)),
    common,
    random,
  );
  const all = largeArray(Float32Array, rows.columnCount * dimensions);
  places.forEach((place, column) => {
    if (place >= 0)
      all.set(vectors.subarray(place * dimensions, (place + 1) * dimensions), column * dimensions);
  });
  return { dimensions, vectors: all };
}

/**
 * How much each term of one record adds to a linear score of [ a | b | c ]: the dense parts are sums over the
 * record's terms too, up to their lengths and the pool's mean, which no word is to blame for.
 *
 * @param row a single tf-idf row
 * @param weightOf the weight of a column of [ a | b | c ], where `row` has the columns of a
 */
export function termShares(
  features: PoolFeatures,
  row: CsrMatrix,
  weightOf: (column: number) => number,
): Float64Array {
  const { places, latent, words } = features;
  const lengths = denseLengths(features, row);
  const placeOf = (at: number) => places[row.columns[at]!] ?? -1;
  const weightsOfB = Float64Array.from(
    { length: latent.dimensions },
    (_, j) => weightOf(row.columnCount + j) / lengths[0]!,
  );
  const weightsOfC = Float64Array.from(
    { length: words.dimensions },
    (_, j) => weightOf(row.columnCount + latent.dimensions + j) / (lengths[1]! * lengths[2]!),
  );
  return row.values.map((value, at) => {
    let weight = weightOf(row.columns[at]!);
    if (placeOf(at) >= 0) {
      vectorOf(latent, placeOf(at)).forEach((number, j) => {
        weight += weightsOfB[j]! * number;
      });
      vectorOf(words, placeOf(at)).forEach((number, j) => {
        weight += weightsOfC[j]! * number;
      });
    }
    return value * weight;
  });
}

/** A term's vector; an empty one where it has none. */
function vectorOf({ dimensions, vectors }: TermVectors, place: number): Float32Array {
  return vectors.subarray(place * dimensions, (place + 1) * dimensions);
}

/** Adds nothing for a term without a vector, whose place is behind all that have one. */
function addScaled(sum: Float64Array, scale: number, vectors: Float32Array, from: number): void {
  if (from >= vectors.length) return;
  for (let j = 0; j < sum.length; j++) sum[j]! += scale * vectors[from + j]!;
}
