/**
 * How typical a record is: its mean cosine to its nearest neighbours (information density, Settles & Craven 2008).
 *
 * Neighbours are looked for in the cells around a record only (an inverted file; Sivic & Zisserman 2003): some
 * twenty times fewer comparisons than with everyone. A sample of everyone is no way out where classes are many:
 * with 150 of them, the six nearest of a thousand sampled belong to other classes, and clinc150 lost .025 at 200
 * labels.
 */
import { largeArray } from '../kernels/large.ts';
import type { Random } from '../random.ts';
import { type DenseRows, dotOfRows, gatherRows } from './dense-rows.ts';
import { kMeans, nearestCentres } from './k-means.ts';
import { eachProducts } from './row-products.ts';

const NEIGHBOURS = 20;
/** A record's own cell and the nearest others. */
const CELLS_SEARCHED = 4;
const ROWS_FOR_CELLS = 3000;
const MOST_CELLS = 150;

/** Rows of length 1, sorted into cells. Plain data, so that it can cross to another thread. */
export interface NeighbourIndex {
  /** In 32-bit floats, in which they are compared: they stay in memory. */
  readonly rows: Omit<DenseRows, 'values'> & { readonly values: Float32Array };
  readonly centres: DenseRows;
  /** The cell of each row. */
  readonly cellOf: Int32Array;
}

/** About as many cells as there are rows in a cell. */
export function neighbourIndex(rows: DenseRows, random: Random): NeighbourIndex {
  const cells = Math.min(rows.rowCount, MOST_CELLS, Math.ceil(Math.sqrt(rows.rowCount)));
  const kept = { ...rows, values: largeArray(Float32Array, rows.values.length) };
  kept.values.set(rows.values);
  if (cells === 0)
    return { rows: kept, centres: { ...rows, values: new Float64Array(0) }, cellOf: new Int32Array(0) };
  const sample = gatherRows(rows, random.sample(rows.rowCount, ROWS_FOR_CELLS));
  const { centres } = kMeans(sample, Math.min(cells, sample.rowCount), { starts: 1, iterations: 10 }, random);
  return { rows: kept, centres, cellOf: nearestCentres(rows, centres).clusterOf };
}

/**
 * @param rows of length 1
 * @param ownPlaces where each row is in the index itself, or -1: a record is not its own neighbour
 * @returns the density of each row, in [0, 1]
 */
export function densities(rows: DenseRows, index: NeighbourIndex, ownPlaces: Int32Array): Float64Array {
  const result = new Float64Array(rows.rowCount);
  if (index.rows.rowCount === 0) return result;
  const members = grouped(index.cellOf, index.centres.rowCount);
  const asking = grouped(nearestCentres(rows, index.centres).clusterOf, index.centres.rowCount);
  asking.forEach((askers, cell) => {
    if (askers.length === 0) return;
    const searched = nearestCells(index.centres, cell).flatMap((near) => members[near]!);
    const others = gatherRows(index.rows, Int32Array.from(searched));
    eachProducts(gatherRows(rows, Int32Array.from(askers)), others, (at, cosines) => {
      const row = askers[at]!;
      const ownPlace = searched.indexOf(ownPlaces[row]!);
      if (ownPlace >= 0) cosines[ownPlace] = Number.NEGATIVE_INFINITY;
      const neighbours = Math.min(NEIGHBOURS, others.rowCount - (ownPlace >= 0 ? 1 : 0));
      result[row] = neighbours === 0 ? 0 : Math.max(0, meanOfHighest(cosines, neighbours));
    });
  });
  return result;
}

/** Positions by group. */
function grouped(groupOf: Int32Array, groupCount: number): number[][] {
  const groups = Array.from({ length: groupCount }, (): number[] => []);
  groupOf.forEach((group, position) => {
    groups[group]!.push(position);
  });
  return groups;
}

function nearestCells(centres: DenseRows, cell: number): number[] {
  const closeness = Array.from(
    { length: centres.rowCount },
    (_, other) => dotOfRows(centres, cell, centres, other) - dotOfRows(centres, other, centres, other) / 2,
  );
  return Array.from(closeness, (_, other) => other)
    .filter((other) => other !== cell)
    .sort((a, b) => closeness[b]! - closeness[a]!)
    .slice(0, CELLS_SEARCHED - 1)
    .concat(cell);
}

function meanOfHighest(values: Float32Array, count: number): number {
  // Kept ascending; most values end at the first comparison.
  const highest = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  for (const value of values) {
    if (value <= highest[0]!) continue;
    let at = 0;
    for (; at + 1 < count && highest[at + 1]! < value; at++) highest[at] = highest[at + 1]!;
    highest[at] = value;
  }
  return highest.reduce((sum, value) => sum + value, 0) / count;
}
