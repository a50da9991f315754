/** Bounds the work of strategies that compare records: a random part of a large pool stands for all of it. */
import type { Random } from '../random.ts';
import type { PoolView, Selection } from './strategy.ts';

/** The best of so many random candidates are nearly as good as the best of all. */
const MOST_EXAMINED = 5000;

/** Positions to look at, ascending; at least `size` of them where the pool has so many. */
export function examined(pool: PoolView, size: number, random: Random): Int32Array {
  const most = Math.max(MOST_EXAMINED, size);
  if (pool.candidateCount <= most) return Int32Array.from({ length: pool.candidateCount }, (_, at) => at);
  return random.sample(pool.candidateCount, most).sort();
}

/** A selection among examined positions, said in positions of the pool. */
export function amongExamined(positions: Int32Array, { chosen, utilities }: Selection): Selection {
  return { chosen: chosen.map((at) => positions[at]!), utilities };
}
