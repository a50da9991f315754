/**
 * What can be measured of a project: the honest learning curve, and how good, how sure and how settled the newest
 * model is.
 *
 * Models of the first answers are measured on the audit answers, which were drawn at random and never train, so the
 * figures hold for the whole pool. Predictions are kept by the answers that their models were trained on: one more of
 * those answers costs one more model. One more audit answer costs all of them anew: kept for it, each would take
 * megabytes.
 */
import { changedShare, cohensKappa, predictedChangeOfF } from '../../core/evaluate/agreement.ts';
import { forecast } from '../../core/evaluate/forecast.ts';
import { f1Interval, macroF1Interval, wilsonInterval } from '../../core/evaluate/intervals.ts';
import {
  type ConfusionMatrix,
  classCounts,
  confusionMatrix,
  likeliestClasses,
} from '../../core/evaluate/metrics.ts';
import { reliability } from '../../core/evaluate/reliability.ts';
import type { CsrMatrix } from '../../core/features/csr.ts';
import { tempered } from '../../core/model/calibration.ts';
import type { Classifier, Model } from '../../core/model/classifier.ts';
import { Random } from '../../core/random.ts';
import {
  type Agreement,
  type Calibration,
  type ConfusionCell,
  type LabelQuality,
  type Measurement,
  UNMEASURED,
} from '../../protocol/curve.ts';
import type { CurveRequest } from '../../protocol/learner.ts';
import { type Calibrator, firstOf, isSame, type Taught } from './calibrator.ts';
import { checkpoints } from './checkpoints.ts';
import { RandomArm } from './random-arm.ts';
import type { Tuner } from './tuner.ts';

/** The bootstrap draws alike for every point, so that a curve does not tremble when it is drawn again. */
const BOOTSTRAP_SEED = 1;
/** Models are compared with the one of so many answers before, as far back as the criteria look. */
const ROUND = 20;
const ROUNDS = 4;

interface Measured {
  readonly taught: Taught;
  readonly classifier: Classifier;
  /** Row → predicted class. */
  readonly predictions: Map<number, number>;
}

export class CurveMeter {
  readonly #featureRows: (rows: Int32Array) => CsrMatrix;
  readonly #tuner: Tuner;
  readonly #calibrator: Calibrator;
  readonly #randomArm: RandomArm;
  readonly #giveWay: () => Promise<void>;
  /** By number of answers. */
  readonly #measured = new Map<number, Measured>();
  /** Of all answers: others ask it more than once. */
  #newest: { readonly taught: Taught; readonly classifier: Classifier; readonly model: Model } | undefined;

  /**
   * @param featureRows the features that models are fitted on; others need another meter
   * @param giveWay called between models, which nobody waits for: resolves when nothing more urgent is under way
   */
  constructor(
    featureRows: (rows: Int32Array) => CsrMatrix,
    tuner: Tuner,
    calibrator: Calibrator,
    giveWay: () => Promise<void>,
  ) {
    this.#featureRows = featureRows;
    this.#tuner = tuner;
    this.#calibrator = calibrator;
    this.#giveWay = giveWay;
    this.#randomArm = new RandomArm(featureRows, giveWay);
  }

