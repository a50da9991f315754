/** How typical a record is: its mean cosine to its nearest neighbours (Settles & Craven 2008, information density). */
import type { DenseRows } from './dense-rows.ts';
import { padded, product, transposedDense } from './linear-algebra.ts';

/** Neighbours are looked for among this many sampled records: as good as all of them, and linear in the pool. */
export const DENSITY_SAMPLE = 1000;
const NEIGHBOURS = 6;
const ROWS_AT_ONCE = 512;

/**
 * @param rows of length 1
 * @param sample of length 1
 * @param ownPlaces where each row is in the sample itself, or -1: a record is not its own neighbour
 * @returns the density of each row, in [0, 1]
 */
export function densities(rows: DenseRows, sample: DenseRows, ownPlaces: Int32Array): Float64Array {
  const neighbours = Math.min(NEIGHBOURS, sample.rowCount);
  const result = new Float64Array(rows.rowCount);
  if (neighbours === 0) return result;
  const width = padded(sample.rowCount);
  const sideways = transposedDense(sample.values, sample.dimensions);
  for (let from = 0; from < rows.rowCount; from += ROWS_AT_ONCE) {
    const end = Math.min(rows.rowCount, from + ROWS_AT_ONCE);
    const part = rows.values.subarray(from * rows.dimensions, end * rows.dimensions);
    const cosines = product(part, sideways, rows.dimensions, width);
    for (let row = from; row < end; row++) {
      const own = cosines.subarray((row - from) * width, (row - from) * width + sample.rowCount);
      if (ownPlaces[row]! >= 0) own[ownPlaces[row]!] = -1;
      result[row] = Math.max(0, meanOfHighest(own, neighbours));
    }
  }
  return result;
}

function meanOfHighest(values: Float64Array, count: number): number {
  // Kept ascending; most values end at the first comparison.
  const highest = new Float64Array(count).fill(-1);
  for (const value of values) {
    if (value <= highest[0]!) continue;
    let at = 0;
    for (; at + 1 < count && highest[at + 1]! < value; at++) highest[at] = highest[at + 1]!;
    highest[at] = value;
  }
  return highest.reduce((sum, value) => sum + value, 0) / count;
}
