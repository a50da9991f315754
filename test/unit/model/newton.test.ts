/** The kernel's steps of Newton's method beside plain ones in 64-bit floats. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelMemory, loadKernel } from '../../../src/core/kernels/kernel.ts';
import newtonKernel from '../../../src/core/kernels/newton.wasm.ts';
import { Random } from '../../../src/core/random.ts';

const NO_CLASS = -1e300;

for (const [n, K] of [
  [1, 2],
  [7, 3],
  [30, 4],
  [30, 21],
] as const) {
  const width = 4 * Math.ceil(K / 4);
  const title = `${n} rows of ${K} classes`;

  test(`${title}: objective, probabilities and gradient`, () => {
    const { kernel, array } = made(n * width + K);
    const [A, Z] = [array.f64(n * width, K), array.f64(n * width, K)];
    const [X, XZ] = [array.f32(n * width, K), array.f32(n * width, K)];
    const b = array.f64(width, K);
    b.fill(NO_CLASS, K);
    const targets = array.u32(n).map((_, row) => row % K);
    const weights = array.f64(n).map((own) => Math.abs(own) + 0.1);
    const step = -0.5;
    const [P, E, sums, totals, shares] = [
      array.f32(n * width),
      array.f32(n * width),
      array.f64(2 * width),
      array.f64(n),
      array.f64(width),
    ];
    const places = [X, XZ, b, array.u32(n, targets), array.f64(weights), P, E, sums, totals, shares];
    const value = kernel.evaluate(n, width, A.byteOffset, Z.byteOffset, step, ...places.map(addressOf));

    let expected = 0;
    const columnSums = new Float64Array(2 * K);
    for (let row = 0; row < n; row++) {
      const at = (k: number) => row * width + k;
      const scores = Array.from({ length: K }, (_, k) => Z[at(k)]! + step * XZ[at(k)]! + b[k]!);
      const highest = Math.max(...scores);
      const total = scores.reduce((sum, score) => sum + Math.exp(score - highest), 0);
      assertNear(totals[row]!, total, 1e-13);
      expected += weights[row]! * (highest - scores[targets[row]!]!);
      for (let k = 0; k < K; k++) {
        const p = Math.exp(scores[k]! - highest) / total;
        const residual = weights[row]! * (p - (targets[row] === k ? 1 : 0));
        const a = A[at(k)]! + step * X[at(k)]!;
        assertNear(P[at(k)]!, p, 1e-7);
        assertNear(E[at(k)]!, a + residual, 1e-7);
        expected += (a * (Z[at(k)]! + step * XZ[at(k)]!)) / 2;
        columnSums[k]! += residual;
        columnSums[K + k]! += weights[row]! * p * (1 - p);
      }
      for (let k = K; k < width; k++) assert.deepEqual([P[at(k)], E[at(k)]], [0, 0]);
    }
    assertNear(value, expected, 1e-12);
    for (let k = 0; k < K; k++) {
      assertNear(sums[k]!, columnSums[k]!, 1e-12);
      assertNear(sums[width + k]!, columnSums[K + k]!, 1e-12);
    }
  });

  test(`${title}: the curvature times scores`, () => {
    const { kernel, array } = made(n * width + 2 * K);
    const P = array.f32(n * width, K).map((own) => Math.abs(own) / K);
    const V = array.f32(n * width, K);
    const b = array.f32(width, K);
    const weights = array.f64(n);
    const [T, sums] = [array.f32(n * width), array.f64(width)];
    const places = [array.f32(P), weights, V, b, T, sums].map(addressOf);
    const product = kernel.curve(n, width, ...places);

    let expected = 0;
    const columnSums = new Float64Array(width);
    for (let row = 0; row < n; row++) {
      const scores = Array.from({ length: width }, (_, k) => V[row * width + k]! + b[k]!);
      const mean = scores.reduce((sum, score, k) => sum + P[row * width + k]! * score, 0);
      scores.forEach((score, k) => {
        const own = weights[row]! * P[row * width + k]! * (score - mean);
        assertNear(T[row * width + k]!, own, 1e-5);
        expected += own * score;
        columnSums[k]! += own;
      });
    }
    assertNear(product, expected, 1e-4);
    columnSums.forEach((sum, k) => {
      assertNear(sums[k]!, sum, 1e-4);
    });
  });

  test(`${title}: steps of conjugate gradients`, () => {
    const { kernel, array } = made(n * width + 3 * K);
    const length = n * width;
    const [pA, pZ, tA, tZ, xA, xZ, rA, rZ] = Array.from({ length: 8 }, () => array.f32(length, K));
    const all = [pA, pZ, tA, tZ, xA, xZ, rA, rZ] as Float32Array[];
    const [p, pz, t, tz, x, xz, r, rz] = all.map((own) => Array.from(own));
    const rr = kernel.descend(length, 0.25, ...all.map(addressOf));
    for (let at = 0; at < length; at++) {
      assertNear(xA![at]!, x![at]! + 0.25 * p![at]!, 1e-6);
      assertNear(xZ![at]!, xz![at]! + 0.25 * pz![at]!, 1e-6);
      assertNear(rA![at]!, r![at]! - 0.25 * (p![at]! + t![at]!), 1e-6);
      assertNear(rZ![at]!, rz![at]! - 0.25 * (pz![at]! + tz![at]!), 1e-6);
    }
    assertNear(rr, dot(rA!, rZ!), 1e-6);
    assertNear(kernel.dot(length, addressOf(rA!), addressOf(xZ!)), dot(rA!, xZ!), 1e-6);

    const pp = kernel.turn(length, 0.75, ...[rA!, rZ!, pA!, pZ!].map(addressOf));
    for (let at = 0; at < length; at++) {
      assertNear(pA![at]!, rA![at]! + 0.75 * p![at]!, 1e-6);
      assertNear(pZ![at]!, rZ![at]! + 0.75 * pz![at]!, 1e-6);
    }
    assertNear(pp, dot(pA!, pZ!), 1e-6);

    const point = array.f64(length, K);
    const before = Array.from(point);
    kernel.advance(length, -0.5, addressOf(xA!), addressOf(point));
    point.forEach((own, at) => {
      assertNear(own, before[at]! - 0.5 * xA![at]!, 1e-15);
    });
  });

  test(`${title}: a weighted sum of the rows, and taking shares of it away`, () => {
    const { kernel, array } = made(n * width + 4 * K);
    const matrix = array.f32(n * width, K);
    const before = Array.from(matrix);
    const [shares, sums] = [array.f64(n), array.f64(width)];
    const places = [matrix, shares, sums].map(addressOf);
    kernel.average(n, width, ...places);
    const expected = new Float64Array(width);
    before.forEach((own, at) => {
      expected[at % width]! += shares[Math.floor(at / width)]! * own;
    });
    expected.forEach((own, k) => {
      assertNear(sums[k]!, own, 1e-12);
    });
    kernel.centre(n, width, ...places);
    matrix.forEach((own, at) => {
      assertNear(own, before[at]! - shares[Math.floor(at / width)]! * expected[at % width]!, 1e-6);
    });
  });
}

interface Kernel {
  evaluate(n: number, width: number, A: number, Z: number, step: number, ...places: number[]): number;
  advance(length: number, step: number, source: number, target: number): void;
  dot(length: number, u: number, v: number): number;
  curve(n: number, width: number, ...places: number[]): number;
  descend(length: number, alpha: number, ...places: number[]): number;
  turn(length: number, beta: number, ...places: number[]): number;
  average(n: number, width: number, ...places: number[]): void;
  centre(n: number, width: number, ...places: number[]): void;
}

/** Arrays in the kernel's memory, of random numbers in the first K of each four-fold row, or copies of others. */
function made(seed: number) {
  const memory = new KernelMemory();
  const random = new Random(seed);
  const fill = <T extends Float32Array | Float64Array>(array: T, K: number): T => {
    const width = 4 * Math.ceil(K / 4);
    array.forEach((_, at) => {
      array[at] = at % width < K ? 2 * random.normal() : 0;
    });
    return array;
  };
  return {
    kernel: loadKernel<Kernel>(newtonKernel, memory.memory),
    array: {
      f64(content: number | Float64Array, K = 4): Float64Array {
        const length = typeof content === 'number' ? content : content.length;
        const array = memory.f64(memory.allocate(8 * length), length);
        if (typeof content === 'number') return fill(array, K);
        array.set(content);
        return array;
      },
      f32(content: number | Float32Array, K = 4): Float32Array {
        const length = typeof content === 'number' ? content : content.length;
        const array = memory.f32(memory.allocate(4 * length), length);
        if (typeof content === 'number') return fill(array, K);
        array.set(content);
        return array;
      },
      u32(length: number, content?: Uint32Array): Uint32Array {
        const array = memory.u32(memory.allocate(4 * length), length);
        if (content) array.set(content);
        return array;
      },
    },
  };
}

function addressOf(array: ArrayBufferView): number {
  return array.byteOffset;
}

function dot(u: ArrayLike<number>, v: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < u.length; at++) sum += u[at]! * v[at]!;
  return sum;
}

/** @param tolerance relative to the larger of the number and 1 */
function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );
}
