/** Uncertainty sampling: ask about the records the model is least sure of. */
import { largeArray } from '../kernels/large.ts';
import { best } from './best.ts';
import type { PoolView, QueryStrategy, Uncertainties } from './strategy.ts';

/** How unsure one row of class probabilities is: 0 when certain, at most 1, higher = ask sooner. */
export type UncertaintyMeasure = (probabilities: ArrayLike<number>) => number;

/** How unsure the model is of each candidate. Throws where there is no model. */
export function uncertainties(pool: PoolView, measure: UncertaintyMeasure): Float64Array {
  const { candidateCount, classCount, probabilities } = pool;
  const known = pool.uncertainties && fromKnown(pool.uncertainties, measure, classCount);
  if (known) return known;
  if (!probabilities) throw new Error('Uncertainty needs a model: ask at random until there is one.');
  const utilities = new Float64Array(candidateCount);
  for (let candidate = 0; candidate < candidateCount; candidate++) {
    utilities[candidate] = measure(
      probabilities.subarray(candidate * classCount, (candidate + 1) * classCount),
    );
  }
  return utilities;
}

/** The same by what is known of each candidate; undefined for other measures. */
function fromKnown(
  { margins, entropies, confidences }: Partial<Uncertainties>,
  measure: UncertaintyMeasure,
  classCount: number,
): Float64Array | undefined {
  if (measure === smallMargin) return margins && linear(margins, -1, 1);
  if (measure === lowConfidence) return confidences && linear(confidences, -1, 1);
  if (measure === relativeEntropy) return entropies && linear(entropies, 1 / Math.log(classCount), 0);
  return undefined;
}

/** scale × each value + shift. */
function linear(values: Float32Array, scale: number, shift: number): Float64Array {
  const result = largeArray(Float64Array, values.length);
  for (let at = 0; at < values.length; at++) result[at] = scale * values[at]! + shift;
  return result;
}

/** One less the lead of the likeliest class over the second. A single class has no rival: 0. */
export function smallMargin(probabilities: ArrayLike<number>): number {
  let first = 0;
  let second = 0;
  for (let k = 0; k < probabilities.length; k++) {
    const p = probabilities[k]!;
    if (p > first) {
      second = first;
      first = p;
    } else if (p > second) {
      second = p;
    }
  }
  return probabilities.length < 2 ? 0 : 1 - (first - second);
}

/** Shannon's entropy as a share of its highest value, ln K. */
export function relativeEntropy(probabilities: ArrayLike<number>): number {
  if (probabilities.length < 2) return 0;
  let sum = 0;
  for (let k = 0; k < probabilities.length; k++) {
    const p = probabilities[k]!;
    if (p > 0) sum -= p * Math.log(p);
  }
  return sum / Math.log(probabilities.length);
}

/** One less the probability of the likeliest class. */
export function lowConfidence(probabilities: ArrayLike<number>): number {
  let first = 0;
  for (let k = 0; k < probabilities.length; k++) first = Math.max(first, probabilities[k]!);
  return 1 - first;
}

const CITATION = 'Settles 2009, "Active Learning Literature Survey", section 2.1';

export const margin: QueryStrategy = {
  name: 'margin',
  summary:
    'Asks where the two likeliest labels are closest. A sound choice for any number of labels once each has some answers.',
  citation: `${CITATION}; Scheffer, Decomain & Wrobel 2001`,
  cost: 'one pass over the pool',
  needsModel: true,
  needsSpace: false,
  byUncertainty: 'margins',
  select: (pool, size) => best(uncertainties(pool, smallMargin), size),
};

export const entropy: QueryStrategy = {
  name: 'entropy',
  summary:
    'Asks where the model spreads its belief over the most labels. Like margin with few labels; wastes questions with many.',
  citation: `${CITATION}; Shannon 1948`,
  cost: 'one pass over the pool',
  needsModel: true,
  needsSpace: false,
  byUncertainty: 'entropies',
  select: (pool, size) => best(uncertainties(pool, relativeEntropy), size),
};

export const leastConfidence: QueryStrategy = {
  name: 'least-confidence',
  summary:
    'Asks where the likeliest label is least likely. Good for finding labels not seen yet when there are many.',
  citation: `${CITATION}; Lewis & Gale 1994`,
  cost: 'one pass over the pool',
  needsModel: true,
  needsSpace: false,
  byUncertainty: 'confidences',
  select: (pool, size) => best(uncertainties(pool, lowConfidence), size),
};
