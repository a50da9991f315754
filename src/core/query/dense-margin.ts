/**
 * The product's own strategy: uncertain, typical records, spread over the clusters of such records.
 *
 * Cluster-margin (Citovsky et al. 2021) with information density (Settles & Craven 2008). While new classes keep
 * turning up, what is far from every answer counts more.
 */
import { type DenseRows, highestCosines } from '../features/dense-rows.ts';
import { kMeans } from '../features/k-means.ts';
import type { Random } from '../random.ts';
import { best } from './best.ts';
import type { DenseSpace, LabelledView, PoolView, QueryStrategy, Selection } from './strategy.ts';
import { smallMargin, uncertainties } from './uncertainty.ts';

/** Density is looked at for this many of the most uncertain only, and novelty for this many of what is left. */
const UNCERTAIN_SHORTLIST = 10_000;
const DENSE_SHORTLIST = 3000;
const CANDIDATES_PER_QUESTION = 15;
/** As many at the head of a batch are kept apart, as was measured; a longer one goes on by score. */
const MOST_SPREAD = 20;
/** Before this many answers nearly every class is new, and novelty says nothing. */
const NOVELTY_FROM_LABELS = 40;
const NOVELTY_STRENGTH = 0.5;

export const denseMargin: QueryStrategy = {
  name: 'default',
  summary:
    'Asks about records that are uncertain, typical of many others and different from each other. Best from the first answer on.',
  citation: 'Citovsky et al. 2021, "Batch Active Learning at Scale"; Settles & Craven 2008; Good 1953',
  cost: 'one pass, and clusters of the 15 likeliest candidates a question',
  needsModel: true,
  needsSpace: false,
  byUncertainty: 'margins',
  select: (pool, size, random) => {
    const uncertain = uncertainties(pool, smallMargin);
    // Until the pool's features are learned, plain margin does.
    return pool.space ? select(pool, pool.space, uncertain, size, random) : best(uncertain, size);
  },
};

function select(
  pool: PoolView,
  space: DenseSpace,
  uncertain: Float64Array,
  size: number,
  random: Random,
): Selection {
  const spread = Math.min(size, MOST_SPREAD);
  const most = Math.max(CANDIDATES_PER_QUESTION * spread, size);
  const unsure = best(uncertain, Math.max(UNCERTAIN_SHORTLIST, most));
  const densities = space.densities(unsure.chosen);
  const dense = best(
    unsure.utilities.map((utility, at) => utility * Math.sqrt(densities[at]!)),
    Math.max(DENSE_SHORTLIST, most),
  );
  const positions = dense.chosen.map((at) => unsure.chosen[at]!);
  weighByNovelty(dense.utilities, pool.labelled, space, positions);
  const top = best(dense.utilities, most);

  const rows = space.rows(
    top.chosen.subarray(0, CANDIDATES_PER_QUESTION * spread).map((at) => positions[at]!),
  );
  const first = bestOfClusters(rows, spread, random);
  const rest = top.chosen.map((_, at) => at).filter((at) => !first.has(at));
  const order = Int32Array.of(...first, ...rest).subarray(0, size);
  return {
    chosen: order.map((at) => positions[top.chosen[at]!]!),
    utilities: Float64Array.from(order, (at) => top.utilities[at]!),
  };
}

/** The first row of each cluster; where copies leave a cluster empty there are fewer. */
function bestOfClusters(rows: DenseRows, count: number, random: Random): Set<number> {
  const first = new Map<number, number>();
  if (rows.rowCount <= count || count === 0) return new Set();
  kMeans(rows, count, { starts: 1, iterations: 20 }, random).clusterOf.forEach((cluster, row) => {
    if (!first.has(cluster)) first.set(cluster, row);
  });
  return new Set(first.values());
}

/**
 * Multiplies by the distance to the nearest answer, to a power that vanishes as the classes become known.
 *
 * The share of answers that are the only one of their class estimates the chance that the next record shows an
 * unseen class (Good 1953). With ten classes or fewer it is about 0 and this factor about 1.
 */
function weighByNovelty(
  scores: Float64Array,
  labelled: LabelledView,
  space: DenseSpace,
  positions: Int32Array,
): void {
  const total = labelled.classes.length;
  if (total < NOVELTY_FROM_LABELS || !labelled.rows) return;
  const sizes = new Map<number, number>();
  for (const answer of labelled.classes) sizes.set(answer, (sizes.get(answer) ?? 0) + 1);
  const unseenChance = [...sizes.values()].filter((size) => size === 1).length / total;
  if (unseenChance === 0) return;

  const nearest = highestCosines(space.rows(positions), labelled.rows());
  nearest.forEach((cosine, row) => {
    scores[row]! *= Math.max(1 - cosine, 1e-3) ** (NOVELTY_STRENGTH * unseenChance);
  });
}
