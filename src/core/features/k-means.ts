/** Lloyd's k-means (Lloyd 1982) from k-means++ starts (Arthur & Vassilvitskii 2007). */

import type { Random } from '../random.ts';
import { type DenseRows, dotOfRows, gatherRows } from './dense-rows.ts';
import { eachProducts } from './row-products.ts';

export interface Clustering {
  /** The cluster of each row. A cluster may be empty where rows are alike. */
  readonly clusterOf: Int32Array;
  /** k × dimensions. */
  readonly centres: DenseRows;
}

export interface ClusteringOptions {
  /** The best of this many starts is kept. */
  readonly starts: number;
  readonly iterations: number;
}

/** @param k at most the number of rows */
export function kMeans(rows: DenseRows, k: number, options: ClusteringOptions, random: Random): Clustering {
  let best: (Clustering & { spread: number }) | undefined;
  for (let start = 0; start < options.starts; start++) {
    const found = lloyd(rows, spreadOutCentres(rows, k, random), options.iterations);
    if (!best || found.spread < best.spread) best = found;
  }
  return best!;
}

/**
 * Greedy k-means++: each further centre is the best of a few rows drawn by their squared distance to the centres so
 * far.
 */
function spreadOutCentres(rows: DenseRows, k: number, random: Random): DenseRows {
  const { rowCount } = rows;
  const trials = 2 + Math.floor(Math.log(k));
  const centres = [random.below(rowCount)];
  const squares = Float64Array.from({ length: rowCount }, (_, row) => dotOfRows(rows, row, rows, row));
  let nearest = squaredDistances(rows, squares, Int32Array.from(centres))[0]!;
  while (centres.length < k) {
    const total = nearest.reduce((sum, distance) => sum + distance, 0);
    let best: { row: number; nearest: Float64Array; sum: number } | undefined;
    const drawn = Int32Array.from({ length: trials }, () => drawnByWeight(nearest, total, random));
    for (const [trial, distances] of squaredDistances(rows, squares, drawn).entries()) {
      const row = drawn[trial]!;
      let sum = 0;
      for (let at = 0; at < rowCount; at++) {
        distances[at] = Math.min(distances[at]!, nearest[at]!);
        sum += distances[at]!;
      }
      if (!best || sum < best.sum) best = { row, nearest: distances, sum };
    }
    centres.push(best!.row);
    nearest = best!.nearest;
  }
  return gatherRows(rows, Int32Array.from(centres));
}

/** A row by its share of the total. Where all rows are alike every weight is 0, and any row will do. */
function drawnByWeight(weights: Float64Array, total: number, random: Random): number {
  let share = random.uniform() * total;
  let row = 0;
  while (row < weights.length - 1 && share >= weights[row]!) share -= weights[row++]!;
  return row;
}

/** To each of these rows, by the squares of all; |a − b|² = |a|² + |b|² − 2 a·b, and never below 0. */
function squaredDistances(rows: DenseRows, squares: Float64Array, to: Int32Array): Float64Array[] {
  const distances = Array.from(to, () => new Float64Array(rows.rowCount));
  eachProducts(rows, gatherRows(rows, to), (row, products) => {
    for (let at = 0; at < to.length; at++) {
      distances[at]![row] = Math.max(0, squares[row]! + squares[to[at]!]! - 2 * products[at]!);
    }
  });
  return distances;
}

/** The nearest centre of each row, and how near: x·c − |c|²/2, which is largest where |x − c|² is smallest. */
export function nearestCentres(
  rows: DenseRows,
  centres: DenseRows,
): { clusterOf: Int32Array; closeness: Float64Array } {
  const k = centres.rowCount;
  const halfSquares = Float64Array.from({ length: k }, (_, c) => dotOfRows(centres, c, centres, c) / 2);
  const clusterOf = new Int32Array(rows.rowCount);
  const closeness = new Float64Array(rows.rowCount).fill(Number.NEGATIVE_INFINITY);
  eachProducts(rows, centres, (row, products) => {
    for (let c = 0; c < k; c++) {
      const close = products[c]! - halfSquares[c]!;
      if (close > closeness[row]!) {
        closeness[row] = close;
        clusterOf[row] = c;
      }
    }
  });
  return { clusterOf, closeness };
}

function lloyd(rows: DenseRows, centres: DenseRows, iterations: number): Clustering & { spread: number } {
  const { rowCount, dimensions } = rows;
  const k = centres.rowCount;
  const clusterOf = new Int32Array(rowCount).fill(-1);
  const sizes = new Int32Array(k);
  let spread = 0;
  for (let iteration = 0; iteration < iterations; iteration++) {
    let moved = 0;
    spread = 0;
    const nearest = nearestCentres(rows, centres);
    for (let row = 0; row < rowCount; row++) {
      spread -= nearest.closeness[row]!;
      if (clusterOf[row] !== nearest.clusterOf[row]) moved++;
    }
    clusterOf.set(nearest.clusterOf);
    if (moved === 0) break;
    sizes.fill(0);
    const sums = new Float64Array(k * dimensions);
    for (let row = 0; row < rowCount; row++) {
      const c = clusterOf[row]!;
      sizes[c]!++;
      for (let j = 0; j < dimensions; j++) sums[c * dimensions + j]! += rows.values[row * dimensions + j]!;
    }
    for (let at = 0; at < sums.length; at++) {
      const size = sizes[(at / dimensions) | 0]!;
      // A centre that lost its last row stays where it was.
      if (size > 0) centres.values[at] = sums[at]! / size;
    }
  }
  return { clusterOf, centres, spread };
}
