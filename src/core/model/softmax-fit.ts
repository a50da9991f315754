/**
 * One fit of a softmax of linear scores, as far as it has come: the point, its gradient and steps from there, in the
 * kernels' memory (kernels/newton.ts). The objective and the method are those of `logistic-regression.ts`.
 *
 * All matrices are n labelled rows × `width`, the classes and as many more as make a multiple of four. Those score −1e300.
 *
 * Text has a direction that nearly all rows share, in which weights do what intercepts do: conjugate gradients spend half of
 * their steps on telling the two apart. So they work with centred rows X̃ = X − 1m', m the rows' mean by weight, and
 * intercepts b̃ = b + m'W. That is the same model, as a preconditioner it costs two sums of columns, and X̃'A is X' times
 * the centred coefficients A − h·(1'A), h the rows' shares of all weight.
 */
import { type KernelMemory, loadKernel } from '../kernels/kernel.ts';
import newtonKernel from '../kernels/newton.wasm.ts';
import type { Gram } from './gram.ts';

const MAX_CONJUGATE_STEPS = 100;
const NO_CLASS = -1e300;
/** Half of the distance of 32-bit floats around 1. */
const EPSILON = 2 ** -24;

interface Kernel {
  evaluate(rows: number, width: number, A: number, Z: number, step: number, ...places: number[]): number;
  advance(length: number, step: number, source: number, target: number): void;
  dot(length: number, u: number, v: number): number;
  curve(rows: number, width: number, ...places: number[]): number;
  descend(length: number, alpha: number, ...places: number[]): number;
  average(rows: number, width: number, matrix: number, shares: number, sums: number): void;
  centre(rows: number, width: number, matrix: number, shares: number, sums: number): void;
  turn(length: number, beta: number, rA: number, rZ: number, pA: number, pZ: number): number;
}

/** Good until the next is made, as its gram is. */
export class SoftmaxFit {
  readonly #gram: Gram;
  readonly #kernel: Kernel;
  readonly #n: number;
  readonly #K: number;
  readonly #width: number;
  /** Coefficients and scores, Z = XX'A. */
  readonly #A: Float64Array;
  readonly #Z: Float64Array;
  readonly #b: Float64Array;
  readonly #weights: Float64Array;
  /** Addresses. */
  readonly #at: Record<
    'targets' | 'weights' | 'rowShares' | 'means' | 'totals' | 'shares' | 'sums' | 'trial' | 'pb' | 'P',
    number
  >;
  /** ‖m‖² of the rows' mean. */
  readonly #meanSquares: number;
  /** Where the objective was evaluated last, by centred rows. */
  readonly #gradient: Direction;
  /** What of conjugate gradients is left of it, turned to, curved, and found: r, p, t and x of the textbooks. */
  readonly #rest: Direction;
  readonly #turned: Direction;
  readonly #curved: Direction;
  readonly #found: Direction;
  /** The inner product of the gradient's coefficients and scores. */
  #squares = 0;

