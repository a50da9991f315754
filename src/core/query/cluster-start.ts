/**
 * The first records to ask, before any model: one of each cluster of the pool, dense and near its centre.
 *
 * TypiClust (Hacohen, Dekel & Weinshall 2022): with few labels, typical records teach more than uncertain ones.
 */

import { type DenseRows, dotOfRows, gatherRows } from '../features/dense-rows.ts';
import { kMeans, nearestCentres } from '../features/k-means.ts';
import { normaliseRows } from '../features/linear-algebra.ts';
import type { Random } from '../random.ts';

/** Centres are found on this many rows, which is many for 20 of them; then every row is looked at. */
const CLUSTERED_ROWS = 3000;

/**
 * @param rows the pool or a sample of it, each row of length 1
 * @param densities how typical each row is
 * @returns at most `size` different rows, those of the largest clusters first
 */
export function clusterStart(
  rows: DenseRows,
  densities: Float64Array,
  size: number,
  random: Random,
): Int32Array {
  const k = Math.min(size, rows.rowCount);
  if (k === 0) return new Int32Array(0);
  const sample = gatherRows(rows, random.sample(rows.rowCount, CLUSTERED_ROWS));
  const { centres } = kMeans(sample, k, { starts: 5, iterations: 30 }, random);
  const { clusterOf } = nearestCentres(rows, centres);
  normaliseRows(centres.values, centres.dimensions);
  const typical = new Int32Array(k).fill(-1);
  const highest = new Float64Array(k).fill(-1);
  const sizes = new Int32Array(k);
  for (let row = 0; row < rows.rowCount; row++) {
    const cluster = clusterOf[row]!;
    sizes[cluster]!++;
    const typicality = densities[row]! * Math.max(0, dotOfRows(rows, row, centres, cluster));
    if (typicality > highest[cluster]!) {
      highest[cluster] = typicality;
      typical[cluster] = row;
    }
  }
  return Int32Array.from({ length: k }, (_, cluster) => cluster)
    .sort((a, b) => sizes[b]! - sizes[a]! || a - b)
    .map((cluster) => typical[cluster]!)
    .filter((row) => row >= 0);
}
