/**
 * One binary logistic regression a label, for records that can have several (binary relevance): each is
 *
 *     min over w, b   ½‖w‖² + C · Σᵢ log(1 + exp(−yᵢ(xᵢw + b))),   yᵢ = ±1,
 *
 * the objective of scikit-learn's `OneVsRestClassifier(LogisticRegression(C))`, with an unpenalised intercept.
 *
 * All labels are fitted together: as in `logistic-regression.ts` the weights are sums of the labelled rows, W = X'A, so
 * that every step needs the product XX'·V, and one product serves the steps of all labels that are still on their way.
 * Each has its own conjugate gradients, line search and end.
 *
 * Degenerate cases: a label that none or all of the rows have gets no weights, and its share of the rows, half a row
 * added to either side, for every record. No rows: probability ½ for every label.
 */
import type { CsrMatrix } from '../features/csr.ts';
import { Gram } from './gram.ts';
import { classSizes, type LabelSets, setOf } from './label-sets.ts';
import { LinearModel } from './linear-model.ts';

export interface OneVsRestOptions {
  /** Inverse strength of the penalty, as in scikit-learn. */
  readonly C: number;
  /** A label is done when its gradient's length is below this share of its length at zero weights. */
  readonly tolerance?: number;
}

export class OneVsRestModel {
  readonly classCount: number;
  /**
   * The labels' scores as those of classes, and one more class that scores 0. So the odds of a label against that
   * class are e^score, whatever the other labels score, and all that is fast for linear models serves here too.
   */
  readonly linear: LinearModel;

  constructor(classCount: number, linear: LinearModel) {
    this.classCount = classCount;
    this.linear = linear;
  }

  /** n × classCount, row-major: the probability that each label applies. A row does not sum to 1. */
  probabilities(rows: CsrMatrix): Float64Array {
    return labelProbabilities(this.linear.probabilities(rows), this.classCount);
  }

  /** The weight of a column for a label, in log-odds. */
  weight(column: number, classIndex: number): number {
    return this.linear.weightsOf(column)?.[classIndex] ?? 0;
  }
}

/** @param shares n × (classCount + 1), as `linear` gives them */
export function labelProbabilities(shares: Float32Array | Float64Array, classCount: number): Float64Array {
  const width = classCount + 1;
  const result = new Float64Array((shares.length / width) * classCount);
  for (let from = 0, to = 0; from < shares.length; from += width, to += classCount) {
    const against = shares[from + classCount]!;
    for (let k = 0; k < classCount; k++) {
      const own = shares[from + k]!;
      // Both vanish beside a label that scores some hundreds more: then nothing is known of this one.
      result[to + k] = own + against > 0 ? own / (own + against) : 0;
    }
  }
  return result;
}

/**
 * @param rows the labelled records' features
 * @param sets their labels
 * @param start a model of fewer rows in the same order to start from, to save time
 */
export function fitOneVsRest(
  rows: CsrMatrix,
  sets: LabelSets,
  classCount: number,
  options: OneVsRestOptions,
  start?: OneVsRestModel,
): OneVsRestModel {
  const n = rows.rowCount;
  const width = classCount + 1;
  const coefficients = new Float64Array(n * width);
  const intercepts = new Float64Array(width);
  const sizes = classSizes(sets, classCount);
  const wanted: number[] = [];
  const gram = new Gram(rows);
  sizes.forEach((size, k) => {
    if (size > 0 && size < n) wanted.push(k);
    else intercepts[k] = Math.log((size + 0.5) / (n - size + 0.5));
  });
  if (wanted.length > 0) {
    const done = (k: number, A: Float64Array, at: number, K: number, intercept: number) => {
      for (let row = 0; row < n; row++) coefficients[row * width + k] = A[row * K + at]!;
      intercepts[k] = intercept;
    };
    minimise(newProblem(gram, sets, wanted, options.C), start, options.tolerance ?? 1e-4, done);
  }
  const seenClasses = Int32Array.from({ length: width }, (_, k) => k);
  return new OneVsRestModel(
    classCount,
    new LinearModel({ classCount: width, seenClasses, gram, coefficients, intercepts }),
  );
}

const MAX_NEWTON_STEPS = 50;
const MAX_CONJUGATE_STEPS = 100;

