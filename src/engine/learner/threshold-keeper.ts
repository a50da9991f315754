/**
 * From which probabilities labels are given, by the answers that the model learned from. Cross-validation costs several
 * models, so the thresholds are those of the first answers, as many as the largest step of a tenth that is reached: the
 * same for the same answers, whenever they are asked for. Further steps are kept, for curves.
 */
import type { CsrMatrix } from '../../core/features/csr.ts';
import type { LabelSets } from '../../core/model/label-sets.ts';
import { crossValidatedThresholds } from '../../core/model/label-thresholds.ts';
import { Random } from '../../core/random.ts';
import { steppedDown } from './calibrator.ts';
import { firstTaught, isSameTaught, ONE_VS_REST, type TaughtSets } from './taught-sets.ts';

const [FEWEST, MOST] = [10, 2000];
const STEP = 1.1;
const SEED = 1;
/** As many as a curve has points, and the newest. */
const MOST_KEPT = 16;

export class ThresholdKeeper {
  readonly #featureRows: (rows: Int32Array) => CsrMatrix;
  /** By number of answers, the latest used last. */
  readonly #kept = new Map<number, { taught: TaughtSets; thresholds: Float64Array }>();

  /** @param featureRows the features that models are fitted on; others need another keeper */
  constructor(featureRows: (rows: Int32Array) => CsrMatrix) {
    this.#featureRows = featureRows;
  }

  thresholds(taught: TaughtSets): Float64Array {
    const length = steppedDown(taught.rows.length, { from: FEWEST, to: MOST, step: STEP });
    if (length === undefined) return new Float64Array(taught.classCount).fill(0.5);
    const first = firstTaught(taught, length);
    const kept = this.#kept.get(length);
    const thresholds = kept && isSameTaught(kept.taught, first) ? kept.thresholds : this.#fit(first);
    this.#kept.delete(length);
    this.#kept.set(length, { taught: first, thresholds });
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(key);
    }
    return thresholds;
  }

  #fit({ rows, sets, classCount }: TaughtSets): Float64Array {
    return crossValidatedThresholds(this.#featureRows(rows), sets, classCount, ONE_VS_REST, new Random(SEED));
  }
}

/** For each row the classes whose probability reaches their threshold; probabilities are rows × classes. */
export function predictedSets(probabilities: Float64Array, thresholds: Float64Array): LabelSets {
  const classCount = thresholds.length;
  const rowCount = classCount === 0 ? 0 : probabilities.length / classCount;
  const starts = new Int32Array(rowCount + 1);
  const members: number[] = [];
  for (let row = 0; row < rowCount; row++) {
    for (let k = 0; k < classCount; k++)
      if (probabilities[row * classCount + k]! >= thresholds[k]!) members.push(k);
    starts[row + 1] = members.length;
  }
  return { starts, members: Int32Array.from(members) };
}
