/**
 * The leading singular directions of large sparse matrices, by randomized subspace iteration (Halko, Martinsson &
 * Tropp 2011, algorithms 4.4 and 5.3).
 */
import type { Random } from '../random.ts';
import { type CsrMatrix, transposed } from './csr.ts';
import { padded, product, sparseProduct, symmetricEigen, transposedProduct } from './linear-algebra.ts';

/** As many more directions than asked for, so that the last ones asked for are found too. */
const OVERSAMPLING = 10;
/** Directions this much weaker than the strongest are rounding (they come squared). */
const NEGLIGIBLE = 1e-10;

export interface Directions {
  /** May be fewer than asked for: no more than the matrix has rank. */
  readonly dimensions: number;
  /** Columns × dimensions, orthonormal columns. */
  readonly vectors: Float64Array;
  /** Descending. */
  readonly singularValues: Float64Array;
}

/** The right singular vectors of a matrix: its rows are best told apart along these. */
export function rightSingularVectors(matrix: CsrMatrix, dimensions: number, random: Random): Directions {
  const wanted = Math.max(0, Math.min(dimensions, matrix.rowCount - 1, matrix.columnCount - 1));
  const width = padded(wanted + OVERSAMPLING);
  const sideways = transposed(matrix);
  let Q = gaussian(matrix.columnCount * width, random);
  for (let step = 0; step < 5; step++) {
    Q = orthonormal(sparseProduct(sideways, sparseProduct(matrix, Q, width), width), width);
  }
  // In the subspace found, the singular vectors are the eigenvectors of Q'A'AQ (Rayleigh and Ritz).
  const image = sparseProduct(matrix, Q, width);
  const { values, vectors } = symmetricEigen(transposedProduct(image, image, width), width);
  const squares = values.map((value) => Math.max(0, value));
  return leading(Q, vectors, width, squares.map(Math.sqrt), wanted);
}

/** The same for a symmetric matrix, at half the work: one product a step. */
export function symmetricSingularVectors(matrix: CsrMatrix, dimensions: number, random: Random): Directions {
  const wanted = Math.max(0, Math.min(dimensions, matrix.columnCount - 1));
  const width = padded(wanted + OVERSAMPLING);
  let Q = gaussian(matrix.columnCount * width, random);
  for (let step = 0; step < 8; step++) {
    Q = orthonormal(sparseProduct(matrix, Q, width), width);
  }
  const { values, vectors } = symmetricEigen(
    transposedProduct(Q, sparseProduct(matrix, Q, width), width),
    width,
  );
  // Eigenvalues may be negative; singular values are their sizes.
  return leading(Q, vectors, width, values.map(Math.abs), wanted);
}

/** Q times the columns with the largest singular values. */
function leading(
  Q: Float64Array,
  vectors: Float64Array,
  width: number,
  singularValues: Float64Array,
  wanted: number,
): Directions {
  const order = Array.from(singularValues, (_, at) => at).sort(
    (a, b) => singularValues[b]! - singularValues[a]!,
  );
  const least = Math.sqrt(NEGLIGIBLE) * (singularValues[order[0]!] ?? 0);
  const kept = order.slice(0, wanted).filter((at) => singularValues[at]! > least);
  const all = product(Q, selectColumns(vectors, width, kept), width, padded(kept.length));
  const rowCount = Q.length / width;
  const result = new Float64Array(rowCount * kept.length);
  for (let row = 0; row < rowCount; row++) {
    const from = row * padded(kept.length);
    result.set(all.subarray(from, from + kept.length), row * kept.length);
  }
  return {
    dimensions: kept.length,
    vectors: result,
    singularValues: Float64Array.from(kept, (at) => singularValues[at]!),
  };
}

/** An orthonormal basis of the columns of Y, by the eigenvectors of Y'Y; columns of zeros where Y has less rank. */
function orthonormal(Y: Float64Array, width: number): Float64Array {
  const { values, vectors } = symmetricEigen(transposedProduct(Y, Y, width), width);
  const scaled = vectors.slice();
  for (let at = 0; at < scaled.length; at++) {
    const value = values[at % width]!;
    scaled[at]! *= value > NEGLIGIBLE * values[0]! ? 1 / Math.sqrt(value) : 0;
  }
  return product(Y, scaled, width, width);
}

/** Some columns of a square matrix, padded with zeros. */
function selectColumns(matrix: Float64Array, width: number, chosen: readonly number[]): Float64Array {
  const columns = padded(chosen.length);
  const result = new Float64Array(width * columns);
  for (let row = 0; row < width; row++) {
    chosen.forEach((from, to) => {
      result[row * columns + to] = matrix[row * width + from]!;
    });
  }
  return result;
}

function gaussian(length: number, random: Random): Float64Array {
  const numbers = new Float64Array(length);
  for (let at = 0; at < length; at++) numbers[at] = random.normal();
  return numbers;
}
