/**
 * Cluster-margin (Citovsky et al. 2021): the least certain records, taken in turn from clusters, small ones first.
 *
 * The paper clusters hierarchically and once; here k-means runs over the uncertain records of the moment, which
 * needs no memory of the pool.
 */

import { kMeans } from '../features/k-means.ts';
import type { Random } from '../random.ts';
import { best } from './best.ts';
import { spaceOf } from './coverage.ts';
import type { PoolView, QueryStrategy, Selection } from './strategy.ts';
import { smallMargin, uncertainties } from './uncertainty.ts';

const CANDIDATES_PER_QUESTION = 10;

export const clusterMargin: QueryStrategy = {
  name: 'cluster-margin',
  summary:
    'Asks where two labels are close, in turn from the clusters of such records. For batches that do not repeat themselves.',
  citation: 'Citovsky et al. 2021, "Batch Active Learning at Scale"',
  cost: 'one pass, and clusters of ten candidates a question',
  needsModel: true,
  needsSpace: true,
  select,
};

function select(pool: PoolView, size: number, random: Random): Selection {
  const top = best(uncertainties(pool, smallMargin), CANDIDATES_PER_QUESTION * size);
  if (top.chosen.length <= size) return top;
  const { clusterOf } = kMeans(spaceOf(pool).rows(top.chosen), size, { starts: 1, iterations: 20 }, random);
  const members = Array.from({ length: size }, (): number[] => []);
  clusterOf.forEach((cluster, at) => {
    members[cluster]!.push(at);
  });
  members.sort((a, b) => a.length - b.length);
  const order: number[] = [];
  for (let round = 0; order.length < size; round++) {
    for (const cluster of members) {
      if (round < cluster.length && order.length < size) order.push(cluster[round]!);
    }
  }
  return {
    chosen: Int32Array.from(order, (at) => top.chosen[at]!),
    utilities: Float64Array.from(order, (at) => top.utilities[at]!),
  };
}
