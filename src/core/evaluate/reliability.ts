/** Whether probabilities are what they say: of the guesses made with 80 %, are 80 % right? */
import { type Interval, wilsonInterval } from './intervals.ts';

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
}

const BINS = 10;

/**
 * Ten bins of equal width and the expected calibration error (Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017,
 * equation 3). It is never negative, so with few guesses chance alone makes it large.
 *
 * @param confidences the probability of each guess, in [0, 1]
 * @param right 1 where the guess was right
 */
export function reliability(confidences: Float64Array, right: Uint8Array): Reliability {
  const members = Array.from({ length: BINS }, () => ({ count: 0, confidence: 0, right: 0 }));
  confidences.forEach((confidence, guess) => {
    const bin = members[Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1))]!;
    bin.count++;
    bin.confidence += confidence;
    bin.right += right[guess]!;
  });
  const bins = members
    .map(({ count, confidence, right: rightCount }, place) => ({
      from: place / BINS,
      to: (place + 1) / BINS,
      count,
      confidence: confidence / count,
      accuracy: wilsonInterval(rightCount, count),
    }))
    .filter(({ count }) => count > 0);
  const distances = bins.map(
    ({ count, confidence, accuracy }) => count * Math.abs(confidence - accuracy.value),
  );
  const all = confidences.length;
  return { bins, error: all === 0 ? 0 : distances.reduce((sum, distance) => sum + distance, 0) / all };
}
