/** How far a measured figure may be from the truth: 95 % intervals. */
import type { Random } from '../random.ts';
import type { ClassCounts } from './metrics.ts';

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
 * Macro-F1, the mean over the classes that were measured, with an interval recovered from those of the classes: their
 * distances to the bounds add up as standard deviations do (MOVER; Zou & Donner 2008). A wrong answer lowers the F1
 * of two classes, its own and the guessed one, so with K classes they are taken to go together by 1/(K − 1). Classes
 * without a record may be anything. A bootstrap of a handful of records is far too sure: with ten it held the truth
 * in 75 of 100 projects (`test/bench/honesty.ts`).
 *
 * @param classes those that the model could know
 */
export function macroF1Interval(classes: readonly ClassCounts[]): Interval {
  const measured = classes
    .filter(({ right, wrong, missed }) => right + wrong + missed > 0)
    .map((counts) => f1Interval(counts));
  if (measured.length === 0) return { value: 0, low: 0, high: 1 };
  const value = measured.reduce((sum, f1) => sum + f1.value, 0) / measured.length;
  const together = 1 / Math.max(1, measured.length - 1);
  const distance = (away: (f1: Interval) => number) => {
    const all = measured.reduce((sum, f1) => sum + away(f1), 0) ** 2;
    const own = measured.reduce((sum, f1) => sum + away(f1) ** 2, 0);
    return Math.sqrt(own + together * (all - own)) / measured.length;
  };
  const share = measured.length / classes.length;
  const low = Math.max(0, value - distance((f1) => f1.value - f1.low)) * share;
  const high = Math.min(1, value + distance((f1) => f1.high - f1.value)) * share + 1 - share;
  return { value, low, high };
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
  return { value: f1OfShare(value), low: f1OfShare(low), high: f1OfShare(high) };
}

/** F1 by the share of right ones among right, wrong and missed. */
export function f1OfShare(share: number): number {
  return (2 * share) / (1 + share);
}

/**
 * The mean difference a − b of paired figures, with its percentile bootstrap interval; about [-1, 1] for figures in
 * [0, 1]. Nothing compared: anything is possible.
 *
 * @param luck the standard deviation of what differs from one model to the next and not from record to record
 */
export function pairedDifference(a: Float64Array, b: Float64Array, luck: number, random: Random): Interval {
  if (a.length === 0) return { value: 0, low: -1, high: 1 };
  const differences = a.map((value, pair) => value - b[pair]!);
  const means = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    for (let pair = 0; pair < differences.length; pair++) {
      sum += differences[random.below(differences.length)]!;
    }
    means[resample] = sum / differences.length + luck * random.normal();
  }
  return intervalOf(differences.reduce((sum, value) => sum + value, 0) / differences.length, means);
}

/** Linear interpolation between the order statistics, as numpy's default. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
