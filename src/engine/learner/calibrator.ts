/**
 * The temperature at which a model's probabilities are shown, by the answers it learned from.
 *
 * Cross-validation costs up to five models, so the temperature is that of the first answers, as many as the largest
 * step of a tenth that is reached: the same for the same answers, whenever it is asked for.
 */
import type { CsrMatrix } from '../../core/features/csr.ts';
import { crossValidatedTemperature } from '../../core/model/calibration.ts';
import type { Classifier } from '../../core/model/classifier.ts';
import { Random } from '../../core/random.ts';
import type { CurveRequest } from '../../protocol/learner.ts';

/** Fewer say nothing; more change little, and take long. */
const [FEWEST, MOST] = [20, 2000];
const STEP = 1.1;
const SEED = 1;

/** The answers that a model learns from. */
export type Taught = Pick<CurveRequest, 'rows' | 'classes' | 'classCount' | 'classifier'>;

export class Calibrator {
  readonly #featureRows: (rows: Int32Array) => CsrMatrix;
  #latest: { taught: Taught; classifier: Classifier; temperature: number } | undefined;

  /** @param featureRows the features that models are fitted on; others need another calibrator */
  constructor(featureRows: (rows: Int32Array) => CsrMatrix) {
    this.#featureRows = featureRows;
  }

  /** @param classifier what the model was fitted by */
  temperature(taught: Taught, classifier: Classifier): number {
    const length = steppedDown(taught.rows.length, { from: FEWEST, to: MOST, step: STEP });
    if (length === undefined) return 1;
    const first = firstOf(taught, length);
    const known = this.#latest;
    if (known && known.classifier === classifier && isSame(known.taught, first)) return known.temperature;
    const { rows, classes, classCount } = first;
    const temperature = crossValidatedTemperature(
      classifier,
      this.#featureRows(rows),
      classes,
      classCount,
      new Random(SEED),
    );
    this.#latest = { taught: first, classifier, temperature };
    return temperature;
  }
}

/** The largest of from, from·step, from·step²…, `to` at most, that is no larger than the value. */
export function steppedDown(
  value: number,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): number | undefined {
  if (value < from) return undefined;
  if (value >= to) return to;
  let reached = from;
  for (let exact = from; Math.round(exact) <= value; exact *= step) reached = Math.round(exact);
  return reached;
}

/** The first answers. */
export function firstOf(taught: Taught, length: number): Taught {
  const { rows, classes, classCount, classifier } = taught;
  return { rows: rows.slice(0, length), classes: classes.slice(0, length), classCount, classifier };
}

export function isSame(a: Taught, b: Taught): boolean {
  return (
    a.classCount === b.classCount &&
    a.classifier === b.classifier &&
    isEqual(a.rows, b.rows) &&
    isEqual(a.classes, b.classes)
  );
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
