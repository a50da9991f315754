/** Annotators who err: what the learner is told in place of the truth. */
import { Random } from '../../core/random.ts';

/** The share of answers that are wrong, or `recorded`: those of a second column. */
export type Noise = number | 'recorded';

/** So that who errs has nothing to do with what the same seed chooses. */
const SEED = 0x4e015e;

/**
 * Each answer is wrong with the given probability, and then any other class, all alike. People err by what is close, so
 * recorded answers are worth more where there are some.
 */
export function flipped(truth: Int32Array, classCount: number, share: number, seed: number): Int32Array {
  if (share === 0 || classCount < 2) return truth;
  const random = new Random(SEED + seed);
  return truth.map((own) => {
    // Both numbers are drawn always, so that a larger share adds errors to those of a smaller one.
    const errs = random.uniform() < share;
    const other = random.below(classCount - 1);
    return errs ? (other < own ? other : other + 1) : own;
  });
}
