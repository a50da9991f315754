/**
 * XX' of the labelled rows as an operator: products with it, without ever making it.
 *
 * Three kinds of columns: those that most rows hold (the learned dense features) are kept as a dense block; those
 * that one row alone holds add to the diagonal only; the rest stay sparse, by rows and by columns.
 */
import { type CsrMatrix, transposed } from '../features/csr.ts';
import { padded, product, sparseProduct, transposedDense } from '../features/linear-algebra.ts';

export class Gram {
  readonly #rowCount: number;
  readonly #diagonal: Float64Array;
  readonly #shared: CsrMatrix;
  readonly #sharedSideways: CsrMatrix;
  readonly #denseCount: number;
  /** Rows × dense columns. */
  readonly #dense: Float64Array;
  /** Dense columns × padded rows. */
  readonly #denseSideways: Float64Array;

  constructor(rows: CsrMatrix) {
    const n = rows.rowCount;
    const holders = new Int32Array(rows.columnCount);
    for (const column of rows.columns) holders[column]!++;
    const places = new Int32Array(rows.columnCount).fill(-1);
    let denseCount = 0;
    let sharedCount = 0;
    holders.forEach((count, column) => {
      if (isDense(count, n)) places[column] = denseCount++;
      else if (count > 1) places[column] = sharedCount++;
    });

    this.#rowCount = n;
    this.#diagonal = new Float64Array(n);
    this.#denseCount = denseCount;
    this.#dense = new Float64Array(n * denseCount);
    const rowStarts = new Int32Array(n + 1);
    const columns = new Int32Array(rows.columns.length);
    const values = new Float64Array(rows.columns.length);
    let filled = 0;
    for (let row = 0; row < n; row++) {
      for (let at = rows.rowStarts[row]!; at < rows.rowStarts[row + 1]!; at++) {
        const column = rows.columns[at]!;
        const value = rows.values[at]!;
        if (isDense(holders[column]!, n)) {
          this.#dense[row * denseCount + places[column]!] = value;
        } else if (holders[column] === 1) {
          this.#diagonal[row]! += value * value;
        } else {
          columns[filled] = places[column]!;
          values[filled++] = value;
        }
      }
      rowStarts[row + 1] = filled;
    }
    this.#shared = {
      rowCount: n,
      columnCount: sharedCount,
      rowStarts,
      columns: columns.subarray(0, filled),
      values: values.subarray(0, filled),
    };
    this.#sharedSideways = transposed(this.#shared);
    this.#denseSideways = transposedDense(this.#dense, denseCount);
  }

  /** out = XX'·V, both rows × K. */
  multiply(V: Float64Array, K: number, out: Float64Array): void {
    const n = this.#rowCount;
    const width = padded(K);
    // Wider for the products' sake; and as many rows as the dense block, sideways, has columns.
    const wide = new Float64Array(padded(n) * width);
    for (let row = 0; row < n; row++) {
      for (let k = 0; k < K; k++) wide[row * width + k] = V[row * K + k]!;
    }
    const shared = sparseProduct(this.#shared, sparseProduct(this.#sharedSideways, wide, width), width);
    const dense = product(
      this.#dense,
      product(this.#denseSideways, wide, padded(n), width),
      this.#denseCount,
      width,
    );
    for (let row = 0; row < n; row++) {
      for (let k = 0; k < K; k++) {
        const at = row * width + k;
        out[row * K + k] = this.#diagonal[row]! * V[row * K + k]! + shared[at]! + (dense[at] ?? 0);
      }
    }
  }
}

function isDense(holders: number, rowCount: number): boolean {
  return holders > 1 && holders > rowCount / 2;
}
