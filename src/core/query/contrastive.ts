/** Contrastive active learning (Margatina et al. 2021): near to answered records, yet believed to be different. */
import { dotOfRows } from '../features/dense-rows.ts';
import type { Random } from '../random.ts';
import { best } from './best.ts';
import { spaceOf } from './coverage.ts';
import { amongExamined, examined } from './examined.ts';
import type { PoolView, QueryStrategy, Selection } from './strategy.ts';

const NEIGHBOURS = 10;

export const contrastive: QueryStrategy = {
  name: 'contrastive',
  summary:
    'Asks about records that the model judges unlike their nearest answered neighbours. Probes the boundaries.',
  citation:
    'Margatina, Vernikos, Barrault & Aletras 2021, "Active Learning by Acquiring Contrastive Examples"',
  cost: 'the nearest answers of at most 5,000 candidates',
  needsModel: true,
  needsSpace: true,
  select,
};

function select(pool: PoolView, size: number, random: Random): Selection {
  const positions = examined(pool, size, random);
  const rows = spaceOf(pool).rows(positions);
  const answered = pool.labelled.rows?.();
  const beliefs = pool.labelled.probabilities?.();
  if (!pool.probabilities || !answered || !beliefs) {
    throw new Error('Contrast needs answers and a model: ask at random until then.');
  }
  const K = pool.classCount;
  const utilities = Float64Array.from(positions, (position, at) => {
    const cosines = Float64Array.from({ length: answered.rowCount }, (_, other) =>
      dotOfRows(rows, at, answered, other),
    );
    const own = pool.probabilities!.subarray(position * K, (position + 1) * K);
    const nearest = best(cosines, NEIGHBOURS).chosen;
    let sum = 0;
    for (const other of nearest) sum += divergence(beliefs.subarray(other * K, (other + 1) * K), own);
    return nearest.length === 0 ? 0 : sum / nearest.length;
  });
  return amongExamined(positions, best(utilities, size));
}

/** Kullback–Leibler, with a floor that keeps a class the candidate rules out from being infinitely far. */
function divergence(from: ArrayLike<number>, to: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < from.length; k++) {
    if (from[k]! > 0) sum += from[k]! * Math.log(from[k]! / Math.max(to[k]!, 1e-9));
  }
  return Math.max(0, sum);
}
