/**
 * A committee drawn from the Laplace approximation of the classifier's posterior (MacKay 1992), in place of models
 * fitted on other draws of the answers: nothing is fitted, and members differ where the answers say little.
 *
 * Logistic regression with the penalty |w|²/2C has at its optimum the precision Σ pᵢ(1−pᵢ) zᵢzᵢᵀ + I/C for the weights of
 * one class (Spiegelhalter & Lauritzen 1990). Two things are left out: that the classes' weights depend on each other, and
 * the weights of single words, which would be as many as there are words. The dense blocks of the pool's space stay
 * (Daxberger et al. 2021 call it subnetwork inference). So a member's log-odds of class k at z are the model's plus
 * z·ε, ε ~ N(0, precision⁻¹).
 */
import { dotOfRows } from '../features/dense-rows.ts';
import type { Random } from '../random.ts';
import { batchByInformation } from './batch-bald.ts';
import { best } from './best.ts';
import { choleskyFactor, solveLowerTransposed, weightedGram } from './cholesky.ts';
import { mutualInformation } from './committee.ts';
import { spaceOf } from './coverage.ts';
import { amongExamined, examined } from './examined.ts';
import type { PoolView, QueryStrategy } from './strategy.ts';

/** More than a committee has, since drawing is cheap. */
const DRAWS = 20;
/**
 * The classifier's C = 6, twice: it sees the two dense blocks with length 1 each, while together they have length 1 in
 * the space.
 */
const PRIOR_VARIANCE = 12;

export const laplaceBald: QueryStrategy = {
  name: 'laplace-bald',
  summary:
    'Asks as bald does, with models drawn around the one there is instead of a committee. Fits nothing anew, and leans to records unlike the answers.',
  citation:
    'Houlsby et al. 2011; MacKay 1992, "Information-Based Objective Functions for Active Data Selection"',
  cost: 'a factor of the pool’s space a label, on at most 5,000 candidates',
  needsModel: true,
  needsSpace: true,
  select: (pool, size, random) => {
    const positions = examined(pool, size, random);
    const beliefs = posteriorBeliefs(pool, positions, random);
    const K = pool.classCount;
    const utilities = Float64Array.from(positions, (_, at) =>
      mutualInformation(beliefs.map((belief) => belief.subarray(at * K, (at + 1) * K))),
    );
    return amongExamined(positions, best(utilities, size));
  },
};

export const laplaceBatchBald: QueryStrategy = {
  name: 'laplace-batch-bald',
  summary:
    'Asks as batch-bald does, with models drawn around the one there is instead of a committee. For batches of a few.',
  citation: 'Kirsch, van Amersfoort & Gal 2019; MacKay 1992',
  cost: 'as laplace-bald, and the joint answers of the batch',
  needsModel: true,
  needsSpace: true,
  select: (pool, size, random) => {
    const positions = examined(pool, size, random);
    return batchByInformation(pool, positions, posteriorBeliefs(pool, positions, random), size, random);
  },
};

/** What each drawn model believes of these candidates: for each, positions × classes. */
function posteriorBeliefs(pool: PoolView, positions: Int32Array, random: Random): Float64Array[] {
  const { probabilities, labelled, classCount: K } = pool;
  const answered = labelled.rows?.();
  const believed = labelled.probabilities?.();
  if (!probabilities || !answered || !believed) {
    throw new Error('A posterior needs a model and its answers: ask at random until then.');
  }
  const rows = spaceOf(pool).rows(positions);
  const d = rows.dimensions;
  const draws = Array.from({ length: DRAWS }, () => new Float64Array(positions.length * K));
  for (let k = 0; k < K; k++) {
    const curvature = Float64Array.from({ length: answered.rowCount }, (_, row) => {
      const p = believed[row * K + k]!;
      return p * (1 - p);
    });
    const L = choleskyFactor(weightedGram(answered, curvature, 1 / PRIOR_VARIANCE), d);
    for (const draw of draws) {
      const noise = solveLowerTransposed(
        L,
        Float64Array.from({ length: d }, () => random.normal()),
      );
      const epsilon = { rowCount: 1, dimensions: d, values: noise };
      for (let at = 0; at < positions.length; at++) {
        const p = Math.max(probabilities[positions[at]! * K + k]!, Number.MIN_VALUE);
        draw[at * K + k] = Math.log(p) + dotOfRows(rows, at, epsilon, 0);
      }
    }
  }
  for (const draw of draws) {
    for (let at = 0; at < positions.length; at++) toProbabilities(draw.subarray(at * K, (at + 1) * K));
  }
  return draws;
}

/** Softmax, in place. */
function toProbabilities(logOdds: Float64Array): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of logOdds) highest = Math.max(highest, value);
  let sum = 0;
  for (let k = 0; k < logOdds.length; k++) {
    logOdds[k] = Math.exp(logOdds[k]! - highest);
    sum += logOdds[k]!;
  }
  for (let k = 0; k < logOdds.length; k++) logOdds[k]! /= sum;
}
