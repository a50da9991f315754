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
 * then A·Z.
 *
 * Degenerate cases: no rows: uniform probabilities. One class seen: that class for certain. A class never seen
 * has probability 0 once two others have been. Rows without features score by the intercepts.
 */
import type { CsrMatrix } from '../features/csr.ts';
import type { Classifier, Model } from './classifier.ts';
import { Gram } from './gram.ts';
import { LinearModel, softmax } from './linear-model.ts';

export interface LogisticOptions {
  /** Inverse strength of the penalty, as in scikit-learn. */
  readonly C: number;
  /** Gives every class the same total weight. */
  readonly balanced: boolean;
  /** Stops when the gradient's length is below this share of its length at zero weights. */
  readonly tolerance?: number;
}

export function logisticRegression(options: LogisticOptions): Classifier {
  return {
    name: 'logistic',
    fit: (rows, classes, classCount, start) => fitLinear(rows, classes, classCount, options, start),
  };
}

const MAX_NEWTON_STEPS = 50;
const MAX_CONJUGATE_STEPS = 100;
/** Of the gradient's length at zero weights. */
const DRIFT_MATTERS = 1e-3;

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
      rows,
      coefficients: nothing,
      intercepts: new Float64Array(K),
    });
  }
  const problem = newProblem(rows, classes, seenClasses, options);
  const point = startingPoint(problem, start);
  minimise(problem, point, options.tolerance ?? 1e-5);
  return new LinearModel({ classCount, seenClasses, rows, coefficients: point.A, intercepts: point.b });
}

/** What is to be minimised: n labelled rows, K seen classes; all n × K arrays are row-major. */
interface Problem {
  readonly n: number;
  readonly K: number;
  /** Each row's class as a position in the seen classes. */
  readonly targets: Int32Array;
  readonly seenClasses: Int32Array;
  /** C · sᵢ. */
  readonly rowWeights: Float64Array;
  /** XX'. */
  readonly gram: Gram;
}

/** W = X'A and b, with the scores Z = XX'A beside A. */
interface Point {
  readonly A: Float64Array;
  readonly Z: Float64Array;
  readonly b: Float64Array;
}

function newProblem(
  rows: CsrMatrix,
  classes: Int32Array,
  seenClasses: Int32Array,
  options: LogisticOptions,
): Problem {
  const n = rows.rowCount;
  const K = seenClasses.length;
  const targets = classes.map((classIndex) => seenClasses.indexOf(classIndex));
  const sizes = new Int32Array(K);
  for (const target of targets) sizes[target]!++;
  const C = K === 2 ? options.C / 2 : options.C;
  const rowWeights = Float64Array.from(targets, (target) =>
    options.balanced ? (C * n) / (K * sizes[target]!) : C,
  );
  return { n, K, targets, seenClasses, rowWeights, gram: new Gram(rows) };
}

/**
 * Where to begin. Labels mostly arrive at the end, so the start's coefficients are taken for the first rows and 0
 * for later ones. Where its rows were others that only costs time: the point is taken only if it beats zero.
 */
function startingPoint(problem: Problem, start: Model | undefined): Point {
  const { n, K, seenClasses } = problem;
  const zero = newDirection(n * K, K);
  if (!(start instanceof LinearModel) || start.seenClasses.length < 2) return zero;

  const warm = newDirection(n * K, K);
  const before = start.seenClasses.length;
  const rowCount = Math.min(n, start.coefficients.length / before);
  for (let k = 0; k < K; k++) {
    const was = start.seenClasses.indexOf(seenClasses[k]!);
    if (was < 0) continue;
    warm.b[k] = start.intercept(seenClasses[k]!)!;
    for (let row = 0; row < rowCount; row++) warm.A[row * K + k] = start.coefficients[row * before + was]!;
  }
  problem.gram.multiply(warm.A, K, warm.Z);
  return objective(problem, warm) < objective(problem, zero) ? warm : zero;
}

function objective(problem: Problem, { A, Z, b }: Point): number {
  return dot(A, Z) / 2 + loss(problem, Z, b);
}

