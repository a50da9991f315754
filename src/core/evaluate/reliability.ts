/** Whether probabilities are what they say: of the guesses made with 80 %, are 80 % right? */
import type { Random } from '../random.ts';
import { type Interval, quantile, wilsonInterval } from './intervals.ts';

/** Guesses of similar probability together. */
export interface ReliabilityBin {
  /** The bin's bounds: above `from`, up to `to`. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Their mean probability. */
  readonly confidence: number;
  /** The share of them that were right. */
  readonly accuracy: Interval;
}

export interface Reliability {
  /** Those that hold a guess, ascending. */
  readonly bins: readonly ReliabilityBin[];
  /** The expected calibration error: the mean distance of probability and share right, by guess. */
  readonly error: number;
  /** What chance alone stays below in 95 of 100 cases where every probability holds. */
  readonly errorByChance: number;
}

const BINS = 10;
const RESAMPLES = 200;

/**
 * Ten bins of equal width and the expected calibration error (Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017,
 * equation 3). It is never negative, so with few guesses chance alone makes it large: how large is found by drawing
 * right and wrong guesses by the probabilities themselves (consistency resampling, Bröcker & Smith 2007).
 *
 * @param confidences the probability of each guess, in [0, 1]
 * @param right 1 where the guess was right
 */
export function reliability(confidences: Float64Array, right: Uint8Array, random: Random): Reliability {
  const places = Int32Array.from(confidences, (confidence) =>
    Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1)),
  );
  const counts = new Float64Array(BINS);
  const sums = new Float64Array(BINS);
  places.forEach((place, guess) => {
    counts[place]!++;
    sums[place]! += confidences[guess]!;
  });
  const rightsOf = (isRight: (guess: number) => boolean): Float64Array => {
    const rights = new Float64Array(BINS);
    places.forEach((place, guess) => {
      if (isRight(guess)) rights[place]!++;
    });
    return rights;
  };
  const errorOf = (rights: Float64Array): number =>
    rights.reduce((sum, own, place) => sum + Math.abs(sums[place]! - own), 0) / Math.max(1, places.length);

  const rights = rightsOf((guess) => right[guess] === 1);
  const byChance = Float64Array.from({ length: RESAMPLES }, () =>
    errorOf(rightsOf((guess) => random.uniform() < confidences[guess]!)),
  ).sort();
  const bins = Array.from(counts, (count, place) => ({
    from: place / BINS,
    to: (place + 1) / BINS,
    count,
    confidence: sums[place]! / count,
    accuracy: wilsonInterval(rights[place]!, count),
  })).filter(({ count }) => count > 0);
  return { bins, error: errorOf(rights), errorByChance: quantile(byChance, 0.95) };
}
