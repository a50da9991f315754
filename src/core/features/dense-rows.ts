/** Dense rows of equal width: the layout, and what is done with it everywhere. */
import { largeArray } from '../kernels/large.ts';
import { eachProducts } from './row-products.ts';

export interface DenseRows {
  readonly rowCount: number;
  readonly dimensions: number;
  /** Row-major. */
  readonly values: Float64Array;
}

/** The rows at `positions`, in that order. */
export function gatherRows(
  rows: Omit<DenseRows, 'values'> & { readonly values: Float32Array | Float64Array },
  positions: Int32Array,
): DenseRows {
  const { dimensions } = rows;
  const values = largeArray(Float64Array, positions.length * dimensions);
  positions.forEach((row, at) => {
    values.set(rows.values.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions);
  });
  return { rowCount: positions.length, dimensions, values };
}

/** For each row of length 1 its cosine to the nearest of the others; -1 where there are none. */
export function highestCosines(rows: DenseRows, others: DenseRows): Float64Array {
  const highest = new Float64Array(rows.rowCount).fill(-1);
  eachProducts(rows, others, (row, cosines) => {
    for (let other = 0; other < cosines.length; other++) {
      if (cosines[other]! > highest[row]!) highest[row] = cosines[other]!;
    }
  });
  return highest;
}

/** The scalar product of a row of one with a row of the other. */
export function dotOfRows(a: DenseRows, rowOfA: number, b: DenseRows, rowOfB: number): number {
  const { dimensions, values } = a;
  const others = b.values;
  const i = rowOfA * dimensions;
  const j = rowOfB * dimensions;
  // Four sums at once: additions need not wait for one another.
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < dimensions; k += 4) {
    s0 += values[i + k]! * others[j + k]!;
    s1 += values[i + k + 1]! * others[j + k + 1]!;
    s2 += values[i + k + 2]! * others[j + k + 2]!;
    s3 += values[i + k + 3]! * others[j + k + 3]!;
  }
  for (; k < dimensions; k++) s0 += values[i + k]! * others[j + k]!;
  return s0 + s1 + s2 + s3;
}
