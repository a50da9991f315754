/**
 * Honest probabilities: one temperature T that divides a model's scores (Guo et al. 2017, "On Calibration of Modern
 * Neural Networks", section 4.2). It changes no ranking of the classes, only how sure the model sounds: T > 1 says
 * that it was too sure, T < 1 that it was not sure enough.
 *
 * Scores are known up to a constant a row, so softmax(z / T) is p^(1/T), normalised, and a probability of 0 stays 0.
 */
import { type CsrMatrix, selectRows } from '../features/csr.ts';
import type { Random } from '../random.ts';
import type { Classifier } from './classifier.ts';
import { foldsOf } from './held-out.ts';

/** A temperature is looked for between 1/20 and 20: beyond that a model is certain of everything, or of nothing. */
const MOST_EXTREME = 20;
const FOLDS = 5;
/** With fewer answers held out a temperature would follow chance. */
const LEAST_HELD_OUT = 20;
/** From here on one held-out fifth says enough about one number, and five fits would keep a card waiting. */
const ENOUGH_FOR_ONE_FOLD = 400;

/** The probabilities at a temperature, n × classCount as given; 1 changes nothing. */
export function tempered(probabilities: Float64Array, classCount: number, temperature: number): Float64Array {
  if (temperature === 1) return probabilities;
  const result = new Float64Array(probabilities.length);
  for (let from = 0; from < probabilities.length; from += classCount) {
    let highest = 0;
    for (let k = 0; k < classCount; k++) highest = Math.max(highest, probabilities[from + k]!);
    let total = 0;
    for (let k = 0; k < classCount; k++) {
      // Divided by the highest first: a small share to a large power would vanish, and the sum with it.
      const share = (probabilities[from + k]! / highest) ** (1 / temperature);
      result[from + k] = share;
      total += share;
    }
    for (let k = 0; k < classCount; k++) result[from + k]! /= total;
  }
  return result;
}

/**
 * The temperature at which the true classes are likeliest. The likelihood is concave in 1/T, so its slope is halved
 * down to 1e-6. Rows whose true class has probability 0 say nothing about a temperature and are left out.
 *
 * @param probabilities n × classCount, by models that have not learned from these rows
 * @returns 1 where fewer than 20 rows say something
 */
export function fitTemperature(probabilities: Float64Array, classes: Int32Array, classCount: number): number {
  const rows = Array.from(classes, (own, row) => ({ own, from: row * classCount })).filter(
    ({ own, from }) => probabilities[from + own]! > 0,
  );
  if (rows.length < LEAST_HELD_OUT) return 1;
  const logs = probabilities.map((p) => Math.log(p));
  /** d/dβ of the log-likelihood at β = 1/T: falls as β grows. */
  const slope = (beta: number): number => {
    let sum = 0;
    for (const { own, from } of rows) {
      let highest = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < classCount; k++) highest = Math.max(highest, logs[from + k]!);
      let total = 0;
      let mean = 0;
      for (let k = 0; k < classCount; k++) {
        const log = logs[from + k]!;
        if (log === Number.NEGATIVE_INFINITY) continue;
        const share = Math.exp(beta * (log - highest));
        total += share;
        mean += share * log;
      }
      sum += logs[from + own]! - mean / total;
    }
    return sum;
  };
  let [low, high] = [1 / MOST_EXTREME, MOST_EXTREME];
  if (slope(low) <= 0) return 1 / low;
  if (slope(high) >= 0) return 1 / high;
  while (high - low > 1e-6 * high) {
    const middle = Math.sqrt(low * high);
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  return 1 / Math.sqrt(low * high);
}

/**
 * The temperature for a model of these answers, by five-fold cross-validation, the classes spread over the folds.
 * Answers chosen to be hard are calibrated on hard answers, so on the whole pool the model may still be a little
 * surer or less sure than it says: the audit answers show it.
 */
export function crossValidatedTemperature(
  classifier: Classifier,
  rows: CsrMatrix,
  classes: Int32Array,
  classCount: number,
  random: Random,
): number {
  const foldCount = rows.rowCount >= ENOUGH_FOR_ONE_FOLD ? 1 : FOLDS;
  const probabilities: number[] = [];
  const truth: number[] = [];
  for (const { held, kept } of foldsOf(classes, FOLDS, random).slice(0, foldCount)) {
    const known = kept.map((row) => classes[row]!);
    if (new Set(known).size < 2) continue;
    const model = classifier.fit(selectRows(rows, kept), known, classCount);
    probabilities.push(...model.probabilities(selectRows(rows, held)));
    truth.push(...held.map((row) => classes[row]!));
  }
  return fitTemperature(Float64Array.from(probabilities), Int32Array.from(truth), classCount);
}
