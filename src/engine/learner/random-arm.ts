/**
 * The choice of records against chance, by the only answers that were drawn by chance: the audit answers. Half of
 * them teach a model, the other half measures it and the model of equally many chosen answers; then the other way
 * round, over five divisions. Answers that a strategy chose never stand in for random ones.
 *
 * The model of chosen answers is a single one, lucky or not: how much luck there is is seen from the ten models of
 * random answers, and widens the interval. Not seen: records that repeat audit records were kept from the chosen
 * answers alone, which favours chance a little.
 */
import { pairedDifference } from '../../core/evaluate/intervals.ts';
import { likeliestClasses } from '../../core/evaluate/metrics.ts';
import type { CsrMatrix } from '../../core/features/csr.ts';
import { classifierByName } from '../../core/model/registry.ts';
import { Random } from '../../core/random.ts';
import type { AgainstRandom } from '../../protocol/curve.ts';
import type { CurveRequest } from '../../protocol/learner.ts';
import { isSame, steppedDown, type Taught } from './calibrator.ts';

/** With fewer audit answers a half is too small to learn from. */
const FEWEST_AUDIT = 60;
const MOST_AUDIT = 1000;
/** It is compared anew when there is a sixth more to compare with. */
const STEP = 1.15;
const DIVISIONS = 5;
const SEED = 1;

export class RandomArm {
  readonly #featureRows: (rows: Int32Array) => CsrMatrix;
  readonly #giveWay: () => Promise<void>;
  #latest: { drawn: Taught; first: Taught; result: AgainstRandom } | undefined;

  /**
   * @param featureRows the features that models are fitted on; others need another arm
   * @param giveWay called between models: see `CurveMeter`
   */
  constructor(featureRows: (rows: Int32Array) => CsrMatrix, giveWay: () => Promise<void>) {
    this.#featureRows = featureRows;
    this.#giveWay = giveWay;
  }

  /** Both arms' models are of the usual setting, so that nothing but the answers differs. */
  async compare(request: CurveRequest): Promise<AgainstRandom> {
    const { rows, classes, auditRows, auditClasses, classCount, classifier } = request;
    const audited = steppedDown(auditRows.length, { from: FEWEST_AUDIT, to: MOST_AUDIT, step: STEP });
    if (audited === undefined) {
      return unknown(
        `Only answers drawn at random may stand for chance, and it takes ${FEWEST_AUDIT} audit answers; so far: ${auditRows.length}.`,
      );
    }
    const half = Math.floor(audited / 2);
    if (rows.length < half) {
      return unknown(`It takes ${half} chosen answers for a fair comparison; so far: ${rows.length}.`);
    }
    const drawn = {
      rows: auditRows.slice(0, audited),
      classes: auditClasses.slice(0, audited),
      classCount,
      classifier,
    };
    const first = { rows: rows.slice(0, half), classes: classes.slice(0, half), classCount, classifier };
    const kept = this.#latest;
    if (kept && isSame(kept.drawn, drawn) && isSame(kept.first, first)) return kept.result;
    const result =
      new Set(first.classes).size < 2
        ? unknown('The first chosen answers all have the same label.')
        : await this.#compared(drawn, half, first);
    this.#latest = { drawn, first, result };
    return result;
  }

  async #compared(drawn: Taught, half: number, first: Taught): Promise<AgainstRandom> {
    const { rows, classes, classCount } = drawn;
    const classifier = classifierByName(drawn.classifier);
    await this.#giveWay();
    const byChosen = likeliestClasses(
      classifier
        .fit(this.#featureRows(first.rows), first.classes, classCount)
        .probabilities(this.#featureRows(rows)),
      classCount,
    );
    const random = new Random(SEED);
    const right = new Float64Array(rows.length);
    const tested = new Int32Array(rows.length);
    const runs: { readonly measuring: Int32Array; readonly right: Uint8Array }[] = [];
    for (let division = 0; division < DIVISIONS; division++) {
      const order = random.sample(rows.length, rows.length);
      const halves = [order.subarray(0, half), order.subarray(half, 2 * half)];
      for (const [teaching, measuring] of [halves, halves.toReversed()] as [Int32Array, Int32Array][]) {
        const known = teaching.map((at) => classes[at]!);
        if (new Set(known).size < 2) return unknown('The audit answers nearly all have the same label.');
        await this.#giveWay();
        const taught = this.#featureRows(teaching.map((at) => rows[at]!));
        const model = classifier.fit(taught, known, classCount);
        const asked = this.#featureRows(measuring.map((at) => rows[at]!));
        const guesses = likeliestClasses(model.probabilities(asked), classCount);
        const ownRight = Uint8Array.from(measuring, (at, place) => (guesses[place] === classes[at] ? 1 : 0));
        measuring.forEach((at, place) => {
          right[at]! += ownRight[place]!;
          tested[at]!++;
        });
        runs.push({ measuring, right: ownRight });
      }
    }
    const measured = Int32Array.from(rows.keys()).filter((at) => tested[at]! > 0);
    const byChance = Float64Array.from(measured, (at) => right[at]! / tested[at]!);
    const byChoice = Float64Array.from(measured, (at) => (byChosen[at] === classes[at] ? 1 : 0));
    // How far each model of random answers is from all of them, on the same records.
    const deviations = runs.map((run) =>
      mean(Float64Array.from(run.measuring, (at, place) => run.right[place]! - right[at]! / tested[at]!)),
    );
    const luck = Math.sqrt(
      deviations.reduce((sum, deviation) => sum + deviation ** 2, 0) / (deviations.length - 1),
    );
    return {
      known: true,
      labels: half,
      chosen: mean(byChoice),
      random: mean(byChance),
      difference: pairedDifference(byChoice, byChance, luck, new Random(SEED)),
    };
  }
}

function unknown(why: string): AgainstRandom {
  return { known: false, why };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
