/**
 * XX' of the labelled rows as an operator: products with it, without ever making it (kernels/gather.ts).
 *
 * Columns that one row alone holds add to the diagonal only. The others are kept by rows and by columns, numbered in
 * the order in which the rows first hold them.
 */
import type { CsrMatrix } from '../features/csr.ts';
import gatherKernel from '../kernels/gather.wasm.ts';
import { KernelMemory, loadKernel } from '../kernels/kernel.ts';
import { Room } from '../kernels/room.ts';

type Gather = (
  starts: number,
  columns: number,
  values: number,
  rowCount: number,
  source: number,
  target: number,
) => void;

interface Kernel {
  readonly gather8: Gather;
  readonly gather4: Gather;
  gather(starts: number, columns: number, values: number, rowCount: number, ...places: number[]): void;
}

/** One for all fits of a thread, which come one after the other: a new one takes the place of the last. */
let workshop: { memory: KernelMemory; room: Room; kernel: Kernel } | undefined;

/** Columns multiplied at once, so that what lies between the two products stays in the processor's cache. */
const TILE = 32;

/** Good until the next is made. */
export class Gram {
  /** Where vectors are to lie that `multiplyAt` multiplies. */
  readonly memory: KernelMemory;
  readonly room: Room;
  /** The sum of all squares. */
  readonly trace: number;
  readonly #rowCount: number;
  readonly #columnCount: number;
  readonly #diagonal: Float64Array;
  /** The same in 32-bit floats. */
  readonly #roundDiagonal: number;
  readonly #byRows: Sparse;
  readonly #byColumns: Sparse;