/** The labels still on their way, K of them; all n × K arrays are row-major. */
interface Problem {
  readonly n: number;
  readonly C: number;
  /** XX'. */
  readonly gram: Gram;
  /** The class of each column. */
  readonly classes: readonly number[];
  /** 1 where the row has the label, else 0. */
  readonly targets: Uint8Array;
}

/** W = X'A and b, with the scores Z = XX'A beside A; by column. */
interface Point {
  readonly A: Float64Array;
  readonly Z: Float64Array;
  readonly b: Float64Array;
}

function newProblem(gram: Gram, sets: LabelSets, classes: readonly number[], C: number): Problem {
  const n = gram.rowCount;
  const K = classes.length;
  const columnOf = new Map(classes.map((k, column) => [k, column]));
  const targets = new Uint8Array(n * K);
  for (let row = 0; row < n; row++) {
    for (const k of setOf(sets, row)) {
      const column = columnOf.get(k);
      if (column !== undefined) targets[row * K + column] = 1;
    }
  }
  return { n, C, gram, classes, targets };
}

/** @param done told of each label's coefficients, as column `at` of n × K, and its intercept */
function minimise(
  whole: Problem,
  start: OneVsRestModel | undefined,
  tolerance: number,
  done: (k: number, A: Float64Array, at: number, K: number, intercept: number) => void,
): void {
  let problem = whole;
  let point = startingPoint(whole, start);
  let goals = gradientLengthsAtZero(whole).map((length) => tolerance * length);
  for (let step = 0; ; step++) {
    const K = problem.classes.length;
    const P = new Float64Array(problem.n * K);
    const gradient = gradientAt(problem, point, P);
    const lengths = inner(gradient, gradient, K).map((square) => Math.sqrt(Math.max(0, square)));
    const isDone = Array.from(lengths, (length, at) => step === MAX_NEWTON_STEPS || length <= goals[at]!);
    const moved = isDone.every(Boolean)
      ? isDone
      : moveOn(problem, point, P, gradient, lengths, goals, isDone);
    const left: number[] = [];
    moved.forEach((isLast, at) => {
      if (isLast) done(problem.classes[at]!, point.A, at, K, point.b[at]!);
      else left.push(at);
    });
    if (left.length === 0) return;
    if (left.length === K) continue;
    goals = Float64Array.from(left, (at) => goals[at]!);
    point = { A: columns(point.A, K, left), Z: columns(point.Z, K, left), b: columns(point.b, K, left) };
    problem = {
      ...problem,
      classes: left.map((at) => problem.classes[at]!),
      targets: columns(problem.targets, K, left),
    };
  }
}

/** One Newton step for the columns that are not done. @returns which are done now: also those that can't move. */
function moveOn(
  problem: Problem,
  point: Point,
  P: Float64Array,
  gradient: Point,
  lengths: Float64Array,
  goals: Float64Array,
  isDone: readonly boolean[],
): boolean[] {
  const K = problem.classes.length;
  // Early directions need not be exact (Dembo, Eisenstat & Steihaug 1982); the last one is.
  const precisions = lengths.map((length, at) =>
    isDone[at] ? 1 : Math.max(goals[at]! / (2 * length), 0.25),
  );
  const direction = newtonDirection(problem, P, gradient, precisions);
  const slopes = inner(gradient, direction, K);
  const values = objectives(problem, point);
  return isDone.map(
    (isLast, at) => isLast || !lineSearch(problem, point, direction, at, values[at]!, slopes[at]!),
  );
}

/** The start's coefficients, those of later rows 0, where that beats zero; see `logistic-regression.ts`. */
function startingPoint(problem: Problem, start: OneVsRestModel | undefined): Point {
  const { n, classes } = problem;
  const K = classes.length;
  const zero = newPoint(n, K);
  if (!start) return zero;
  const before = start.classCount + 1;
  const rowCount = Math.min(n, start.linear.coefficients.length / before);
  const warm = newPoint(n, K);
  classes.forEach((k, column) => {
    if (k >= start.classCount) return;
    warm.b[column] = start.linear.intercept(k)!;
    for (let row = 0; row < rowCount; row++)
      warm.A[row * K + column] = start.linear.coefficients[row * before + k]!;
  });
  problem.gram.multiply(warm.A, K, warm.Z);
  const [atWarm, atZero] = [objectives(problem, warm), objectives(problem, zero)];
  classes.forEach((_, column) => {
    if (atWarm[column]! < atZero[column]!) return;
    warm.b[column] = 0;
    for (let row = 0; row < n; row++) warm.A[row * K + column] = warm.Z[row * K + column] = 0;
  });
  return warm;
}

