/**
 * Keeps the setting of the default classifier that suits the answers (`core/model/tuning.ts`).
 *
 * Cross-validation costs fifteen fits. It is done anew when the answers have grown by half, one fit at a time, so that lessons
 * between them need not wait: until then they go on with the setting of fewer answers.
 */
import { type CsrMatrix, selectRows } from '../../core/features/csr.ts';
import type { Classifier } from '../../core/model/classifier.ts';
import { foldsOf } from '../../core/model/held-out.ts';
import { logisticRegression } from '../../core/model/logistic-regression.ts';
import { classifierByName, classifiers } from '../../core/model/registry.ts';
import { bestSetting, SETTINGS } from '../../core/model/tuning.ts';
import { Random } from '../../core/random.ts';
import { firstOf, isSame, steppedDown, type Taught } from './calibrator.ts';

/** With fewer answers no setting is better on all sets; with more little changes, and fits take long. */
const [FEWEST, MOST] = [200, 1000];
const STEP = 1.5;
const FOLDS = 5;
const SEED = 1;
/** One answer that nobody could foresee is not to outweigh all others. */
const LEAST_PROBABILITY = 1e-3;

export class Tuner {
  readonly #featureRows: (rows: Int32Array) => CsrMatrix;
  readonly #denseCount: number;
  readonly #classifiers: readonly Classifier[];
  /** By number of answers: those that were looked at, and what suits them. */
  readonly #decisions = new Map<number, { readonly taught: Taught; readonly classifier: Classifier }>();
  #latest: Promise<void> = Promise.resolve();

  /**
   * @param featureRows the features that models are fitted on; others need another tuner
   * @param denseCount how many of their last columns are dense; where there are none nothing is tuned
   */
  constructor(featureRows: (rows: Int32Array) => CsrMatrix, denseCount: number) {
    this.#featureRows = featureRows;
    this.#denseCount = denseCount;
    this.#classifiers = SETTINGS.map(({ C, denseWeight }, place) =>
      place === 0
        ? classifiers[0]!
        : logisticRegression({ C, balanced: true, last: { count: denseCount, weight: denseWeight } }),
    );
  }

  /** The classifier for these answers, as far as is decided. */
  classifierFor({ rows, classifier }: Pick<Taught, 'rows' | 'classifier'>): Classifier {
    let known = classifierByName(classifier);
    if (known !== this.#classifiers[0]) return known;
    let longest = 0;
    for (const [length, decision] of this.#decisions) {
      if (length < longest || length > rows.length) continue;
      longest = length;
      known = decision.classifier;
    }
    return known;
  }

  /** Decides what these answers allow to decide, a fit between two turns. */
  async settle(taught: Taught, giveWay: () => Promise<void>): Promise<void> {
    const settled = this.#latest.then(async () => {
      for (const _ of this.decide(taught)) await giveWay();
    });
    this.#latest = settled.catch(() => {});
    return settled;
  }

  /** The same for who has the time: a fit a step, done at the end. */
  *decide(taught: Taught): Generator<undefined, void> {
    const length = steppedDown(taught.rows.length, { from: FEWEST, to: MOST, step: STEP });
    const isTuned = classifierByName(taught.classifier) === this.#classifiers[0] && this.#denseCount > 0;
    if (length === undefined || !isTuned) return;
    const first = firstOf(taught, length);
    const known = this.#decisions.get(length);
    if (known && isSame(known.taught, first)) return;
    const { classes, classCount } = first;
    const rows = this.#featureRows(first.rows);
    const logs = this.#classifiers.map(() => new Float64Array(length).fill(Math.log(LEAST_PROBABILITY)));
    for (const { held, kept } of foldsOf(classes, FOLDS, new Random(SEED))) {
      const known = kept.map((at) => classes[at]!);
      if (new Set(known).size < 2) continue;
      const [keptRows, heldRows] = [selectRows(rows, kept), selectRows(rows, held)];
      for (const [place, classifier] of this.#classifiers.entries()) {
        const said = classifier.fit(keptRows, known, classCount).probabilities(heldRows);
        held.forEach((at, row) => {
          const p = said[row * classCount + classes[at]!]!;
          logs[place]![at] = Math.log(Math.max(LEAST_PROBABILITY, p));
        });
        yield;
      }
    }
    this.#decisions.set(length, { taught: first, classifier: this.#classifiers[bestSetting(logs)]! });
  }
}