  /** @param rows of which nothing is kept */
  constructor(rows: CsrMatrix) {
    workshop ??= newWorkshop();
    const { memory, room } = workshop;
    this.memory = memory;
    this.room = room;
    const n = rows.rowCount;
    const length = rows.rowStarts[n]!;
    const holders = new Int32Array(rows.columnCount);
    for (let at = 0; at < length; at++) holders[rows.columns[at]!]!++;

    const byRows = sparseIn(memory, room, 'rows', n, length);
    const places = new Int32Array(rows.columnCount);
    const heldBy: number[] = [];
    this.#diagonal = new Float64Array(n);
    let filled = 0;
    let trace = 0;
    for (let row = 0; row < n; row++) {
      for (let at = rows.rowStarts[row]!; at < rows.rowStarts[row + 1]!; at++) {
        const column = rows.columns[at]!;
        const value = rows.values[at]!;
        trace += value * value;
        if (holders[column] === 1) {
          this.#diagonal[row]! += value * value;
          continue;
        }
        // From 1 on: 0 says that it has no place yet.
        if (places[column] === 0) places[column] = heldBy.push(holders[column]!);
        byRows.columns[filled] = places[column]! - 1;
        byRows.values[filled] = value;
        byRows.rounded[filled++] = value;
      }
      byRows.starts[row + 1] = filled;
    }

    const byColumns = sparseIn(memory, room, 'columns', heldBy.length, filled);
    heldBy.forEach((count, place) => {
      byColumns.starts[place + 1] = byColumns.starts[place]! + count;
    });
    const next = byColumns.starts.slice(0, heldBy.length);
    for (let row = 0; row < n; row++) {
      for (let at = byRows.starts[row]!; at < byRows.starts[row + 1]!; at++) {
        const to = next[byRows.columns[at]!]!++;
        byColumns.columns[to] = row;
        byColumns.values[to] = byRows.values[at]!;
        byColumns.rounded[to] = byRows.values[at]!;
      }
    }
    this.#roundDiagonal = room.of('diagonal', 4 * n);
    memory.f32(this.#roundDiagonal, n).set(this.#diagonal);
    this.trace = trace;
    this.#rowCount = n;
    this.#columnCount = heldBy.length;
    this.#byRows = byRows;
    this.#byColumns = byColumns;
  }

  /** The length of X'v. */
  lengthOf(v: Float64Array): number {
    const product = new Float64Array(v.length);
    this.multiply(v, 1, product);
    return Math.sqrt(v.reduce((sum, own, row) => sum + own * product[row]!, 0));
  }

  /** target = XX'·source in 32-bit floats: addresses of rows × `width`, a multiple of four. */
  multiplyAt(source: number, target: number, width: number): void {
    const { room, kernel } = workshop!;
    const [n, columnCount] = [this.#rowCount, this.#columnCount];
    const between = room.of('between', 4 * TILE * columnCount);
    const { starts, columns, rounded } = this.#byColumns;
    const rows = this.#byRows;
    const stride = 4 * width;
    for (let first = 0; first < width; first += TILE) {
      const own = 4 * Math.min(TILE, width - first);
      const [from, to] = [source + 4 * first, target + 4 * first];
      const byColumns = [starts.byteOffset, columns.byteOffset, rounded.byteOffset] as const;
      kernel.gather(...byColumns, columnCount, from, stride, between, own, own, 0, 0);
      const byRows = [rows.starts.byteOffset, rows.columns.byteOffset, rows.rounded.byteOffset] as const;
      kernel.gather(...byRows, n, between, own, to, stride, own, this.#roundDiagonal, from);
    }
  }

  /** out = XX'·V, both rows × K. */
  multiply(V: Float64Array, K: number, out: Float64Array): void {
    for (let k = 0; k < K; ) {
      const width = K - k > 4 ? 8 : 4;
      this.#multiplyColumns(V, K, k, Math.min(width, K - k), width, out);
      k += width;
    }
  }

  /** The same for `count` columns from `first` on, `width` at once. */
  #multiplyColumns(
    V: Float64Array,
    K: number,
    first: number,
    count: number,
    width: 4 | 8,
    out: Float64Array,
  ): void {
    const { memory, room, kernel } = workshop!;
    const n = this.#rowCount;
    const source = room.of('source', 8 * width * n);
    const between = room.of('between', 8 * width * this.#columnCount);
    const numbers = memory.f64(source, width * n);
    for (let row = 0; row < n; row++) {
      for (let k = 0; k < count; k++) numbers[row * width + k] = V[row * K + first + k]!;
      for (let k = count; k < width; k++) numbers[row * width + k] = 0;
    }
    const gather = width === 8 ? kernel.gather8 : kernel.gather4;
    const { starts, columns, values } = this.#byColumns;
    gather(starts.byteOffset, columns.byteOffset, values.byteOffset, this.#columnCount, source, between);
    const rows = this.#byRows;
    gather(rows.starts.byteOffset, rows.columns.byteOffset, rows.values.byteOffset, n, between, source);
    for (let row = 0; row < n; row++) {
      for (let k = 0; k < count; k++) {
        const at = row * K + first + k;
        out[at] = this.#diagonal[row]! * V[at]! + numbers[row * width + k]!;
      }
    }
  }
}

/** Views of a sparse matrix in the kernel's memory. */
interface Sparse {
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
  /** The same in 32-bit floats. */
  readonly rounded: Float32Array;
}

function newWorkshop() {
  const memory = new KernelMemory();
  const kernel = loadKernel<Kernel>(gatherKernel, memory.memory);
  return { memory, room: new Room(memory), kernel };
}

function sparseIn(memory: KernelMemory, room: Room, name: string, rowCount: number, length: number): Sparse {
  const starts = memory.u32(room.of(`${name}: starts`, 4 * (rowCount + 1)), rowCount + 1);
  starts[0] = 0;
  return {
    starts,
    columns: memory.u32(room.of(`${name}: columns`, 4 * length), length),
    values: memory.f64(room.of(`${name}: values`, 8 * length), length),
    rounded: memory.f32(room.of(`${name}: rounded`, 4 * length), length),
  };
}