  /** @param targets each row's class, below K; `weights` what each row counts */
  constructor(gram: Gram, targets: Int32Array, K: number, weights: Float64Array) {
    const { memory, room } = gram;
    const n = targets.length;
    const width = 4 * Math.ceil(K / 4);
    const numbers = (name: string, count: number) => memory.f64(room.of(`fit: ${name}`, 8 * count), count);
    const direction = (name: string) =>
      newDirection(memory, room.of(`fit: ${name}`, 8 * n * width), n, K, width);
    this.#gram = gram;
    this.#kernel = loadedKernel(memory);
    this.#n = n;
    this.#K = K;
    this.#width = width;
    this.#A = numbers('A', n * width);
    this.#Z = numbers('Z', n * width);
    this.#b = new Float64Array(K);
    this.#at = {
      targets: room.of('fit: targets', 4 * n),
      weights: room.of('fit: weights', 8 * n),
      rowShares: room.of('fit: row shares', 8 * n),
      means: room.of('fit: means', 8 * width),
      totals: room.of('fit: totals', 8 * n),
      shares: room.of('fit: shares', 8 * width),
      sums: room.of('fit: sums', 16 * width),
      trial: room.of('fit: trial', 8 * width),
      pb: room.of('fit: pb', 4 * width),
      P: room.of('fit: P', 4 * n * width),
    };
    memory.u32(this.#at.targets, n).set(targets);
    this.#weights = memory.f64(this.#at.weights, n);
    this.#weights.set(weights);
    memory.f64(this.#at.trial, width).fill(NO_CLASS);
    memory.f32(this.#at.pb, width).fill(0);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const rowShares = memory.f64(this.#at.rowShares, n);
    for (let row = 0; row < n; row++) rowShares[row] = weights[row]! / total;
    this.#meanSquares = gram.lengthOf(rowShares) ** 2;
    this.#gradient = direction('gradient');
    this.#rest = direction('rest');
    this.#turned = direction('turned');
    this.#curved = direction('curved');
    this.#found = direction('found');
    this.moveToZero();
  }

  moveToZero(): void {
    this.#A.fill(0);
    this.#Z.fill(0);
    this.#b.fill(0);
    this.#forgetDirection();
  }

  /** Goes to where `place` changes n × `width` coefficients and the intercepts to, all of which are 0 before. */
  moveTo(place: (A: Float64Array, width: number, b: Float64Array) => void): void {
    this.moveToZero();
    place(this.#A, this.#width, this.#b);
    this.renewScores();
  }

  /** Makes the scores anew from the coefficients, in 64-bit floats: steps were added to them in 32-bit ones. */
  renewScores(): void {
    this.#forgetDirection();
    this.#gram.multiply(this.#A, this.#width, this.#Z);
  }

  #forgetDirection(): void {
    this.#found.all.fill(0);
    this.#found.b.fill(0);
  }

  /**
   * About what 32-bit floats add to the gradient's length. Where rows depend on each other, coefficients that cancel out in
   * the weights may be far longer than the gradient itself.
   */
  rounding(): number {
    const { A } = this.#gradient;
    return EPSILON * Math.sqrt(this.#gram.trace * this.#kernel.dot(this.#A.length, A, A));
  }

  /** A step along the gradient, after which none of its coefficients cancel out. */
  absorbGradient(): void {
    this.#kernel.advance(this.#A.length, -1, this.#gradient.A, this.#A.byteOffset);
    this.renewScores();
  }

  /** The objective so many times the last direction from the point. What it says there of derivatives is kept. */
  evaluate(step: number): number {
    const { targets, weights, totals, shares, sums, trial, P } = this.#at;
    const b = this.#gram.memory.f64(trial, this.#K);
    for (let k = 0; k < this.#K; k++) b[k] = this.#b[k]! - step * this.#found.b[k]!;
    const value = this.#kernel.evaluate(
      this.#n,
      this.#width,
      this.#A.byteOffset,
      this.#Z.byteOffset,
      -step,
      this.#found.A,
      this.#found.Z,
      trial,
      targets,
      weights,
      P,
      this.#gradient.A,
      sums,
      totals,
      shares,
    );
    const all = this.#gram.memory.f64(totals, this.#n);
    return this.#weights.reduce((sum, weight, row) => sum + weight * Math.log(all[row]!), value);
  }

  /** Goes there. */
  advance(step: number): void {
    const { length } = this.#A;
    this.#kernel.advance(length, -step, this.#found.A, this.#A.byteOffset);
    this.#kernel.advance(length, -step, this.#found.Z, this.#Z.byteOffset);
    for (let k = 0; k < this.#K; k++) this.#b[k]! -= step * this.#found.b[k]!;
  }

  /** The length of the gradient in the space of weights and intercepts, where the objective was evaluated last. */
  gradientLength(): number {
    const { A, Z, b } = this.#gradient;
    const { sums, rowShares, means } = this.#at;
    b.set(this.#gram.memory.f64(sums, this.#K));
    this.#kernel.centre(this.#n, this.#width, A, rowShares, sums);
    this.#gram.multiplyAt(A, Z, this.#width);
    this.#squares = this.#kernel.dot(this.#A.length, A, Z);
    this.#kernel.average(this.#n, this.#width, Z, rowShares, means);
    // The weights' gradient is that by centred rows and b times their mean.
    const crossed = dot(b, this.#gram.memory.f64(means, this.#K));
    const squares = this.#squares + 2 * crossed + this.#meanSquares * dot(b, b);
    return Math.sqrt(Math.max(0, squares + dot(b, b)));
  }

  /**
   * Solves H·x = gradient until what is left of it has shrunk to `precision`, by preconditioned conjugate gradients; −x is
   * the direction from then on.
   *
   * @returns the objective's slope in that direction
   */
  findDirection(precision: number): number {
    const kernel = this.#kernel;
    const [n, width, K] = [this.#n, this.#width, this.#K];
    const { weights, rowShares, means, sums, pb, P } = this.#at;
    const averages = this.#gram.memory.f64(means, K);
    const [gradient, r, p, t, x] = [this.#gradient, this.#rest, this.#turned, this.#curved, this.#found];
    const { length } = this.#A;
    const intercepts = this.#gram.memory.f32(pb, K);
    const tb = this.#gram.memory.f64(sums, K);
    // The intercepts' own curvature; without it they converge far more slowly than the weights.
    const curvature = this.#gram.memory.f64(sums + 8 * width, K).map((own) => Math.max(own, 1e-3));
    const shrunk = (b: Float64Array) => b.reduce((sum, own, k) => sum + (own * own) / curvature[k]!, 0);

    r.all.set(gradient.all);
    p.all.set(gradient.all);
    x.all.fill(0);
    r.b.set(gradient.b);
    x.b.fill(0);
    for (let k = 0; k < K; k++) p.b[k] = r.b[k]! / curvature[k]!;
    let pp = this.#squares;
    let rz = pp + shrunk(r.b);
    const enough = precision * precision * rz;
    for (let step = 0; step < MAX_CONJUGATE_STEPS; step++) {
      kernel.average(n, width, p.Z, rowShares, means);
      for (let k = 0; k < K; k++) intercepts[k] = p.b[k]! - averages[k]!;
      const pHp = pp + kernel.curve(n, width, P, weights, p.Z, pb, t.A, sums);
      if (!(pHp > 0)) break;
      kernel.centre(n, width, t.A, rowShares, sums);
      this.#gram.multiplyAt(t.A, t.Z, width);
      const alpha = rz / pHp;
      const rr = kernel.descend(length, alpha, p.A, p.Z, t.A, t.Z, x.A, x.Z, r.A, r.Z);
      for (let k = 0; k < K; k++) {
        x.b[k]! += alpha * p.b[k]!;
        r.b[k]! -= alpha * tb[k]!;
      }
      const next = rr + shrunk(r.b);
      if (!(next > enough)) break;
      const beta = next / rz;
      rz = next;
      pp = kernel.turn(length, beta, r.A, r.Z, p.A, p.Z);
      for (let k = 0; k < K; k++) p.b[k] = r.b[k]! / curvature[k]! + beta * p.b[k]!;
    }
    const slope = -(kernel.dot(length, gradient.A, x.Z) + dot(gradient.b, x.b));
    kernel.average(n, width, x.Z, rowShares, means);
    for (let k = 0; k < K; k++) x.b[k]! -= averages[k]!;
    return slope;
  }

  /** n × K, row-major: W = X'A. */
  coefficients(): Float64Array {
    const result = new Float64Array(this.#n * this.#K);
    for (let row = 0; row < this.#n; row++) {
      for (let k = 0; k < this.#K; k++) result[row * this.#K + k] = this.#A[row * this.#width + k]!;
    }
    return result;
  }

  intercepts(): Float64Array {
    return this.#b.slice();
  }
}

/** A direction in the space of weights, X'A, with its scores Z = XX'A behind A; and of intercepts. */
interface Direction {
  /** Addresses of n × width f32. */
  readonly A: number;
  readonly Z: number;
  /** Both. */
  readonly all: Float32Array;
  readonly b: Float64Array;
}

function newDirection(memory: KernelMemory, address: number, n: number, K: number, width: number): Direction {
  const all = memory.f32(address, 2 * n * width);
  return { A: address, Z: address + 4 * n * width, all, b: new Float64Array(K) };
}

let loaded: { memory: KernelMemory; kernel: Kernel } | undefined;

function loadedKernel(memory: KernelMemory): Kernel {
  if (loaded?.memory !== memory) loaded = { memory, kernel: loadKernel<Kernel>(newtonKernel, memory.memory) };
  return loaded.kernel;
}

function dot(u: Float64Array, v: Float64Array): number {
  return u.reduce((sum, own, k) => sum + own * v[k]!, 0);
}
