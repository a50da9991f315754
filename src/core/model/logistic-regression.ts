/**
 * Multinomial logistic regression, L2 penalty, unpenalised intercept: the objective of scikit-learn's
 * `LogisticRegression`,
 *
 *     min over W, b   ½‖W‖² + C · Σᵢ sᵢ · −log softmax(xᵢW + b)[yᵢ],   sᵢ = 1, or n / (K·nₖ) when balanced
 *
 * For two classes scikit-learn fits one vector w instead of two. That equals a softmax of two vectors at half of
 * C, so with exactly two classes present C is halved here and the probabilities agree.
 *
 * Method: Newton's with conjugate gradients (Komarek & Moore 2005; Lin, Weng & Keerthi 2008), carried out in the
 * span of the labelled rows. By the representer theorem W = X'A, so every vector is n × K however large the
 * vocabulary, and is held twice: as coefficients A and as scores Z = XX'A. Inner products in weight space are
 * then A·Z. Rows are rounded to 32-bit floats; the point is held in 64-bit ones, directions in 32-bit ones. Directions
 * don't limit how exact a fit of the rounded rows gets: a gradient is the product of XX' with *its own* coefficients,
 * A + sᵢC(P − Y), which are rounded relative to themselves.
 *
 * Degenerate cases: no rows: uniform probabilities. One class seen: that class for certain. A class never seen
 * has probability 0 once two others have been. Rows without features score by the intercepts.
 */
import type { CsrMatrix } from '../features/csr.ts';
import type { Classifier, Model } from './classifier.ts';
import { Gram } from './gram.ts';
import { type ColumnScale, LinearModel } from './linear-model.ts';
import { SoftmaxFit } from './softmax-fit.ts';

export interface LogisticOptions {
  /** Inverse strength of the penalty, as in scikit-learn. */
  readonly C: number;
  /** Gives every class the same total weight. */
  readonly balanced: boolean;
  /** The last columns, so many, are taken to be so many times as long: their weights' penalty is divided by the square. */
  readonly last?: { readonly count: number; readonly weight: number };
  /** Stops when the gradient's length is below this share of its length at zero weights, to within a millionth of that. */
  readonly tolerance?: number;
}

export function logisticRegression(options: LogisticOptions): Classifier {
  return {
    name: 'logistic',
    fit: (rows, classes, classCount, start) => fitLinear(rows, classes, classCount, options, start),
  };
}

const MAX_NEWTON_STEPS = 50;
/** Shares of the gradient's length at zero weights, below which is looked after what 32-bit floats have left out. */
const ROUNDING_MATTERS = 1e-3;
const DRIFT_MATTERS = 2e-6;

function fitLinear(
  rows: CsrMatrix,
  classes: Int32Array,
  classCount: number,
  options: LogisticOptions,
  start: Model | undefined,
): LinearModel {
  const seenClasses = Int32Array.from(new Set(classes)).sort();
  const K = seenClasses.length;
  const nothing = new Float64Array(0);
  if (K < 2) {
    return new LinearModel({
      classCount,
      seenClasses,
      gram: undefined,
      coefficients: nothing,
      intercepts: new Float64Array(K),
    });
  }
  const { count, weight } = options.last ?? { count: 0, weight: 1 };
  const scale = { from: rows.columnCount - count, factor: weight };
  const gram = new Gram(weight === 1 ? rows : scaled(rows, scale));
  const fit = newFit(gram, classes, seenClasses, options);
  minimise(fit, seenClasses, start, options.tolerance ?? 1e-5);
  const [coefficients, intercepts] = [fit.coefficients(), fit.intercepts()];
  return new LinearModel({ classCount, seenClasses, gram, coefficients, intercepts, scale });
}

function scaled(rows: CsrMatrix, { from, factor }: ColumnScale): CsrMatrix {
  const values = rows.values.map((value, at) => (rows.columns[at]! < from ? value : factor * value));
  return { ...rows, values };
}

function newFit(
  gram: Gram,
  classes: Int32Array,
  seenClasses: Int32Array,
  options: LogisticOptions,
): SoftmaxFit {
  const n = gram.rowCount;
  const K = seenClasses.length;
  const targets = classes.map((classIndex) => seenClasses.indexOf(classIndex));
  const sizes = new Int32Array(K);
  for (const target of targets) sizes[target]!++;
  const C = K === 2 ? options.C / 2 : options.C;
  const weights = Float64Array.from(targets, (target) =>
    options.balanced ? (C * n) / (K * sizes[target]!) : C,
  );
  return new SoftmaxFit(gram, targets, K, weights);
}

/** Newton's method: moves the fit, which is at zero, to the minimum. */
function minimise(
  fit: SoftmaxFit,
  seenClasses: Int32Array,
  start: Model | undefined,
  tolerance: number,
): void {
  let value = fit.evaluate(0);
  let length = fit.gradientLength();
  const atZero = length;
  const goal = tolerance * atZero;
  if (start instanceof LinearModel && start.seenClasses.length > 1) {
    takeUp(fit, seenClasses, start);
    const warm = fit.evaluate(0);
    if (!(warm < value)) fit.moveToZero();
    value = warm < value ? warm : fit.evaluate(0);
    length = fit.gradientLength();
  }

  for (let step = 0; step < MAX_NEWTON_STEPS && length > goal; step++) {
    // Directions need to be as exact as the point is near (Eisenstat & Walker 1996), and no more than takes to the goal.
    const precision = Math.max(goal / (2 * length), Math.min(0.25, length / atZero));
    const slope = fit.findDirection(precision);
    if (!(slope < 0)) return; // rounding has used up what the gradient had to say
    const moved = lineSearch(fit, value, slope);
    if (moved === undefined) return;
    value = moved;
    if (precision * length < DRIFT_MATTERS * atZero) {
      fit.renewScores();
      value = fit.evaluate(0);
    }
    length = fit.gradientLength();
    if (length > goal && length < ROUNDING_MATTERS * atZero && fit.rounding() > goal) {
      fit.absorbGradient();
      value = fit.evaluate(0);
      length = fit.gradientLength();
    }
  }
}

/**
 * Goes to where an earlier fit ended. Labels mostly arrive at the end, so its coefficients are taken for the first rows
 * and 0 for later ones. Where its rows were others that only costs time: it is left again unless it beats zero.
 */
function takeUp(fit: SoftmaxFit, seenClasses: Int32Array, start: LinearModel): void {
  const before = start.seenClasses.length;
  fit.moveTo((A, width, b) => {
    const rowCount = Math.min(A.length / width, start.coefficients.length / before);
    seenClasses.forEach((classIndex, k) => {
      const was = start.seenClasses.indexOf(classIndex);
      if (was < 0) return;
      b[k] = start.intercept(classIndex)!;
      for (let row = 0; row < rowCount; row++) A[row * width + k] = start.coefficients[row * before + was]!;
    });
  });
}

/** Halves the step until it gains enough (Armijo), and goes. Returns the new objective, or undefined where none gains. */
function lineSearch(fit: SoftmaxFit, value: number, slope: number): number | undefined {
  for (let step = 1; step > 1e-8; step /= 2) {
    const moved = fit.evaluate(step);
    // Near the optimum the gain drowns in rounding: a rise of one part in 10¹² is no reason to halve.
    if (moved > value + 1e-4 * step * slope + 1e-12 * Math.abs(value)) continue;
    fit.advance(step);
    return moved;
  }
  return undefined;
}