/** Solves H·x = −gradient, column by column to its own precision, by preconditioned conjugate gradients. */
function newtonDirection(
  problem: Problem,
  P: Float64Array,
  gradient: Point,
  precisions: Float64Array,
): Point {
  const { n, C } = problem;
  const K = problem.classes.length;
  const size = n * K;
  const D = new Float64Array(size);
  const curvature = new Float64Array(K);
  for (let from = 0; from < size; from += K) {
    for (let k = 0; k < K; k++) {
      const own = C * P[from + k]! * (1 - P[from + k]!);
      D[from + k] = own;
      curvature[k]! += own;
    }
  }
  // The intercepts' own curvature; without it they converge far more slowly than the weights.
  for (let k = 0; k < K; k++) curvature[k] = Math.max(curvature[k]!, 1e-3);

  const x = newPoint(n, K);
  const r = newPoint(n, K);
  const p = newPoint(n, K);
  const T = new Float64Array(size);
  const GT = new Float64Array(size);
  for (let at = 0; at < size; at++) {
    p.A[at] = r.A[at] = -gradient.A[at]!;
    p.Z[at] = r.Z[at] = -gradient.Z[at]!;
  }
  for (let k = 0; k < K; k++) {
    r.b[k] = -gradient.b[k]!;
    p.b[k] = r.b[k]! / curvature[k]!;
  }
  const preconditioned = () => dots(r.A, r.Z, K).map((sum, k) => sum + (r.b[k]! * r.b[k]!) / curvature[k]!);

  let rz = preconditioned();
  const enough = rz.map((value, k) => precisions[k]! ** 2 * value);
  const isOpen = Array.from(rz, (value, k) => value > enough[k]!);
  for (let step = 0; step < MAX_CONJUGATE_STEPS && isOpen.some(Boolean); step++) {
    const Tb = new Float64Array(K);
    for (let from = 0; from < size; from += K) {
      for (let k = 0; k < K; k++) {
        const own = D[from + k]! * (p.Z[from + k]! + p.b[k]!);
        T[from + k] = own;
        Tb[k]! += own;
      }
    }
    problem.gram.multiply(T, K, GT);
    const [pAZ, pZT] = [dots(p.A, p.Z, K), dots(p.Z, T, K)];
    const alpha = rz.map((value, k) => {
      const pHp = pAZ[k]! + pZT[k]! + p.b[k]! * Tb[k]!;
      if (!(pHp > 0)) isOpen[k] = false;
      return isOpen[k] ? value / pHp : 0;
    });
    for (let from = 0; from < size; from += K) {
      for (let k = 0; k < K; k++) {
        const at = from + k;
        const a = alpha[k]!;
        x.A[at]! += a * p.A[at]!;
        x.Z[at]! += a * p.Z[at]!;
        r.A[at]! -= a * (p.A[at]! + T[at]!);
        r.Z[at]! -= a * (p.Z[at]! + GT[at]!);
      }
    }
    for (let k = 0; k < K; k++) {
      x.b[k]! += alpha[k]! * p.b[k]!;
      r.b[k]! -= alpha[k]! * Tb[k]!;
    }
    const next = preconditioned();
    const beta = next.map((value, k) => {
      if (!(value > enough[k]!)) isOpen[k] = false;
      return isOpen[k] ? value / rz[k]! : 0;
    });
    rz = next;
    for (let from = 0; from < size; from += K) {
      for (let k = 0; k < K; k++) {
        p.A[from + k] = r.A[from + k]! + beta[k]! * p.A[from + k]!;
        p.Z[from + k] = r.Z[from + k]! + beta[k]! * p.Z[from + k]!;
      }
    }
    for (let k = 0; k < K; k++) p.b[k] = r.b[k]! / curvature[k]! + beta[k]! * p.b[k]!;
  }
  return x;
}

