/** The few dense operations that the decompositions need. Matrices are row-major Float64Arrays. */
import type { CsrMatrix } from './csr.ts';

/** Eigenvalues, largest first, and the matching eigenvectors as columns of an n × n matrix. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

const MAX_SWEEPS = 30;

/** Cyclic Jacobi (Golub & Van Loan 2013, section 8.5): exact to rounding, and fast enough up to a few hundred. */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const A = matrix.slice();
  const V = new Float64Array(n * n);
  for (let i = 0; i < n; i++) V[i * n + i] = 1;
  const total = A.reduce((sum, entry) => sum + entry * entry, 0);

  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let off = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) off += A[i * n + j]! ** 2;
    if (off <= 1e-22 * total) break;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) rotate(A, V, n, p, q);
    }
  }

  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => A[b * n + b]! - A[a * n + a]!);
  const vectors = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < n; k++) vectors[row * n + k] = V[row * n + order[k]!]!;
  }
  return { values: Float64Array.from(order, (i) => A[i * n + i]!), vectors };
}

/** One Jacobi rotation, which makes A[p][q] zero. */
function rotate(A: Float64Array, V: Float64Array, n: number, p: number, q: number): void {
  const apq = A[p * n + q]!;
  if (apq === 0) return;
  const theta = (A[q * n + q]! - A[p * n + p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const akp = A[k * n + p]!;
    const akq = A[k * n + q]!;
    A[k * n + p] = c * akp - s * akq;
    A[k * n + q] = s * akp + c * akq;
  }
  for (let k = 0; k < n; k++) {
    const apk = A[p * n + k]!;
    const aqk = A[q * n + k]!;
    A[p * n + k] = c * apk - s * aqk;
    A[q * n + k] = s * apk + c * aqk;
  }
  for (let k = 0; k < n; k++) {
    const vkp = V[k * n + p]!;
    const vkq = V[k * n + q]!;
    V[k * n + p] = c * vkp - s * vkq;
    V[k * n + q] = s * vkp + c * vkq;
  }
}

// The products below work on eight result columns at a time, in eight local variables: about 2.5 times as fast as
// adding into the result's memory, because the engine keeps locals in registers. Results are padded to eights.

const TILE = 8;
/** Rows worked on at once, so that they stay in the processor's cache while the tiles go over them. */
const CHUNK = 256;

/** The next multiple of eight: the width that the products below want. */
export function padded(width: number): number {
  return Math.ceil(width / TILE) * TILE;
}

/** X·B for X of `width` columns and B of width × `columns`. `columns` is padded. */
export function product(X: Float64Array, B: Float64Array, width: number, columns: number): Float64Array {
  const rowCount = width === 0 ? 0 : X.length / width;
  const result = new Float64Array(rowCount * columns);
  for (let chunk = 0; chunk < rowCount; chunk += CHUNK) {
    const end = Math.min(rowCount, chunk + CHUNK);
    for (let t = 0; t < columns; t += TILE) {
      for (let row = chunk; row < end; row++) {
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        let e = 0;
        let f = 0;
        let g = 0;
        let h = 0;
        for (let i = 0, at = row * width, y = t; i < width; i++, at++, y += columns) {
          const x = X[at]!;
          a += x * B[y]!;
          b += x * B[y + 1]!;
          c += x * B[y + 2]!;
          d += x * B[y + 3]!;
          e += x * B[y + 4]!;
          f += x * B[y + 5]!;
          g += x * B[y + 6]!;
          h += x * B[y + 7]!;
        }
        addTile(result, row * columns + t, a, b, c, d, e, f, g, h);
      }
    }
  }
  return result;
}

/** A·X for a sparse A and X of `width` columns. `width` is padded. */
export function sparseProduct(A: CsrMatrix, X: Float64Array, width: number): Float64Array {
  const { rowCount, rowStarts, columns, values } = A;
  const result = new Float64Array(rowCount * width);
  for (let t = 0; t < width; t += TILE) {
    for (let row = 0; row < rowCount; row++) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      let e = 0;
      let f = 0;
      let g = 0;
      let h = 0;
      const end = rowStarts[row + 1]!;
      for (let at = rowStarts[row]!; at < end; at++) {
        const value = values[at]!;
        const x = columns[at]! * width + t;
        a += value * X[x]!;
        b += value * X[x + 1]!;
        c += value * X[x + 2]!;
        d += value * X[x + 3]!;
        e += value * X[x + 4]!;
        f += value * X[x + 5]!;
        g += value * X[x + 6]!;
        h += value * X[x + 7]!;
      }
      addTile(result, row * width + t, a, b, c, d, e, f, g, h);
    }
  }
  return result;
}

function addTile(
  result: Float64Array,
  at: number,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
): void {
  result[at]! += a;
  result[at + 1]! += b;
  result[at + 2]! += c;
  result[at + 3]! += d;
  result[at + 4]! += e;
  result[at + 5]! += f;
  result[at + 6]! += g;
  result[at + 7]! += h;
}

/** Scales each row of `width` numbers to length 1, in place; a row of zeros stays. */
export function normaliseRows<T extends Float64Array | Float32Array>(rows: T, width: number): T {
  for (let from = 0; from < rows.length; from += width) {
    let squares = 0;
    for (let j = 0; j < width; j++) squares += rows[from + j]! * rows[from + j]!;
    if (squares === 0) continue;
    const scale = 1 / Math.sqrt(squares);
    for (let j = 0; j < width; j++) rows[from + j]! *= scale;
  }
  return rows;
}
