/**
 * What the next labels are likely to bring: an inverse power law through the audited curve (Figueroa et al. 2012,
 * "Predicting sample size required for classification performance"),
 *
 *     accuracy(n) = a − b·n^(−c),   0 ≤ a ≤ 1, b ≥ 0, .05 ≤ c ≤ 2,
 *
 * by weighted least squares; as there, later points weigh more. For a given c the best a and b are known exactly,
 * so c is tried on a grid. Its interval comes from 200 fits: each draws the audit answers anew, which moves all
 * points together as their common yardstick does, and then the points; to a gain comes the luck of two models. A law that only rises cannot see a fall:
 * where the curve has a second bend, or the strategy turns to another part of the pool, it is wrong.
 */
import type { Random } from '../random.ts';
import { type Interval, intervalOf, wilsonInterval } from './intervals.ts';

/** A model trained on the first `labels` answers, and which of the audit answers it predicts. */
export interface MeasuredModel {
  readonly labels: number;
  /** One an audit answer, the same answers for all models: 1 where it was right. */
  readonly right: Uint8Array;
}

export type Forecast =
  | {
      readonly known: true;
      readonly labels: number;
      /** What the next 100 labels add to the accuracy; its lower end is negative where a model may also be unlucky. */
      readonly gain: Interval;
      /** From now on: the expected accuracy, for drawing. */
      readonly points: readonly ForecastPoint[];
      /** How many more labels one more point of accuracy takes; absent where it may never come. */
      readonly labelsForPoint?: { readonly value: number; readonly low: number; readonly high?: number };
    }
  | { readonly known: false; readonly why: string };

export interface ForecastPoint {
  readonly labels: number;
  readonly accuracy: Interval;
}

export const NEXT = 100;
const LEAST_POINTS = 5;
/** The newest point must be this many times as far as the first: less says nothing of a curve. */
const LEAST_SPAN = 4;
const LEAST_AUDIT = 50;
/** A gain known no better than this is not known. */
const WIDEST = 0.1;
const FITS = 200;
const DRAWN_POINTS = 9;
const ONE_POINT = 0.01;
/** Twenty times the labels spent is further than any curve can see. */
const HORIZON = 20;

