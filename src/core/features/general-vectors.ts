/**
 * Word vectors that were learned elsewhere, from far more text than a pool holds: read from bytes, and joined with what the
 * pool itself taught of its words.
 */

import { largeArray, sharedArray } from '../kernels/large.ts';
import type { Random } from '../random.ts';
import { type CsrMatrix, selectRows } from './csr.ts';
import { normaliseRows, symmetricEigen } from './linear-algebra.ts';
import { Products } from './products.ts';
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

/**
 * Tokens of a pool from which on its own vectors count for more than general ones. Best weights λ by what a pool holds, on the
 * same random answers (accuracy at 50 to 500, whole sets and random parts of them): 1 or more for 36,000 to 113,000 tokens (parts
 * of mr and agnews10k, trec6), .5 for mr's 157,000, .25 to .5 for agnews10k's 378,000, .25 with its test records' 662,000. r8 does
 * not care. 200,000 and 500,000 here are ties with this.
 */
const EVEN_TOKENS = 300_000;
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

/** What is known of these terms, by column; each row of length 1, in memory that threads share. */
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
  const vectors = sharedArray(Float32Array, rows.length * dimensions);
  rows.forEach((row, at) => {
    vectors.set(general.vectors.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions);
  });
  return { places, dimensions, vectors: normaliseRows(vectors, dimensions) };
}

/**
 * How much the likeness of two words in general text counts beside their likeness in the pool, λ in [0, 1]: less the more
 * text the pool has to speak for itself, as an estimate is drawn towards what is known beforehand.
 *
 * @param tokens that the pool's own vectors were learned from
 */
export function generalWeight(tokens: number): number {
  return EVEN_TOKENS / (EVEN_TOKENS + tokens);
}

/**
 * One vector a term from two, J = [ own | √λ·general ]·V: side by side, and of that the directions V along which the pool's
 * records x·J / ‖x·J‖ differ most. So what only one of them knows counts, and takes no more room.
 *
 * @param rows tf-idf rows
 * @param own a row for each column, of length 1 or 0
 * @param general likewise
 * @param weight λ: products of joined terms are own·own + λ general·general before directions are left out
 * @param most dimensions
 */
export function joinedVectors(
  rows: CsrMatrix,
  own: TermVectors,
  general: TermVectors,
  weight: number,
  most: number,
  random: Random,
): TermVectors {
  const products = new Products(own.dimensions + general.dimensions);
  const { width } = products;
  const terms = products.tall(rows.columnCount);
  const sideBySide = products.numbersOf(terms);
  const length = Math.sqrt(weight);
  for (let term = 0; term < rows.columnCount; term++) {
    sideBySide.set(rowOf(own, term), term * width);
    sideBySide.set(
      rowOf(general, term).map((value) => length * value),
      term * width + own.dimensions,
    );
  }
  const sample = selectRows(rows, random.sample(rows.rowCount, SAMPLED_RECORDS));
  const records = products.tall(sample.rowCount);
  products.multiply(products.sparse(sample), terms, records);
  centre(normaliseRows(products.numbersOf(records), width), width);
  const { values, vectors } = symmetricEigen(products.cross(records, records), width);
  const dimensions = values.subarray(0, most).filter((value) => value > NEGLIGIBLE * values[0]!).length;
  const turned = products.tall(rows.columnCount);
  products.transform(terms, vectors, turned);
  const numbers = products.numbersOf(turned);
  const joined = largeArray(Float32Array, rows.columnCount * dimensions);
  for (let term = 0; term < rows.columnCount; term++) {
    joined.set(numbers.subarray(term * width, term * width + dimensions), term * dimensions);
  }
  return { dimensions, vectors: joined };
}

function rowOf({ dimensions, vectors }: TermVectors, row: number): Float32Array {
  return vectors.subarray(row * dimensions, (row + 1) * dimensions);
}

/** Takes the mean row away, in place. */
function centre(rows: Float32Array, width: number): void {
  const rowCount = rows.length / width;
  const mean = new Float64Array(width);
  for (let at = 0; at < rows.length; at++) mean[at % width]! += rows[at]! / rowCount;
  for (let at = 0; at < rows.length; at++) rows[at]! -= mean[at % width]!;
}
