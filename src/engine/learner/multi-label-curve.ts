/**
 * The honest learning curve where a record can have several labels: as `curve.ts`, with the figures that sets of labels
 * have. Predictions are kept by the answers that their models were taught.
 */
import { f1Interval, macroF1Interval, wilsonInterval } from '../../core/evaluate/intervals.ts';
import {
  hammingInterval,
  microF1Interval,
  type SetCounts,
  setCounts,
  subsetInterval,
} from '../../core/evaluate/multi-label.ts';
import { isTeachable, type LabelSets } from '../../core/model/label-sets.ts';
import { fitOneVsRest } from '../../core/model/one-vs-rest.ts';
import { type CurvePoint, type LabelQuality, type Measurement, UNMEASURED } from '../../protocol/curve.ts';
import { checkpoints } from './checkpoints.ts';
import type { SetLearner } from './multi-label.ts';
import { firstTaught, isEqual, isSameTaught, ONE_VS_REST, type TaughtSets } from './taught-sets.ts';
import { predictedSets } from './threshold-keeper.ts';

/** Said in place of what has no meaning, or no evidence yet, for sets of labels. */
const NOT_OFFERED = 'It is not offered where a record can have several labels.';

interface Measured {
  readonly taught: TaughtSets;
  readonly auditRows: Int32Array;
  readonly predicted: LabelSets;
}

export class SetCurveMeter {
  readonly #learner: SetLearner;
  readonly #giveWay: () => Promise<void>;
  /** By number of answers. */
  readonly #measured = new Map<number, Measured>();

  /** @param giveWay called between models: see `CurveMeter` */
  constructor(learner: SetLearner, giveWay: () => Promise<void>) {
    this.#learner = learner;
    this.#giveWay = giveWay;
  }

  /** Without a model, or without an audit answer, there is nothing. */
  async measure(taught: TaughtSets, auditRows: Int32Array, truth: LabelSets): Promise<Measurement> {
    const { classCount } = taught;
    const total = taught.rows.length;
    if (auditRows.length === 0 || !isTeachable(taught.sets, classCount)) return UNMEASURED;
    const lengths = checkpoints(total);
    const points: CurvePoint[] = [];
    let newest: SetCounts | undefined;
    for (const labels of lengths) {
      const first = firstTaught(taught, labels);
      if (!isTeachable(first.sets, classCount)) continue;
      await this.#giveWay();
      newest = setCounts(truth, this.#predict(labels, first, auditRows), classCount);
      points.push(pointOf(labels, newest));
    }
    for (const length of this.#measured.keys()) if (!lengths.includes(length)) this.#measured.delete(length);
    return {
      points,
      quality: newest?.byLabel.map(qualityOf) ?? [],
      confusion: [],
      agreements: [],
      forecast: { known: false, why: NOT_OFFERED },
      againstRandom: { known: false, why: NOT_OFFERED },
    };
  }

  #predict(length: number, taught: TaughtSets, auditRows: Int32Array): LabelSets {
    const kept = this.#measured.get(length);
    if (kept && isSameTaught(kept.taught, taught) && isEqual(kept.auditRows, auditRows))
      return kept.predicted;
    const { featureRows, thresholds } = this.#learner;
    const model = fitOneVsRest(featureRows(taught.rows), taught.sets, taught.classCount, ONE_VS_REST);
    const probabilities = model.probabilities(featureRows(auditRows));
    const predicted = predictedSets(probabilities, thresholds.thresholds(taught));
    this.#measured.set(length, { taught, auditRows, predicted });
    return predicted;
  }
}

function pointOf(labels: number, counts: SetCounts): CurvePoint {
  return {
    labels,
    accuracy: subsetInterval(counts),
    macroF1: macroF1Interval(counts.byLabel.filter(({ right, wrong, missed }) => right + wrong + missed > 0)),
    microF1: microF1Interval(counts),
    hammingLoss: hammingInterval(counts),
  };
}

function qualityOf(counts: SetCounts['byLabel'][number]): LabelQuality {
  const { right, wrong, missed } = counts;
  return {
    support: right + missed,
    guessed: right + wrong,
    right,
    precision: wilsonInterval(right, right + wrong),
    recall: wilsonInterval(right, right + missed),
    f1: f1Interval(counts),
  };
}
