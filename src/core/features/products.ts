/**
 * Products of tall matrices in 32-bit floats, by the kernel (kernels/products.ts), in memory of their own: what the
 * decompositions of a pool's matrices are made of.
 */
import { KernelMemory, loadKernel } from '../kernels/kernel.ts';
import productsKernel from '../kernels/products.wasm.ts';
import type { CsrMatrix } from './csr.ts';

/** Numbers that a row is padded to a multiple of. */
const TILE = 16;
/** Rows that the kernel looks at behind the last one. */
export const ROWS_BEHIND = 3;
/** Columns a block of a sparse matrix: five times as fast as all of sixty thousand at once, whose rows are 27 MB. */
const BLOCK = 4096;
/** Rows that it widens at once, of either side. */
const ROWS_WIDENED = 2 * 64;

/** Rows × `width`, at an address. */
export interface TallMatrix {
  readonly rowCount: number;
  readonly address: number;
}

/** A sparse matrix by runs of entries of one row and one block of columns, at addresses. */
export interface SparseRuns {
  readonly runCount: number;
  readonly rows: number;
  readonly starts: number;
  readonly columns: number;
  readonly values: number;
}

/** What kernels/products.ts exports: see there. */
export interface ProductsKernel {
  sparseProduct(
    rows: number,
    starts: number,
    runCount: number,
    columns: number,
    values: number,
    source: number,
    stride: number,
    target: number,
  ): void;
  denseProduct(
    rows: number,
    stride: number,
    rowCount: number,
    width: number,
    matrix: number,
    columnStride: number,
    target: number,
  ): void;
  crossProduct(X: number, Y: number, rowCount: number, stride: number, result: number, widened: number): void;
}

/** For tall matrices of one width. */
export class Products {
  /** Columns of every tall matrix, padding included. */
  readonly width: number;
  readonly #memory = new KernelMemory();
  readonly #kernel = loadKernel<ProductsKernel>(productsKernel, this.#memory.memory);
  readonly #square: number;
  readonly #cross: number;
  readonly #widened: number;

  constructor(columns: number) {
    this.width = Math.ceil(columns / TILE) * TILE;
    this.#square = this.#memory.allocate(4 * this.width ** 2);
    this.#cross = this.#memory.allocate(8 * this.width ** 2);
    this.#widened = this.#memory.allocate(8 * ROWS_WIDENED * this.width);
  }

  tall(rowCount: number): TallMatrix {
    return { rowCount, address: this.#memory.allocate(4 * (rowCount + ROWS_BEHIND) * this.width) };
  }

  numbersOf({ rowCount, address }: TallMatrix): Float32Array {
    return this.#memory.f32(address, rowCount * this.width);
  }

  sparse({ rowCount, columnCount, rowStarts, columns, values }: CsrMatrix): SparseRuns {
    const blocks = Math.ceil(columnCount / BLOCK);
    // By block, and after it: how many there are, then where the next goes.
    const runs = new Uint32Array(blocks + 1);
    const entries = new Uint32Array(blocks + 1);
    const lastRow = new Int32Array(blocks).fill(-1);
    for (let row = 0; row < rowCount; row++) {
      for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at++) {
        const block = Math.floor(columns[at]! / BLOCK);
        entries[block + 1]!++;
        if (lastRow[block] === row) continue;
        lastRow[block] = row;
        runs[block + 1]!++;
      }
    }
    for (let block = 0; block < blocks; block++) {
      runs[block + 1]! += runs[block]!;
      entries[block + 1]! += entries[block]!;
    }
    const runCount = runs[blocks]!;
    const length = entries[blocks]!;
    const memory = this.#memory;
    const rowOf = memory.u32(memory.allocate(4 * runCount), runCount);
    const startOf = memory.u32(memory.allocate(4 * (runCount + 1)), runCount + 1);
    const columnOf = memory.u32(memory.allocate(4 * length), length);
    const numberOf = memory.f32(memory.allocate(4 * length), length);
    lastRow.fill(-1);
    for (let row = 0; row < rowCount; row++) {
      for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at++) {
        const block = Math.floor(columns[at]! / BLOCK);
        const to = entries[block]!++;
        columnOf[to] = columns[at]!;
        numberOf[to] = values[at]!;
        if (lastRow[block] === row) continue;
        lastRow[block] = row;
        startOf[runs[block]!] = to;
        rowOf[runs[block]!++] = row;
      }
    }
    startOf[runCount] = length;
    return {
      runCount,
      rows: rowOf.byteOffset,
      starts: startOf.byteOffset,
      columns: columnOf.byteOffset,
      values: numberOf.byteOffset,
    };
  }

  /** target = A·X. */
  multiply(A: SparseRuns, X: TallMatrix, target: TallMatrix): void {
    this.numbersOf(target).fill(0);
    this.#kernel.sparseProduct(
      A.rows,
      A.starts,
      A.runCount,
      A.columns,
      A.values,
      X.address,
      4 * this.width,
      target.address,
    );
  }

  /** target = X·S, for S of width × width. */
  transform(X: TallMatrix, S: Float64Array, target: TallMatrix): void {
    this.#memory.f32(this.#square, S.length).set(S);
    const stride = 4 * this.width;
    this.#kernel.denseProduct(
      X.address,
      stride,
      X.rowCount,
      this.width,
      this.#square,
      stride,
      target.address,
    );
  }

  /** X'Y, width × width, where that is symmetric. */
  cross(X: TallMatrix, Y: TallMatrix): Float64Array {
    const { width } = this;
    const result = this.#memory.f64(this.#cross, width ** 2).fill(0);
    this.#kernel.crossProduct(X.address, Y.address, X.rowCount, 4 * width, this.#cross, this.#widened);
    return Float64Array.from(result, (_, at) => {
      const [row, column] = [Math.floor(at / width), at % width];
      return result[Math.min(row, column) * width + Math.max(row, column)]!;
    });
  }
}
