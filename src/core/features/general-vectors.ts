/**
 * Word vectors that were learned elsewhere, from far more text than a pool holds: read from bytes, and joined with what the
 * pool itself taught of its words.
 */

import type { Random } from '../random.ts';
import { type CsrMatrix, selectRows } from './csr.ts';
import { normaliseRows, padded, product, symmetricEigen, transposedProduct } from './linear-algebra.ts';
import type { TermVectors } from './word-vectors.ts';

export interface GeneralVectors {
  readonly dimensions: number;
  /** Word → its row. */
  readonly places: ReadonlyMap<string, number>;
  /** Words × dimensions; a row says a direction only, whatever its length. */
  readonly vectors: Int8Array;
}

/** What is known of the terms of a pool: a row for each term that is a known word. */
export interface KnownTerms extends TermVectors {
  /** Column of a tf-idf row → its row in the vectors, or -1. */
  readonly places: Int32Array;
}

/** Records that say which directions of the joined vectors matter. */
const SAMPLED_RECORDS = 4000;
/** Directions along which records differ this much less than along the first are rounding. */
const NEGLIGIBLE = 1e-10;

/** @param content as scripts/english-vectors.mjs lays it out, from a multiple of 4 on */
export function readGeneralVectors(content: Uint8Array<ArrayBuffer>): GeneralVectors {
  const [count, dimensions, length] = new Uint32Array(content.buffer, content.byteOffset, 3);
  const words = new TextDecoder().decode(content.subarray(12, 12 + length!)).split('\n');
  return {
    dimensions: dimensions!,
    places: new Map(words.map((word, place) => [word, place])),
    vectors: new Int8Array(content.buffer, content.byteOffset + 12 + length!, count! * dimensions!),
  };
}

/** What is known of these terms, by column; each row of length 1. */
export function knownTerms(
  general: GeneralVectors,
  termCount: number,
  termOf: (column: number) => string,
): KnownTerms {
  const { dimensions } = general;
  const rows: number[] = [];
  const places = Int32Array.from({ length: termCount }, (_, column) => {
    const row = general.places.get(termOf(column));
    return row === undefined ? -1 : rows.push(row) - 1;
  });
  const vectors = new Float32Array(rows.length * dimensions);
  rows.forEach((row, at) => {
    vectors.set(general.vectors.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions);
  });
  return { places, dimensions, vectors: normaliseRows(vectors, dimensions) };
}

/**
 * One vector a term from two, J = [ own | general ]·V: side by side, and of that the directions V along which the pool's
 * records x·J / ‖x·J‖ differ most. So what only one of them knows counts, and takes no more room.
 *
 * @param rows tf-idf rows
 * @param own a row for each column, of length 1 or 0
 * @param general likewise
 * @param most dimensions
 */
export function joinedVectors(
  rows: CsrMatrix,
  own: TermVectors,
  general: TermVectors,
  most: number,
  random: Random,
): TermVectors {
  const width = padded(own.dimensions + general.dimensions);
  const sample = selectRows(rows, random.sample(rows.rowCount, SAMPLED_RECORDS));
  const records = new Float64Array(sample.rowCount * width);
  for (let row = 0; row < sample.rowCount; row++) {
    const record = records.subarray(row * width, (row + 1) * width);
    for (let at = sample.rowStarts[row]!; at < sample.rowStarts[row + 1]!; at++) {
      addTo(record, 0, sample.values[at]!, own, sample.columns[at]!);
      addTo(record, own.dimensions, sample.values[at]!, general, sample.columns[at]!);
    }
  }
  centre(normaliseRows(records, width), width);
  const { values, vectors } = symmetricEigen(transposedProduct(records, records, width), width);
  const dimensions = values.subarray(0, most).filter((value) => value > NEGLIGIBLE * values[0]!).length;
  const columns = padded(dimensions);
  const kept = new Float64Array(width * columns);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < dimensions; j++) kept[i * columns + j] = vectors[i * width + j]!;
  }
  const ofOwn = product(Float64Array.from(own.vectors), kept, own.dimensions, columns);
  const ofGeneral = product(
    Float64Array.from(general.vectors),
    kept.subarray(own.dimensions * columns),
    general.dimensions,
    columns,
  );
  const joined = new Float32Array(rows.columnCount * dimensions);
  for (let term = 0; term < rows.columnCount; term++) {
    for (let j = 0; j < dimensions; j++) {
      const at = term * columns + j;
      joined[term * dimensions + j] = (ofOwn[at] ?? 0) + (ofGeneral[at] ?? 0);
    }
  }
  return { dimensions, vectors: joined };
}

function addTo(
  sum: Float64Array,
  first: number,
  scale: number,
  { dimensions, vectors }: TermVectors,
  row: number,
): void {
  for (let j = 0; j < dimensions; j++) sum[first + j]! += scale * vectors[row * dimensions + j]!;
}

/** Takes the mean row away, in place. */
function centre(rows: Float64Array, width: number): void {
  const rowCount = rows.length / width;
  const mean = new Float64Array(width);
  for (let at = 0; at < rows.length; at++) mean[at % width]! += rows[at]! / rowCount;
  for (let at = 0; at < rows.length; at++) rows[at]! -= mean[at % width]!;
}
