/** How far a measured figure may be from the truth: 95 % intervals. */
import type { Random } from '../random.ts';
import { confusionMatrix, macroF1 } from './metrics.ts';

/** A figure in [0, 1] with its 95 % interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % point of the normal distribution. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval of a proportion (Wilson 1927), which stays inside [0, 1] and holds with few records.
 * Nothing measured: anything is possible.
 */
export function wilsonInterval(right: number, total: number): Interval {
  if (total === 0) return { value: 0, low: 0, high: 1 };
  const share = right / total;
  const centre = (share + (Z * Z) / (2 * total)) / (1 + (Z * Z) / total);
  const half =
    (Z / (1 + (Z * Z) / total)) * Math.sqrt((share * (1 - share)) / total + (Z / (2 * total)) ** 2);
  return { value: share, low: right === 0 ? 0 : centre - half, high: right === total ? 1 : centre + half };
}

const RESAMPLES = 500;

/**
 * Macro-F1 with its percentile bootstrap interval (Efron & Tibshirani 1993, chapter 13): the figure of 500
 * resamples of the measured records, less its outer 2.5 % on either side. The interval always holds the value.
 */
export function macroF1Interval(
  truth: Int32Array,
  predicted: Int32Array,
  classCount: number,
  random: Random,
): Interval {
  if (truth.length === 0) return { value: 0, low: 0, high: 1 };
  const value = macroF1(confusionMatrix(truth, predicted, classCount));
  const figures = new Float64Array(RESAMPLES);
  const sampledTruth = new Int32Array(truth.length);
  const sampledPrediction = new Int32Array(truth.length);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    for (let at = 0; at < truth.length; at++) {
      const record = random.below(truth.length);
      sampledTruth[at] = truth[record]!;
      sampledPrediction[at] = predicted[record]!;
    }
    figures[resample] = macroF1(confusionMatrix(sampledTruth, sampledPrediction, classCount));
  }
  return intervalOf(value, figures);
}

/** The percentile interval of a figure's resamples, which always holds the figure. Sorts them. */
export function intervalOf(value: number, resamples: Float64Array): Interval {
  resamples.sort();
  return {
    value,
    low: Math.min(value, quantile(resamples, 0.025)),
    high: Math.max(value, quantile(resamples, 0.975)),
  };
}

/**
 * A class's F1 with its interval. J = right / (right + wrong + missed) is a proportion and F1 = 2J / (1 + J) (Hand,
 * Christen & Kirielle 2021), so Wilson's bounds of J are turned into those of F1; unlike a bootstrap's they are not
 * a single point where all of a handful of records are right.
 */
export function f1Interval({ right, wrong, missed }: ClassCounts): Interval {
  const { value, low, high } = wilsonInterval(right, right + wrong + missed);
  const f1 = (share: number) => (2 * share) / (1 + share);
  return { value: f1(value), low: f1(low), high: f1(high) };
}

/** Of one class: put in it rightly, put in it wrongly, and put elsewhere although of it. */
export interface ClassCounts {
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
}

/**
 * The mean difference a − b of paired figures, with its percentile bootstrap interval; in [-1, 1] for figures in
 * [0, 1]. Nothing compared: anything is possible.
 */
export function pairedDifference(a: Float64Array, b: Float64Array, random: Random): Interval {
  if (a.length === 0) return { value: 0, low: -1, high: 1 };
  const differences = a.map((value, pair) => value - b[pair]!);
  const means = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    for (let pair = 0; pair < differences.length; pair++) {
      sum += differences[random.below(differences.length)]!;
    }
    means[resample] = sum / differences.length;
  }
  return intervalOf(differences.reduce((sum, value) => sum + value, 0) / differences.length, means);
}

/** Linear interpolation between the order statistics, as numpy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
