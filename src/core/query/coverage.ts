/** Strategies that look at where records lie, not at what the model believes: cover the pool with the answers. */
import { type DenseRows, dotOfRows, highestCosines } from '../features/dense-rows.ts';
import { kMeans } from '../features/k-means.ts';
import type { Random } from '../random.ts';
import { best } from './best.ts';
import { amongExamined, examined } from './examined.ts';
import type { DenseSpace, PoolView, QueryStrategy, Selection } from './strategy.ts';

export const coreSet: QueryStrategy = {
  name: 'core-set',
  summary:
    'Asks for records so that none is far from an answer, each new one counted at once. Covers the pool; collects outliers.',
  citation: 'Sener & Savarese 2018, "Active Learning for CNNs: A Core-Set Approach"; Gonzalez 1985',
  cost: 'a pass over at most 5,000 candidates for each question',
  needsModel: false,
  needsSpace: true,
  select: (pool, size, random) => {
    const positions = examined(pool, size, random);
    const rows = spaceOf(pool).rows(positions);
    return amongExamined(positions, farthestFirst(rows, nearestAnswers(pool, rows), size));
  },
};

export const diversity: QueryStrategy = {
  name: 'diversity',
  summary:
    'Asks about records far from every answer. Shows new kinds of text; says nothing about the boundaries.',
  citation: 'Brinker 2003, "Incorporating Diversity in Active Learning with Support Vector Machines"',
  cost: 'the nearest answers of at most 5,000 candidates',
  needsModel: false,
  needsSpace: true,
  select: (pool, size, random) => {
    const positions = examined(pool, size, random);
    const nearest = nearestAnswers(pool, spaceOf(pool).rows(positions));
    const distances = nearest.map((cosine) => 1 - cosine);
    return amongExamined(positions, best(distances, size));
  },
};

export const typiClust: QueryStrategy = {
  name: 'typiclust',
  summary:
    'Asks about the most typical record of each cluster that has no answer yet. Strong when there are few answers.',
  citation:
    'Hacohen, Dekel & Weinshall 2022, "Active Learning on a Budget: Opposite Strategies Suit High and Low Budgets"',
  cost: 'clusters of at most 5,000 candidates and the answers',
  needsModel: false,
  needsSpace: true,
  select: selectTypical,
};

/** The space of a pool that has one; strategies that need it are not asked before. */
export function spaceOf(pool: PoolView): DenseSpace {
  if (!pool.space) throw new Error('Records can be compared only once their space is learned.');
  return pool.space;
}

/** The cosine of each row to the nearest answer; -1 where there is no answer. */
export function nearestAnswers(pool: PoolView, rows: DenseRows): Float64Array {
  const answered = pool.labelled.rows?.();
  return answered ? highestCosines(rows, answered) : new Float64Array(rows.rowCount).fill(-1);
}

/** k-center, greedily: again and again the row farthest from all that are answered or chosen. */
function farthestFirst(rows: DenseRows, nearest: Float64Array, size: number): Selection {
  const chosen: number[] = [];
  const utilities: number[] = [];
  // Copies of a chosen row are at distance 0 like the row itself, which must not come again.
  const open = new Uint8Array(rows.rowCount).fill(1);
  while (chosen.length < Math.min(size, rows.rowCount)) {
    let farthest = -1;
    for (let row = 0; row < rows.rowCount; row++) {
      if (open[row] && (farthest < 0 || nearest[row]! < nearest[farthest]!)) farthest = row;
    }
    open[farthest] = 0;
    chosen.push(farthest);
    utilities.push(1 - nearest[farthest]!);
    for (let row = 0; row < rows.rowCount; row++) {
      if (open[row]) nearest[row] = Math.max(nearest[row]!, dotOfRows(rows, row, rows, farthest));
    }
  }
  return { chosen: Int32Array.from(chosen), utilities: Float64Array.from(utilities) };
}

/** More clusters than this cost more than they tell. */
const MOST_CLUSTERS = 200;

/** As many clusters as there will be answers; the largest without an answer are asked first. */
function selectTypical(pool: PoolView, size: number, random: Random): Selection {
  const space = spaceOf(pool);
  const positions = examined(pool, size, random);
  const rows = space.rows(positions);
  const answered = pool.labelled.rows?.() ?? {
    rowCount: 0,
    dimensions: rows.dimensions,
    values: new Float64Array(0),
  };
  if (rows.rowCount === 0 || size === 0) return { chosen: new Int32Array(0), utilities: new Float64Array(0) };

  const values = new Float64Array(rows.values.length + answered.values.length);
  values.set(rows.values);
  values.set(answered.values, rows.values.length);
  const together = { rowCount: rows.rowCount + answered.rowCount, dimensions: rows.dimensions, values };
  const k = Math.min(answered.rowCount + size, MOST_CLUSTERS, together.rowCount);
  const { clusterOf } = kMeans(together, k, { starts: 1, iterations: 8 }, random);

  const sizes = new Int32Array(k);
  const answersIn = new Int32Array(k);
  clusterOf.forEach((cluster, row) => {
    sizes[cluster]!++;
    if (row >= rows.rowCount) answersIn[cluster]!++;
  });
  const typical = space.densities(positions);
  const members = Array.from({ length: k }, (): number[] => []);
  for (const row of best(typical, rows.rowCount).chosen) members[clusterOf[row]!]!.push(row);
  const order = Array.from({ length: k }, (_, cluster) => cluster).sort(
    (a, b) => answersIn[a]! - answersIn[b]! || sizes[b]! - sizes[a]! || a - b,
  );
  const chosen: number[] = [];
  for (let round = 0; chosen.length < Math.min(size, rows.rowCount); round++) {
    for (const cluster of order) {
      const row = members[cluster]![round];
      if (row !== undefined && chosen.length < size) chosen.push(row);
    }
  }
  return {
    chosen: Int32Array.from(chosen, (row) => positions[row]!),
    utilities: Float64Array.from(chosen, (row) => typical[row]!),
  };
}
