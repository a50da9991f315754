/**
 * The `ml-logistic-regression` package behind our contract: a second opinion, and the proof that the seam holds.
 *
 * The package fits a few dense features by a fixed number of plain gradient steps, one class against the rest,
 * without intercept or penalty, and predicts classes only. So it is given what it can work with: a record's
 * similarity to the mean labelled record of each class (Rocchio 1971), at unit scale, and a constant column for
 * the intercept; and the scores of the classes are scaled to sum to 1. A labelled record is compared with the
 * mean of the *others* of its class, or training would look easier than it is.
 *
 * Degenerate cases: no rows: uniform probabilities. One class seen: that class for certain.
 */
import MlLogisticRegression from 'ml-logistic-regression';
import { Matrix } from 'ml-matrix';
import { type CsrMatrix, usedColumns } from '../features/csr.ts';
import type { Classifier, Model } from './classifier.ts';

/** A bound on the multiplications of one fit, for about a second: fewer steps where rows and classes are many. */
const WORK = 4e8;
const FEWEST_STEPS = 20;
const MOST_STEPS = 300;

export function mlLogisticRegression(): Classifier {
  return { name: 'ml-logistic-regression', fit: fitDense };
}

function fitDense(rows: CsrMatrix, classes: Int32Array, classCount: number): Model {
  const seen = Int32Array.from(new Set(classes)).sort();
  if (seen.length < 2) return constantModel(classCount, seen[0]);

  const targets = classes.map((classIndex) => seen.indexOf(classIndex));
  const means = classMeans(rows, targets, seen.length);
  const similarities = means.similarities(rows, targets);
  const scales = unitScales(similarities, rows.rowCount, seen.length);
  const features = withConstant(similarities, scales, rows.rowCount);
  const steps = WORK / (4 * rows.rowCount * (seen.length + 1) * seen.length);
  const regression = new MlLogisticRegression({
    numSteps: Math.round(Math.min(MOST_STEPS, Math.max(FEWEST_STEPS, steps))),
    // The curvature is at most a quarter of the sum of squares: steps of its inverse converge.
    learningRate: 4 / features.norm('frobenius') ** 2,
  });
  regression.train(features, Matrix.columnVector(Array.from(targets)));

  return {
    classCount,
    probabilities(others) {
      const result = new Float64Array(others.rowCount * classCount);
      if (others.rowCount === 0) return result;
      const input = withConstant(means.similarities(others), scales, others.rowCount);
      // The package makes the class at hand 0 and the rest 1: its score speaks against the class.
      const against = regression.classifiers.map((classifier) => classifier.testScores(input));
      for (let row = 0; row < others.rowCount; row++) {
        // The epsilon keeps a row finite that every class rejects.
        let total = 0;
        for (const scores of against) total += 1 - scores[row]! + Number.EPSILON;
        against.forEach((scores, k) => {
          result[row * classCount + seen[k]!] = (1 - scores[row]! + Number.EPSILON) / total;
        });
      }
      return result;
    },
  };
}

function constantModel(classCount: number, only: number | undefined): Model {
  return {
    classCount,
    probabilities(rows) {
      const result = new Float64Array(rows.rowCount * classCount);
      if (only === undefined) return result.fill(1 / classCount);
      for (let row = 0; row < rows.rowCount; row++) result[row * classCount + only] = 1;
      return result;
    },
  };
}

interface ClassMeans {
  /** rows × K scalar products with the means; with `targets`, each row is left out of its own class's mean. */
  similarities(rows: CsrMatrix, targets?: Int32Array): Float64Array;
}

function classMeans(labelled: CsrMatrix, targets: Int32Array, K: number): ClassMeans {
  const { places, count } = usedColumns(labelled);
  const sums = new Float64Array(count * K);
  const sizes = new Int32Array(K);
  for (let row = 0; row < labelled.rowCount; row++) {
    sizes[targets[row]!]!++;
    for (let at = labelled.rowStarts[row]!; at < labelled.rowStarts[row + 1]!; at++) {
      sums[places[labelled.columns[at]!]! * K + targets[row]!]! += labelled.values[at]!;
    }
  }
  return {
    similarities(rows, ownTargets) {
      const result = new Float64Array(rows.rowCount * K);
      for (let row = 0; row < rows.rowCount; row++) {
        let squares = 0;
        for (let at = rows.rowStarts[row]!; at < rows.rowStarts[row + 1]!; at++) {
          const value = rows.values[at]!;
          const place = places[rows.columns[at]!]!;
          if (place < 0) continue; // no class's mean holds it
          squares += value * value;
          for (let k = 0; k < K; k++) result[row * K + k]! += value * sums[place * K + k]!;
        }
        const own = ownTargets?.[row];
        if (own !== undefined) result[row * K + own]! -= squares;
        for (let k = 0; k < K; k++) result[row * K + k]! /= Math.max(1, sizes[k]! - (own === k ? 1 : 0));
      }
      return result;
    },
  };
}

/** One over the root mean square of each column; 0 for a column of zeros. */
function unitScales(values: Float64Array, rowCount: number, columnCount: number): Float64Array {
  const squares = new Float64Array(columnCount);
  for (let at = 0; at < values.length; at++) squares[at % columnCount]! += values[at]! * values[at]!;
  return squares.map((sum) => (sum > 0 ? Math.sqrt(rowCount / sum) : 0));
}

/** The scaled columns, and a column of ones after them. */
function withConstant(values: Float64Array, scales: Float64Array, rowCount: number): Matrix {
  const K = scales.length;
  const result = Matrix.zeros(rowCount, K + 1);
  for (let row = 0; row < rowCount; row++) {
    for (let k = 0; k < K; k++) result.set(row, k, values[row * K + k]! * scales[k]!);
    result.set(row, K, 1);
  }
  return result;
}