/** @param models ascending in labels */
export function forecast(models: readonly MeasuredModel[], random: Random): Forecast {
  const newest = models.at(-1);
  const first = models[0];
  const audited = newest?.right.length ?? 0;
  if (!newest || !first || models.length < LEAST_POINTS || newest.labels < LEAST_SPAN * first.labels) {
    return { known: false, why: 'The curve is too short to say where it leads.' };
  }
  if (audited < LEAST_AUDIT) {
    return { known: false, why: `It takes at least ${LEAST_AUDIT} audit answers; so far: ${audited}.` };
  }
  const now = newest.labels;
  const fitted = fitPowerLaw(
    models.map(({ labels, right }) => ({ labels, accuracy: sumOf(right) / audited })),
  );
  const measured = wilsonInterval(sumOf(newest.right), audited);
  if (fitted(now) < measured.low || fitted(now) > measured.high) {
    return { known: false, why: 'The curve does not bend as learning curves do, so it cannot be drawn on.' };
  }
  const fits = Array.from({ length: FITS }, () => fitPowerLaw(resampled(models, random)));

  const noise = noiseAbout(fitted, models, audited);
  const gain = intervalOf(
    fitted(now + NEXT) - fitted(now),
    Float64Array.from(fits, (law) => law(now + NEXT) - law(now) + noise * Math.SQRT2 * random.normal()),
  );
  if (gain.high - gain.low > WIDEST) {
    return { known: false, why: 'The curve is still too uncertain to say where it leads.' };
  }
  const ahead = Math.max(NEXT, Math.round(now / 2));
  const points = Array.from({ length: DRAWN_POINTS }, (_, step) => {
    const labels = now + Math.round((ahead * step) / (DRAWN_POINTS - 1));
    return { labels, accuracy: spread(fitted, fits, (law) => law(labels)) };
  });
  const value = labelsUntil(fitted, now);
  if (value === undefined) return { known: true, labels: now, gain, points };
  const needed = fits.map((law) => labelsUntil(law, now) ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const low = Math.min(value, needed[Math.floor(0.025 * FITS)]!);
  const high = Math.max(value, needed[Math.ceil(0.975 * FITS) - 1]!);
  return {
    known: true,
    labels: now,
    gain,
    points,
    labelsForPoint: { value, low, ...(Number.isFinite(high) ? { high } : {}) },
  };
}

/** Accuracy against labels, by the best law of the family. */
export type PowerLaw = (labels: number) => number;

const EXPONENTS = Array.from({ length: 60 }, (_, step) => 0.05 * 40 ** (step / 59));

/** @param points two or more different numbers of labels, ascending */
export function fitPowerLaw(
  points: readonly { readonly labels: number; readonly accuracy: number }[],
): PowerLaw {
  let best = { a: 0, b: 0, c: 1, error: Number.POSITIVE_INFINITY };
  const weights = points.map((_, place) => (place + 1) / points.length);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  for (const c of EXPONENTS) {
    const x = points.map(({ labels }) => labels ** -c);
    const meanX = weighted(weights, x) / all;
    const meanY =
      weighted(
        weights,
        points.map(({ accuracy }) => accuracy),
      ) / all;
    let xx = 0;
    let xy = 0;
    points.forEach(({ accuracy }, place) => {
      xx += weights[place]! * (x[place]! - meanX) ** 2;
      xy += weights[place]! * (x[place]! - meanX) * (accuracy - meanY);
    });
    let b = xx === 0 ? 0 : Math.max(0, -xy / xx);
    let a = meanY + b * meanX;
    if (a > 1) {
      // On the bound the best b goes through it alone.
      const square = points.reduce((sum, _, place) => sum + weights[place]! * x[place]! ** 2, 0);
      const missing = points.reduce(
        (sum, { accuracy }, place) => sum + weights[place]! * x[place]! * (1 - accuracy),
        0,
      );
      [a, b] = [1, Math.max(0, missing / square)];
    }
    const error = points.reduce(
      (sum, { accuracy }, place) => sum + weights[place]! * (accuracy - a + b * x[place]!) ** 2,
      0,
    );
    // Strictly better only: of equals the slowest, which promises least.
    if (error < best.error - 1e-15) best = { a, b, c, error };
  }
  const { a, b, c } = best;
  return (labels) => Math.max(0, a - b * labels ** -c);
}

/**
 * How far one model is from the law, as a standard deviation: the next 100 labels bring one model, which is luckier
 * or not than the present one, and no law. Seen from the later half of the models; early ones vary more.
 */
function noiseAbout(law: PowerLaw, models: readonly MeasuredModel[], audited: number): number {
  const later = models.slice(Math.floor(models.length / 2));
  const squares = later.reduce(
    (sum, { labels, right }) => sum + (sumOf(right) / audited - law(labels)) ** 2,
    0,
  );
  // The law's three parameters follow half of the points about half as far as all of them.
  return Math.sqrt(squares / Math.max(1, later.length - 1.5));
}

function resampled(models: readonly MeasuredModel[], random: Random) {
  const audited = models[0]!.right.length;
  const answers = Int32Array.from({ length: audited }, () => random.below(audited));
  const accuracies = models.map(
    ({ right }) => answers.reduce((sum, answer) => sum + right[answer]!, 0) / audited,
  );
  for (;;) {
    const drawn = Array.from(models, () => random.below(models.length)).sort((a, b) => a - b);
    // Three parameters need three points.
    if (new Set(drawn).size < 3) continue;
    return drawn.map((place) => ({ labels: models[place]!.labels, accuracy: accuracies[place]! }));
  }
}

function sumOf(right: Uint8Array): number {
  return right.reduce((sum, value) => sum + value, 0);
}

function spread(fitted: PowerLaw, fits: readonly PowerLaw[], figure: (law: PowerLaw) => number): Interval {
  return intervalOf(figure(fitted), Float64Array.from(fits, figure));
}

/** How many labels more bring the law one point up; undefined beyond the horizon. */
function labelsUntil(law: PowerLaw, now: number): number | undefined {
  const goal = law(now) + ONE_POINT;
  let high = HORIZON * now;
  if (law(now + high) < goal) return undefined;
  let low = 0;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (law(now + middle) >= goal) high = middle;
    else low = middle;
  }
  return high;
}

function weighted(weights: readonly number[], values: readonly number[]): number {
  return values.reduce((sum, value, place) => sum + weights[place]! * value, 0);
}