  /**
   * Without a model of two classes, or without an audit answer, there is nothing.
   *
   * @param stopRows the records on which successive models are compared
   */
  async measure(request: CurveRequest, stopRows: Int32Array): Promise<Measurement> {
    const { classes, auditRows, auditClasses, classCount } = request;
    const total = request.rows.length;
    if (auditRows.length === 0 || new Set(classes).size < 2) return UNMEASURED;
    const lengths = checkpoints(total);
    const used = new Set(lengths);
    const models: { labels: number; predicted: Int32Array; right: Uint8Array }[] = [];
    for (const labels of lengths) {
      if (new Set(classes.subarray(0, labels)).size < 2) continue;
      await this.#giveWay();
      const predicted = await this.#predict(request, labels, auditRows);
      const right = Uint8Array.from(predicted, (guess, at) => (guess === auditClasses[at] ? 1 : 0));
      models.push({ labels, predicted, right });
    }
    const agreements = await this.#agreements(request, stopRows, used);
    const againstRandom = await this.#randomArm.compare(request);
    for (const length of this.#measured.keys()) if (!used.has(length)) this.#measured.delete(length);

    await this.#giveWay();
    const { model: newest, classifier } = await this.#newestModel(firstOf(request, total));
    const temperature = this.#calibrator.temperature(request, classifier);
    const uncertainty = this.#uncertainty(newest, temperature, stopRows);
    await this.#giveWay();
    const taught = new Set(classes);
    const matrix = confusionMatrix(auditClasses, models.at(-1)!.predicted, classCount);
    return {
      points: models.map(({ labels, predicted, right }) => ({
        labels,
        accuracy: wilsonInterval(
          right.reduce((sum, value) => sum + value, 0),
          right.length,
        ),
        macroF1: macroF1Interval(
          classCounts(confusionMatrix(auditClasses, predicted, classCount)).filter(
            ({ right: hits, wrong, missed }, k) => taught.has(k) || hits + wrong + missed > 0,
          ),
        ),
      })),
      quality: qualityOf(matrix),
      confusion: cellsOf(matrix),
      calibration: this.#calibration(newest, temperature, request),
      agreements,
      ...(uncertainty === undefined ? {} : { uncertainty }),
      forecast: forecast(models, new Random(BOOTSTRAP_SEED)),
      againstRandom,
    };
  }

  /** How the latest rounds' models agree on the stop set. */
  async #agreements(request: CurveRequest, stopRows: Int32Array, used: Set<number>): Promise<Agreement[]> {
    const last = Math.floor(request.rows.length / ROUND) * ROUND;
    const rounds: { labels: number; predicted: Int32Array }[] = [];
    for (let back = ROUNDS - 1; back >= 0; back--) {
      const labels = last - back * ROUND;
      if (labels <= 0 || stopRows.length === 0) continue;
      if (new Set(request.classes.subarray(0, labels)).size < 2) continue;
      await this.#giveWay();
      used.add(labels);
      rounds.push({ labels, predicted: await this.#predict(request, labels, stopRows) });
    }
    return rounds.slice(1).map(({ labels, predicted }, place) => {
      const before = rounds[place]!.predicted;
      return {
        labels,
        kappa: cohensKappa(before, predicted, request.classCount),
        changed: changedShare(before, predicted),
        changeOfF: predictedChangeOfF(before, predicted, request.classCount),
      };
    });
  }

  #calibration(model: Model, temperature: number, request: CurveRequest): Calibration {
    const { auditRows, auditClasses, classCount } = request;
    const probabilities = tempered(
      model.probabilities(this.#featureRows(auditRows)),
      classCount,
      temperature,
    );
    const guesses = likeliestClasses(probabilities, classCount);
    const { bins, error, errorByChance } = reliability(
      Float64Array.from(guesses, (guess, at) => probabilities[at * classCount + guess]!),
      Uint8Array.from(guesses, (guess, at) => (guess === auditClasses[at] ? 1 : 0)),
      new Random(BOOTSTRAP_SEED),
    );
    return { temperature, bins, error, errorByChance };
  }

  /** Mean entropy as a share of the highest; undefined where there is nothing to be unsure of. */
  #uncertainty(model: Model, temperature: number, stopRows: Int32Array): number | undefined {
    if (stopRows.length === 0) return undefined;
    const { classCount } = model;
    const probabilities = tempered(model.probabilities(this.#featureRows(stopRows)), classCount, temperature);
    const entropy = probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
    return entropy / stopRows.length / Math.log(classCount);
  }

  /** The classes of these rows by the model of the first answers. */
  async #predict(request: CurveRequest, length: number, rows: Int32Array): Promise<Int32Array> {
    const taught = firstOf(request, length);
    const classifier = await this.#classifierFor(taught);
    const kept = this.#measured.get(length);
    const measured =
      kept && kept.classifier === classifier && isSame(kept.taught, taught)
        ? kept
        : { taught, classifier, predictions: new Map<number, number>() };
    this.#measured.set(length, measured);
    const { predictions } = measured;
    const unseen = rows.filter((row) => !predictions.has(row));
    if (unseen.length > 0) {
      const isAll = length === request.rows.length;
      const model = isAll ? (await this.#newestModel(taught)).model : this.#fit(taught, classifier);
      const classes = likeliestClasses(model.probabilities(this.#featureRows(unseen)), model.classCount);
      unseen.forEach((row, at) => {
        predictions.set(row, classes[at]!);
      });
    }
    return rows.map((row) => predictions.get(row)!);
  }

  async #newestModel(taught: Taught): Promise<{ readonly model: Model; readonly classifier: Classifier }> {
    const classifier = await this.#classifierFor(taught);
    const known = this.#newest;
    if (known && known.classifier === classifier && isSame(known.taught, taught)) return known;
    this.#newest = { taught, classifier, model: this.#fit(taught, classifier) };
    return this.#newest;
  }

  /** Tuned by the same first answers: what came later says nothing of how good a model was. */
  async #classifierFor(taught: Taught): Promise<Classifier> {
    await this.#tuner.settle(taught, this.#giveWay);
    return this.#tuner.classifierFor(taught);
  }

  #fit({ rows, classes, classCount }: Taught, classifier: Classifier): Model {
    return classifier.fit(this.#featureRows(rows), classes, classCount);
  }
}

function qualityOf(matrix: ConfusionMatrix): LabelQuality[] {
  return classCounts(matrix).map((counts) => {
    const { right, wrong, missed } = counts;
    return {
      support: right + missed,
      guessed: right + wrong,
      right,
      precision: wilsonInterval(right, right + wrong),
      recall: wilsonInterval(right, right + missed),
      f1: f1Interval(counts),
    };
  });
}

function cellsOf({ classCount, counts }: ConfusionMatrix): ConfusionCell[] {
  const cells: ConfusionCell[] = [];
  counts.forEach((count, at) => {
    if (count > 0) cells.push({ truth: Math.floor(at / classCount), guessed: at % classCount, count });
  });
  return cells;
}