/** Newton's method: moves `point` to the minimum. */
function minimise(problem: Problem, point: Point, tolerance: number): void {
  const { n, K } = problem;
  const size = n * K;
  const P = new Float64Array(size);
  const gradient = newDirection(size, K);
  const atZero = gradientLengthAtZero(problem);
  const goal = tolerance * atZero;
  let value = objective(problem, point);

  for (let step = 0; step < MAX_NEWTON_STEPS; step++) {
    residuals(problem, point, P, gradient.A);
    gradient.b.fill(0);
    addColumns(gradient.A, gradient.b);
    problem.gram.multiply(gradient.A, K, gradient.Z);
    for (let at = 0; at < size; at++) {
      gradient.A[at]! += point.A[at]!;
      gradient.Z[at]! += point.Z[at]!;
    }
    const length = Math.sqrt(Math.max(0, inner(gradient, gradient)));
    if (length <= goal) return;

    // Early directions need not be exact (Dembo, Eisenstat & Steihaug 1982); the last one is.
    const direction = newtonDirection(problem, P, gradient, Math.max(goal / (2 * length), 0.25));
    const slope = inner(gradient, direction);
    if (!(slope < 0)) return; // rounding has used up what the gradient had to say
    const moved = lineSearch(problem, point, direction, value, slope);
    if (moved === undefined) return;
    value = moved;
    // Where rows depend on each other, rounding lets Z drift from XX'A by more than the last steps move.
    if (length < DRIFT_MATTERS * atZero) {
      problem.gram.multiply(point.A, K, point.Z);
      value = objective(problem, point);
    }
  }
}

function newDirection(size: number, K: number): Point {
  return { A: new Float64Array(size), Z: new Float64Array(size), b: new Float64Array(K) };
}

/** Solves H·x = −gradient until the residual has shrunk to `precision`, by preconditioned conjugate gradients. */
function newtonDirection(problem: Problem, P: Float64Array, gradient: Point, precision: number): Point {
  const { n, K, rowWeights } = problem;
  const size = n * K;
  // The intercepts' own curvature; without it they converge far more slowly than the weights.
  const curvature = new Float64Array(K);
  for (let row = 0, at = 0; row < n; row++) {
    for (let k = 0; k < K; k++, at++) curvature[k]! += rowWeights[row]! * P[at]! * (1 - P[at]!);
  }
  for (let k = 0; k < K; k++) curvature[k] = Math.max(curvature[k]!, 1e-3);

  const x = newDirection(size, K);
  const r = newDirection(size, K);
  const p = newDirection(size, K);
  const T = new Float64Array(size);
  const GT = new Float64Array(size);
  const Tb = new Float64Array(K);
  for (let at = 0; at < size; at++) {
    p.A[at] = r.A[at] = -gradient.A[at]!;
    p.Z[at] = r.Z[at] = -gradient.Z[at]!;
  }
  for (let k = 0; k < K; k++) {
    r.b[k] = -gradient.b[k]!;
    p.b[k] = r.b[k]! / curvature[k]!;
  }
  const preconditioned = () => {
    let sum = dot(r.A, r.Z);
    for (let k = 0; k < K; k++) sum += (r.b[k]! * r.b[k]!) / curvature[k]!;
    return sum;
  };

  let rz = preconditioned();
  const enough = precision * precision * rz;
  for (let step = 0; step < MAX_CONJUGATE_STEPS; step++) {
    curvatureTimes(problem, P, p, T, Tb);
    problem.gram.multiply(T, K, GT);
    const pHp = dot(p.A, p.Z) + dot(p.Z, T) + dot(p.b, Tb);
    if (!(pHp > 0)) break;
    const alpha = rz / pHp;
    for (let at = 0; at < size; at++) {
      x.A[at]! += alpha * p.A[at]!;
      x.Z[at]! += alpha * p.Z[at]!;
      r.A[at]! -= alpha * (p.A[at]! + T[at]!);
      r.Z[at]! -= alpha * (p.Z[at]! + GT[at]!);
    }
    for (let k = 0; k < K; k++) {
      x.b[k]! += alpha * p.b[k]!;
      r.b[k]! -= alpha * Tb[k]!;
    }
    const next = preconditioned();
    if (!(next > enough)) break;
    const beta = next / rz;
    rz = next;
    for (let at = 0; at < size; at++) {
      p.A[at] = r.A[at]! + beta * p.A[at]!;
      p.Z[at] = r.Z[at]! + beta * p.Z[at]!;
    }
    for (let k = 0; k < K; k++) p.b[k] = r.b[k]! / curvature[k]! + beta * p.b[k]!;
  }
  return x;
}

