/** Pools as query strategies see them: ordinary ones by a seed, and the degenerate ones that break naive code. */
import type { PoolView } from '../../src/core/query/strategy.ts';
import { Random } from '../../src/core/random.ts';

export function randomPool(wanted: { candidateCount: number; classCount: number; seed: number }): PoolView {
  const random = new Random(wanted.seed);
  const { candidateCount, classCount } = wanted;
  const probabilities = new Float64Array(candidateCount * classCount);
  for (let candidate = 0; candidate < candidateCount; candidate++) {
    const row = probabilities.subarray(candidate * classCount, (candidate + 1) * classCount);
    for (let k = 0; k < classCount; k++) row[k] = random.uniform() ** 3;
    const sum = row.reduce((total, share) => total + share, 0);
    for (let k = 0; k < classCount; k++) row[k]! /= sum;
  }
  return { candidateCount, classCount, probabilities, labelled: { classes: new Int32Array(0) } };
}

/** A pool whose candidates all believe the same. */
function uniformPool(candidateCount: number, probabilities: readonly number[]): PoolView {
  return {
    candidateCount,
    classCount: probabilities.length,
    labelled: { classes: new Int32Array(0) },
    probabilities: Float64Array.from({ length: candidateCount * probabilities.length }, (_, at) => {
      return probabilities[at % probabilities.length]!;
    }),
  };
}

export const pools: Readonly<Record<string, PoolView>> = {
  'an ordinary pool': randomPool({ candidateCount: 100, classCount: 4, seed: 1 }),
  'many classes': randomPool({ candidateCount: 40, classCount: 150, seed: 2 }),
  'an exhausted pool': uniformPool(0, [0.5, 0.5]),
  'a pool of one': uniformPool(1, [0.9, 0.1]),
  'a single class': uniformPool(12, [1]),
  'candidates that are all alike': uniformPool(30, [0.2, 0.5, 0.3]),
  'a model that is always certain': uniformPool(30, [0, 1, 0]),
};
