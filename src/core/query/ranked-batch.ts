/**
 * Ranked batch mode (Cardoso et al. 2017): uncertainty and distance from everything answered or already ranked,
 *
 *     score = α (1 − similarity) + (1 − α) uncertainty,   α = unlabelled / (unlabelled + labelled),
 *
 * so that exploring gives way to deciding as answers come in.
 */
import { dotOfRows } from '../features/dense-rows.ts';
import type { Random } from '../random.ts';
import { nearestAnswers, spaceOf } from './coverage.ts';
import { examined } from './examined.ts';
import type { PoolView, QueryStrategy, Selection } from './strategy.ts';
import { lowConfidence, uncertainties } from './uncertainty.ts';

export const rankedBatch: QueryStrategy = {
  name: 'ranked-batch',
  summary:
    'Ranks by uncertainty and by distance to what was answered or ranked before. Explores first, decides later.',
  citation: 'Cardoso, Silva, Canuto, Moro & Gonçalves 2017, "Ranked batch-mode active learning"',
  cost: 'a pass over at most 5,000 candidates for each question',
  needsModel: true,
  needsSpace: true,
  select,
};

function select(pool: PoolView, size: number, random: Random): Selection {
  const positions = examined(pool, size, random);
  const rows = spaceOf(pool).rows(positions);
  const uncertain = uncertainties(pool, lowConfidence);
  // Cosines run from -1 to 1; similarity from 0 to 1.
  const similarity = nearestAnswers(pool, rows).map((cosine) => (1 + cosine) / 2);
  const alpha = pool.candidateCount / (pool.candidateCount + pool.labelled.classes.length);
  const open = new Uint8Array(positions.length).fill(1);
  const chosen: number[] = [];
  const utilities: number[] = [];
  while (chosen.length < Math.min(size, positions.length)) {
    let [winner, most] = [-1, Number.NEGATIVE_INFINITY];
    for (let at = 0; at < positions.length; at++) {
      if (!open[at]) continue;
      const score = alpha * (1 - similarity[at]!) + (1 - alpha) * uncertain[positions[at]!]!;
      if (score > most) [winner, most] = [at, score];
    }
    open[winner] = 0;
    chosen.push(winner);
    utilities.push(most);
    for (let at = 0; at < positions.length; at++) {
      if (open[at]) similarity[at] = Math.max(similarity[at]!, (1 + dotOfRows(rows, at, rows, winner)) / 2);
    }
  }
  return {
    chosen: Int32Array.from(chosen, (at) => positions[at]!),
    utilities: Float64Array.from(utilities),
  };
}
