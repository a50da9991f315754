/**
 * BADGE (Ash et al. 2020): records whose answers would pull the model hard, and in different directions.
 *
 * A record's gradient embedding is (p − e_ŷ) ⊗ z, the gradient of the last layer if the guess ŷ were right: long
 * where the model is unsure. The batch is drawn by k-means++ in that space. Embeddings of K × d numbers are never
 * made: |a⊗x − b⊗y|² = |a|²|x|² + |b|²|y|² − 2 (a·b)(x·y).
 */
import { type DenseRows, dotOfRows } from '../features/dense-rows.ts';
import type { Random } from '../random.ts';
import { spaceOf } from './coverage.ts';
import { examined } from './examined.ts';
import type { PoolView, QueryStrategy, Selection } from './strategy.ts';

export const badge: QueryStrategy = {
  name: 'badge',
  summary:
    'Asks for a batch that is uncertain and varied at once, with nothing to tune. Best for large batches.',
  citation:
    'Ash, Zhang, Krishnamurthy, Langford & Agarwal 2020, "Deep Batch Active Learning by Diverse, Uncertain Gradient Lower Bounds"',
  cost: 'a pass over at most 5,000 candidates for each question',
  needsModel: true,
  needsSpace: true,
  select,
};

function select(pool: PoolView, size: number, random: Random): Selection {
  const positions = examined(pool, size, random);
  const rows = spaceOf(pool).rows(positions);
  const pulls = residuals(pool, positions);
  const lengths = Float64Array.from(
    positions,
    (_, at) => dotOfRows(pulls, at, pulls, at) * dotOfRows(rows, at, rows, at),
  );

  // The first is the longest; each further one is drawn by its squared distance to the nearest chosen.
  const nearest = lengths.slice();
  const open = new Uint8Array(positions.length).fill(1);
  const chosen: number[] = [];
  const utilities: number[] = [];
  while (chosen.length < Math.min(size, positions.length)) {
    const next = chosen.length === 0 ? indexOfMax(nearest) : drawn(nearest, open, random);
    open[next] = 0;
    chosen.push(next);
    utilities.push(nearest[next]!);
    for (let at = 0; at < positions.length; at++) {
      const inner = dotOfRows(pulls, at, pulls, next) * dotOfRows(rows, at, rows, next);
      const distance = Math.max(0, lengths[at]! + lengths[next]! - 2 * inner);
      nearest[at] = chosen.length === 1 ? distance : Math.min(nearest[at]!, distance);
    }
  }
  return {
    chosen: Int32Array.from(chosen, (at) => positions[at]!),
    utilities: Float64Array.from(utilities),
  };
}

/** p − e_ŷ of each position, as rows. */
function residuals({ probabilities, classCount }: PoolView, positions: Int32Array): DenseRows {
  if (!probabilities) throw new Error('Gradients need a model: ask at random until there is one.');
  const values = new Float64Array(positions.length * classCount);
  positions.forEach((position, at) => {
    let guess = 0;
    for (let k = 0; k < classCount; k++) {
      const p = probabilities[position * classCount + k]!;
      values[at * classCount + k] = p;
      if (p > probabilities[position * classCount + guess]!) guess = k;
    }
    values[at * classCount + guess]! -= 1;
  });
  return { rowCount: positions.length, dimensions: classCount, values };
}

/** An open position by its weight; where all weights are 0 (copies, or a model that is certain) any open one. */
function drawn(weights: Float64Array, open: Uint8Array, random: Random): number {
  let total = 0;
  for (let at = 0; at < weights.length; at++) if (open[at]) total += weights[at]!;
  let share = random.uniform() * total;
  let last = -1;
  for (let at = 0; at < weights.length; at++) {
    if (!open[at]) continue;
    last = at;
    share -= weights[at]!;
    if (share < 0) return at;
  }
  return last;
}

function indexOfMax(values: Float64Array): number {
  let highest = 0;
  for (let at = 1; at < values.length; at++) if (values[at]! > values[highest]!) highest = at;
  return highest;
}