/** Halves the step until it gains enough (Armijo). Returns the new objective, or undefined where none gains. */
function lineSearch(
  problem: Problem,
  point: Point,
  direction: Point,
  value: number,
  slope: number,
): number | undefined {
  const trial = newDirection(point.A.length, problem.K);
  const AA = dot(point.A, point.Z);
  const AX = dot(point.A, direction.Z);
  const XX = dot(direction.A, direction.Z);
  for (let step = 1; step > 1e-8; step /= 2) {
    addScaled(point.Z, step, direction.Z, trial.Z);
    addScaled(point.b, step, direction.b, trial.b);
    const moved = (AA + 2 * step * AX + step * step * XX) / 2 + loss(problem, trial.Z, trial.b);
    // Near the optimum the gain drowns in rounding: a rise of one part in 10¹² is no reason to halve.
    if (moved <= value + 1e-4 * step * slope + 1e-12 * Math.abs(value)) {
      addScaled(point.A, step, direction.A, point.A);
      point.Z.set(trial.Z);
      point.b.set(trial.b);
      return moved;
    }
  }
  return undefined;
}

/** P = softmax(Z + b); R = Cs(P − Y). */
function residuals(problem: Problem, { Z, b }: Point, P: Float64Array, R: Float64Array): void {
  const { n, K, targets, rowWeights } = problem;
  for (let row = 0; row < n; row++) {
    const from = row * K;
    for (let k = 0; k < K; k++) P[from + k] = Z[from + k]! + b[k]!;
    softmax(P, from, K);
    for (let k = 0; k < K; k++) R[from + k] = rowWeights[row]! * P[from + k]!;
    R[from + targets[row]!]! -= rowWeights[row]!;
  }
}

/** T = Cs(diag(P) − PP')(pZ + pb), row by row, and its column sums. */
function curvatureTimes(
  problem: Problem,
  P: Float64Array,
  p: Point,
  T: Float64Array,
  Tb: Float64Array,
): void {
  const { n, K, rowWeights } = problem;
  Tb.fill(0);
  for (let row = 0; row < n; row++) {
    const from = row * K;
    let mean = 0;
    for (let k = 0; k < K; k++) mean += P[from + k]! * (p.Z[from + k]! + p.b[k]!);
    for (let k = 0; k < K; k++) {
      const entry = rowWeights[row]! * P[from + k]! * (p.Z[from + k]! + p.b[k]! - mean);
      T[from + k] = entry;
      Tb[k]! += entry;
    }
  }
}

function loss(problem: Problem, Z: Float64Array, b: Float64Array): number {
  const { n, K, targets, rowWeights } = problem;
  let sum = 0;
  for (let row = 0; row < n; row++) {
    const from = row * K;
    let highest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < K; k++) highest = Math.max(highest, Z[from + k]! + b[k]!);
    let total = 0;
    for (let k = 0; k < K; k++) total += Math.exp(Z[from + k]! + b[k]! - highest);
    const target = targets[row]!;
    sum += rowWeights[row]! * (highest + Math.log(total) - Z[from + target]! - b[target]!);
  }
  return sum;
}

function gradientLengthAtZero(problem: Problem): number {
  const { n, K } = problem;
  const R = new Float64Array(n * K);
  const GR = new Float64Array(n * K);
  const zero: Point = { A: R, Z: new Float64Array(n * K), b: new Float64Array(K) };
  residuals(problem, zero, new Float64Array(n * K), R);
  problem.gram.multiply(R, K, GR);
  const sums = new Float64Array(K);
  addColumns(R, sums);
  return Math.sqrt(dot(R, GR) + dot(sums, sums));
}

function inner(u: Point, v: Point): number {
  return dot(u.A, v.Z) + dot(u.b, v.b);
}

/** sums += the sums of the columns of an n × K matrix, K = the length of `sums`. */
function addColumns(matrix: Float64Array, sums: Float64Array): void {
  const K = sums.length;
  for (let from = 0; from < matrix.length; from += K) {
    for (let k = 0; k < K; k++) sums[k]! += matrix[from + k]!;
  }
}

function dot(u: Float64Array, v: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < u.length; at++) sum += u[at]! * v[at]!;
  return sum;
}

/** out = u + scale·v; `out` may be `u`. */
function addScaled(u: Float64Array, scale: number, v: Float64Array, out: Float64Array): void {
  for (let at = 0; at < u.length; at++) out[at] = u[at]! + scale * v[at]!;
}