/** Halves one column's step until it gains enough (Armijo), and takes it. @returns false where none gains. */
function lineSearch(
  { n, C, targets, classes }: Problem,
  point: Point,
  direction: Point,
  column: number,
  value: number,
  slope: number,
): boolean {
  if (!(slope < 0)) return false; // rounding has used up what the gradient had to say
  const K = classes.length;
  let [AA, AX, XX] = [0, 0, 0];
  for (let at = column; at < n * K; at += K) {
    AA += point.A[at]! * point.Z[at]!;
    AX += point.A[at]! * direction.Z[at]!;
    XX += direction.A[at]! * direction.Z[at]!;
  }
  for (let step = 1; step > 1e-8; step /= 2) {
    let moved = (AA + 2 * step * AX + step * step * XX) / 2;
    const b = point.b[column]! + step * direction.b[column]!;
    for (let at = column; at < n * K; at += K) {
      moved += C * lossOf(point.Z[at]! + step * direction.Z[at]! + b, targets[at]!);
    }
    // Near the optimum the gain drowns in rounding: a rise of one part in 10¹² is no reason to halve.
    if (moved > value + 1e-4 * step * slope + 1e-12 * Math.abs(value)) continue;
    for (let at = column; at < n * K; at += K) {
      point.A[at]! += step * direction.A[at]!;
      point.Z[at]! += step * direction.Z[at]!;
    }
    point.b[column] = b;
    return true;
  }
  return false;
}

/** The gradient, and the probabilities P beside it. */
function gradientAt(problem: Problem, { A, Z, b }: Point, P: Float64Array): Point {
  const { n, C, targets } = problem;
  const K = problem.classes.length;
  const gradient = newPoint(n, K);
  for (let from = 0; from < n * K; from += K) {
    for (let k = 0; k < K; k++) {
      const at = from + k;
      P[at] = 1 / (1 + Math.exp(-(Z[at]! + b[k]!)));
      gradient.A[at] = C * (P[at]! - targets[at]!);
      gradient.b[k]! += gradient.A[at]!;
    }
  }
  problem.gram.multiply(gradient.A, K, gradient.Z);
  for (let at = 0; at < n * K; at++) {
    gradient.A[at]! += A[at]!;
    gradient.Z[at]! += Z[at]!;
  }
  return gradient;
}

function gradientLengthsAtZero(problem: Problem): Float64Array {
  const K = problem.classes.length;
  const zero = newPoint(problem.n, K);
  const gradient = gradientAt(problem, zero, new Float64Array(problem.n * K));
  return inner(gradient, gradient, K).map((square) => Math.sqrt(Math.max(0, square)));
}

function objectives({ n, C, targets, classes }: Problem, { A, Z, b }: Point): Float64Array {
  const K = classes.length;
  const sums = dots(A, Z, K).map((sum) => sum / 2);
  for (let from = 0; from < n * K; from += K) {
    for (let k = 0; k < K; k++) sums[k]! += C * lossOf(Z[from + k]! + b[k]!, targets[from + k]!);
  }
  return sums;
}

/** log(1 + exp(−y·score)), without overflow. */
function lossOf(score: number, target: number): number {
  const margin = target === 1 ? score : -score;
  return margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
}

function newPoint(n: number, K: number): Point {
  return { A: new Float64Array(n * K), Z: new Float64Array(n * K), b: new Float64Array(K) };
}

function inner(u: Point, v: Point, K: number): Float64Array {
  return dots(u.A, v.Z, K).map((sum, k) => sum + u.b[k]! * v.b[k]!);
}

/** The inner products of the columns. */
function dots(u: Float64Array, v: Float64Array, K: number): Float64Array {
  const sums = new Float64Array(K);
  for (let from = 0; from < u.length; from += K) {
    for (let k = 0; k < K; k++) sums[k]! += u[from + k]! * v[from + k]!;
  }
  return sums;
}

/** Some columns of a row-major array of K. */
function columns<T extends Float64Array | Uint8Array>(from: T, K: number, wanted: readonly number[]): T {
  const rowCount = from.length / K;
  const length = rowCount * wanted.length;
  const to = (from instanceof Float64Array ? new Float64Array(length) : new Uint8Array(length)) as T;
  for (let row = 0; row < rowCount; row++) {
    wanted.forEach((column, at) => {
      to[row * wanted.length + at] = from[row * K + column]!;
    });
  }
  return to;
}
