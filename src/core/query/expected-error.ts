/**
 * Expected error reduction (Roy & McCallum 2001): for each candidate and each answer it may get, learn that answer
 * too, and see how sure the new model is of the pool. Asked first is what leaves the least expected error,
 *
 *     Σ_k p_k · mean over a sample of the pool of (1 − max p')        with 0/1 loss,
 *     Σ_k p_k · mean over a sample of the pool of −Σ_j p'_j log p'_j   with log loss;
 *
 * a model a candidate and answer: exact, and slow. So only the least certain candidates are tried, with their
 * likeliest answers, and the pool is judged by a sample.
 */
import type { Random } from '../random.ts';
import { best } from './best.ts';
import type { PoolView, QueryStrategy, Selection } from './strategy.ts';
import {
  lowConfidence,
  relativeEntropy,
  smallMargin,
  type UncertaintyMeasure,
  uncertainties,
} from './uncertainty.ts';

/** Candidates tried a question; at 2 to 4 models each about a second for a batch of 20. */
const TRIED_PER_QUESTION = 2;
/** The likeliest answers of a candidate, as many as make up this much of its probability, but no more than 4. */
const PROBABILITY_TRIED = 0.95;
const MOST_ANSWERS = 4;
const JUDGED = 150;

export const expectedErrorReduction: QueryStrategy = {
  name: 'expected-error',
  summary:
    'Asks what would leave the model surest of the whole pool. The most thorough and the slowest; for small batches.',
  citation:
    'Roy & McCallum 2001, "Toward Optimal Active Learning through Sampling Estimation of Error Reduction"',
  cost: 'two to four models a candidate, two candidates a question',
  needsModel: true,
  needsSpace: false,
  select: (pool, size, random) => select(pool, size, random, lowConfidence),
};

export const expectedLogLossReduction: QueryStrategy = {
  name: 'expected-log-loss',
  summary:
    'Asks as expected-error does, for what would leave the least entropy in the pool. Where probabilities matter more than guesses.',
  citation: 'Roy & McCallum 2001, equation 3',
  cost: 'two to four models a candidate, two candidates a question',
  needsModel: true,
  needsSpace: false,
  select: (pool, size, random) => select(pool, size, random, relativeEntropy),
};

function select(pool: PoolView, size: number, random: Random, loss: UncertaintyMeasure): Selection {
  const whatIf = pool.whatIf;
  if (!pool.probabilities || !whatIf)
    throw new Error('Expected error needs a model: ask at random until there is one.');
  const K = pool.classCount;
  const tried = best(uncertainties(pool, smallMargin), TRIED_PER_QUESTION * size).chosen;
  const judged = random.sample(pool.candidateCount, JUDGED);
  const utilities = Float64Array.from(tried, (position) => {
    const own = pool.probabilities!.subarray(position * K, (position + 1) * K);
    let expected = 0;
    let mass = 0;
    for (const answer of best(Float64Array.from(own), MOST_ANSWERS).chosen) {
      if (mass >= PROBABILITY_TRIED || own[answer] === 0) break;
      expected += own[answer]! * meanLoss(whatIf(position, answer, judged), K, loss);
      mass += own[answer]!;
    }
    return 1 - expected / mass;
  });
  const { chosen, utilities: highest } = best(utilities, size);
  return { chosen: chosen.map((at) => tried[at]!), utilities: highest };
}

function meanLoss(probabilities: Float64Array, classCount: number, loss: UncertaintyMeasure): number {
  let sum = 0;
  for (let from = 0; from < probabilities.length; from += classCount) {
    sum += loss(probabilities.subarray(from, from + classCount));
  }
  return probabilities.length === 0 ? 0 : (sum * classCount) / probabilities.length;
}
