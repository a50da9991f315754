/**
 * The honest learning curve: models on the first answers, measured on the audit answers.
 *
 * Audit answers were drawn at random and never train, so the figures hold for the whole pool. Models and their
 * predictions are kept by the answers they were trained on: one more answer of either kind costs one more model,
 * or one more prediction a model.
 */
import { setImmediate } from 'node:timers/promises';
import { macroF1Interval, wilsonInterval } from '../../core/evaluate/intervals.ts';
import { likeliestClasses } from '../../core/evaluate/metrics.ts';
import type { CsrMatrix } from '../../core/features/csr.ts';
import type { Model } from '../../core/model/classifier.ts';
import { classifierByName } from '../../core/model/registry.ts';
import { Random } from '../../core/random.ts';
import type { CurvePoint } from '../../protocol/curve.ts';
import type { CurveRequest } from '../../protocol/learner.ts';

/** Fixed, so that the same models serve as answers arrive; each about 1.4 times the one before. */
const CHECKPOINTS = [
  10, 14, 20, 30, 40, 60, 80, 120, 160, 240, 320, 500, 700, 1000, 1400, 2000, 2800, 4000, 5600, 8000,
];
/** How many of them a curve shows, the newest besides. */
const SHOWN_CHECKPOINTS = 12;
/** The bootstrap draws alike for every point, so that a curve does not tremble when it is drawn again. */
const BOOTSTRAP_SEED = 1;

interface Measured {
  readonly model: Model;
  readonly rows: Int32Array;
  readonly classes: Int32Array;
  readonly classCount: number;
  readonly classifier: string;
  /** Audit row → predicted class. */
  readonly predictions: Map<number, number>;
}

export class CurveMeter {
  readonly #featureRows: (rows: Int32Array) => CsrMatrix;
  /** By number of answers. */
  readonly #measured = new Map<number, Measured>();

  /** @param featureRows the features that models are fitted on; others need another meter */
  constructor(featureRows: (rows: Int32Array) => CsrMatrix) {
    this.#featureRows = featureRows;
  }

  /** Points ascending in labels; none where no model or no audit answer is. Lets other work in between models. */
  async measure(request: CurveRequest): Promise<CurvePoint[]> {
    const { rows, classes, auditRows, auditClasses, classCount } = request;
    if (auditRows.length === 0) return [];
    const total = rows.length;
    const lengths = CHECKPOINTS.filter((length) => length < total).slice(-SHOWN_CHECKPOINTS);
    const points: CurvePoint[] = [];
    for (const length of [...lengths, total]) {
      if (new Set(classes.subarray(0, length)).size < 2) continue;
      await setImmediate();
      const measured = this.#modelOf(request, length);
      const predicted = this.#predict(measured, auditRows);
      const right = predicted.filter((predictedClass, at) => predictedClass === auditClasses[at]).length;
      points.push({
        labels: length,
        accuracy: wilsonInterval(right, auditRows.length),
        macroF1: macroF1Interval(auditClasses, predicted, classCount, new Random(BOOTSTRAP_SEED)),
      });
    }
    for (const length of this.#measured.keys()) {
      if (length !== total && !lengths.includes(length)) this.#measured.delete(length);
    }
    return points;
  }

  #modelOf(request: CurveRequest, length: number): Measured {
    const rows = request.rows.slice(0, length);
    const classes = request.classes.slice(0, length);
    const { classCount, classifier } = request;
    const kept = this.#measured.get(length);
    if (
      kept?.classCount === classCount &&
      kept.classifier === classifier &&
      equal(kept.rows, rows) &&
      equal(kept.classes, classes)
    ) {
      return kept;
    }
    const model = classifierByName(classifier).fit(this.#featureRows(rows), classes, classCount);
    const measured = { model, rows, classes, classCount, classifier, predictions: new Map<number, number>() };
    this.#measured.set(length, measured);
    return measured;
  }

  #predict({ model, predictions }: Measured, auditRows: Int32Array): Int32Array {
    const unseen = auditRows.filter((row) => !predictions.has(row));
    const classes = likeliestClasses(model.probabilities(this.#featureRows(unseen)), model.classCount);
    unseen.forEach((row, at) => {
      predictions.set(row, classes[at]!);
    });
    return auditRows.map((row) => predictions.get(row)!);
  }
}

function equal(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
