/** Sparse matrices by rows: the layout, and how to make one from others. */
import { largeArray } from '../kernels/large.ts';

/** A sparse matrix by rows. */
export interface CsrMatrix {
  readonly rowCount: number;
  readonly columnCount: number;
  /** rowCount + 1 positions into `columns` and `values`. */
  readonly rowStarts: Int32Array;
  /** Column indices, in any order, no repeats within a row. */
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** Collects rows one after another, in buffers that double as they fill. */
export class CsrBuilder {
  #rowStarts = new Int32Array(1024);
  #columns = new Int32Array(16384);
  #values = new Float64Array(16384);
  #rowCount = 0;
  #length = 0;

  /** @param entries column → value; may be empty */
  addRow(entries: ReadonlyMap<number, number>): void {
    this.#reserve(entries.size);
    for (const [column, value] of entries) {
      this.#columns[this.#length] = column;
      this.#values[this.#length++] = value;
    }
    this.#rowStarts[++this.#rowCount] = this.#length;
  }

  finish(columnCount: number): CsrMatrix {
    return {
      rowCount: this.#rowCount,
      columnCount,
      rowStarts: this.#rowStarts.slice(0, this.#rowCount + 1),
      columns: this.#columns.slice(0, this.#length),
      values: this.#values.slice(0, this.#length),
    };
  }

  #reserve(count: number): void {
    if (this.#rowCount + 2 > this.#rowStarts.length) {
      this.#rowStarts = grown(this.#rowStarts, new Int32Array(2 * this.#rowStarts.length));
    }
    if (this.#length + count > this.#columns.length) {
      const capacity = 2 * (this.#length + count);
      this.#columns = grown(this.#columns, new Int32Array(capacity));
      this.#values = grown(this.#values, new Float64Array(capacity));
    }
  }
}

/** The rows at `positions`, in that order; a position may repeat. */
export function selectRows(matrix: CsrMatrix, positions: Int32Array): CsrMatrix {
  const rowStarts = new Int32Array(positions.length + 1);
  positions.forEach((row, index) => {
    rowStarts[index + 1] = rowStarts[index]! + matrix.rowStarts[row + 1]! - matrix.rowStarts[row]!;
  });
  const columns = largeArray(Int32Array, rowStarts.at(-1)!);
  const values = largeArray(Float64Array, columns.length);
  positions.forEach((row, index) => {
    const [start, end] = [matrix.rowStarts[row]!, matrix.rowStarts[row + 1]!];
    columns.set(matrix.columns.subarray(start, end), rowStarts[index]!);
    values.set(matrix.values.subarray(start, end), rowStarts[index]!);
  });
  return { rowCount: positions.length, columnCount: matrix.columnCount, rowStarts, columns, values };
}

/** Rows become columns and columns rows. */
export function transposed(matrix: CsrMatrix): CsrMatrix {
  const { rowCount, columnCount, rowStarts } = matrix;
  const starts = new Int32Array(columnCount + 1);
  for (const column of matrix.columns) starts[column + 1]!++;
  for (let column = 0; column < columnCount; column++) starts[column + 1]! += starts[column]!;
  const next = starts.slice(0, columnCount);
  const columns = largeArray(Int32Array, matrix.columns.length);
  const values = largeArray(Float64Array, matrix.columns.length);
  for (let row = 0; row < rowCount; row++) {
    for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at++) {
      const to = next[matrix.columns[at]!]!++;
      columns[to] = row;
      values[to] = matrix.values[at]!;
    }
  }
  return { rowCount: columnCount, columnCount: rowCount, rowStarts: starts, columns, values };
}

/** How many rows hold each column. */
export function documentFrequencies(matrix: CsrMatrix): Int32Array {
  const frequencies = new Int32Array(matrix.columnCount);
  for (const column of matrix.columns) frequencies[column]!++;
  return frequencies;
}

/** Numbers the columns that hold anything, in order of first sight; -1 for the others. */
export function usedColumns(matrix: CsrMatrix): { places: Int32Array; count: number } {
  const places = new Int32Array(matrix.columnCount).fill(-1);
  let count = 0;
  for (const column of matrix.columns) {
    if (places[column]! < 0) places[column] = count++;
  }
  return { places, count };
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
