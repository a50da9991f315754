/**
 * The leading singular directions of large sparse matrices, by randomized subspace iteration (Halko, Martinsson &
 * Tropp 2011, algorithms 4.4 and 5.3).
 *
 * In 32-bit floats but for the small matrices: the subspace is found anew with every step, so rounding does not add up.
 */

import { largeArray } from '../kernels/large.ts';
import type { Random } from '../random.ts';
import { type CsrMatrix, transposed } from './csr.ts';
import { symmetricEigen } from './linear-algebra.ts';
import { Products, type TallMatrix } from './products.ts';

/** As many more directions than asked for, so that the last ones asked for are found too. */
const OVERSAMPLING = 10;
/** Directions this much weaker than the strongest are rounding (they come squared). */
const NEGLIGIBLE = 1e-10;

export interface Directions {
  /** May be fewer than asked for: no more than the matrix has rank. */
  readonly dimensions: number;
  /** Columns × dimensions, orthonormal columns. */
  readonly vectors: Float32Array;
  /** Descending. */
  readonly singularValues: Float64Array;
}

/** The right singular vectors of a matrix: its rows are best told apart along these. */
export function rightSingularVectors(matrix: CsrMatrix, dimensions: number, random: Random): Directions {
  const wanted = Math.max(0, Math.min(dimensions, matrix.rowCount - 1, matrix.columnCount - 1));
  const products = new Products(wanted + OVERSAMPLING);
  const A = products.sparse(matrix);
  const sideways = products.sparse(transposed(matrix));
  const Q = gaussian(products, matrix.columnCount, random);
  const image = products.tall(matrix.rowCount);
  const next = products.tall(matrix.columnCount);
  for (let step = 0; step < 5; step++) {
    products.multiply(A, Q, image);
    products.multiply(sideways, image, next);
    orthonormalise(products, next, Q);
  }
  // In the subspace found, the singular vectors are the eigenvectors of Q'A'AQ (Rayleigh and Ritz).
  products.multiply(A, Q, image);
  const { values, vectors } = symmetricEigen(products.cross(image, image), products.width);
  const squares = values.map((value) => Math.max(0, value));
  return leading(products, Q, vectors, squares.map(Math.sqrt), wanted);
}

/** The same for a symmetric matrix, at half the work: one product a step. */
export function symmetricSingularVectors(matrix: CsrMatrix, dimensions: number, random: Random): Directions {
  const wanted = Math.max(0, Math.min(dimensions, matrix.columnCount - 1));
  const products = new Products(wanted + OVERSAMPLING);
  const A = products.sparse(matrix);
  const Q = gaussian(products, matrix.columnCount, random);
  const image = products.tall(matrix.rowCount);
  for (let step = 0; step < 8; step++) {
    products.multiply(A, Q, image);
    orthonormalise(products, image, Q);
  }
  products.multiply(A, Q, image);
  const { values, vectors } = symmetricEigen(products.cross(Q, image), products.width);
  // Eigenvalues may be negative; singular values are their sizes.
  return leading(products, Q, vectors, values.map(Math.abs), wanted);
}

/** Q times the columns with the largest singular values. */
function leading(
  products: Products,
  Q: TallMatrix,
  vectors: Float64Array,
  singularValues: Float64Array,
  wanted: number,
): Directions {
  const { width } = products;
  const order = Array.from(singularValues, (_, at) => at).sort(
    (a, b) => singularValues[b]! - singularValues[a]!,
  );
  const least = Math.sqrt(NEGLIGIBLE) * (singularValues[order[0]!] ?? 0);
  const kept = order.slice(0, wanted).filter((at) => singularValues[at]! > least);
  const all = products.tall(Q.rowCount);
  products.transform(Q, columnsFirst(vectors, width, kept), all);
  const numbers = products.numbersOf(all);
  const result = largeArray(Float32Array, Q.rowCount * kept.length);
  for (let row = 0; row < Q.rowCount; row++) {
    result.set(numbers.subarray(row * width, row * width + kept.length), row * kept.length);
  }
  return {
    dimensions: kept.length,
    vectors: result,
    singularValues: Float64Array.from(kept, (at) => singularValues[at]!),
  };
}

/** Q = an orthonormal basis of the columns of Y, by the eigenvectors of Y'Y; columns of zeros where Y has less rank. */
function orthonormalise(products: Products, Y: TallMatrix, Q: TallMatrix): void {
  const { width } = products;
  const { values, vectors } = symmetricEigen(products.cross(Y, Y), width);
  const scaled = vectors.slice();
  for (let at = 0; at < scaled.length; at++) {
    const value = values[at % width]!;
    scaled[at]! *= value > NEGLIGIBLE * values[0]! ? 1 / Math.sqrt(value) : 0;
  }
  products.transform(Y, scaled, Q);
}

/** A square matrix of these columns, and of zeros after them. */
function columnsFirst(matrix: Float64Array, width: number, chosen: readonly number[]): Float64Array {
  const result = new Float64Array(width * width);
  for (let row = 0; row < width; row++) {
    chosen.forEach((from, to) => {
      result[row * width + to] = matrix[row * width + from]!;
    });
  }
  return result;
}

function gaussian(products: Products, rowCount: number, random: Random): TallMatrix {
  const tall = products.tall(rowCount);
  const numbers = products.numbersOf(tall);
  for (let at = 0; at < numbers.length; at++) numbers[at] = random.normal();
  return tall;
}
