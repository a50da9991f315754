/**
 * The labelled rows X laid out for a fit, and products with them: XX' as an operator, without ever making it, and the
 * weights X'A (kernels/gather.ts).
 *
 * Columns that one row alone holds add to the diagonal of XX' only. The others are kept by rows and by columns, numbered
 * in the order in which the rows first hold them. Values are rounded to 32-bit floats, as the features are learned: with
 * many answers this is the largest thing that a lesson takes.
 */
import type { CsrMatrix } from '../features/csr.ts';
import gatherKernel from '../kernels/gather.wasm.ts';
import { KernelMemory, loadKernel } from '../kernels/kernel.ts';
import { largeArray } from '../kernels/large.ts';
import { Room } from '../kernels/room.ts';

interface Kernel {
  arrange(rowCount: number, ...places: number[]): void;
  gather32(starts: number, columns: number, values: number, rowCount: number, ...places: number[]): void;
  gather64(starts: number, columns: number, values: number, rowCount: number, ...places: number[]): void;
}

interface Workshop {
  readonly memory: KernelMemory;
  readonly room: Room;
  readonly kernel: Kernel;
  /** Zeros by column, but while rows are arranged. */
  readonly holders: { readonly address: number; readonly columnCount: number };
}

/** One for all fits of a thread, which come one after the other: a new one takes the place of the last. */
let workshop: Workshop | undefined;

/** Columns multiplied at once, so that what lies between the two products stays in the processor's cache. */
const TILE = 32;

/** Good until the next is made. */
export class Gram {
  /** Where vectors are to lie that `multiplyAt` multiplies. */
  readonly memory: KernelMemory;
  readonly room: Room;
  readonly rowCount: number;
  /** The sum of all squares. */
  readonly trace: number;
  /** By column its place, or −1 where no row holds it. */
  readonly places: Int32Array;
  /** By place how many rows hold the column, and which it is. */
  readonly holders: Uint32Array;
  readonly columns: Uint32Array;
  /** How many columns several rows hold: they have the first places. */
  readonly #sharedCount: number;
  readonly #diagonal: Float64Array;
  /** Address of the same in 32-bit floats. */
  readonly #roundDiagonal: number;
  readonly #byRows: Sparse;
  readonly #byColumns: Sparse;

  /** @param rows of which nothing is kept */
  constructor(rows: CsrMatrix) {
    workshop = grownTo(workshop ?? newWorkshop(), rows.columnCount);
    const { memory, room, kernel, holders } = workshop;
    const { rowCount, columnCount, rowStarts, columns, values } = rows;
    const length = rowStarts[rowCount]!;
    const given = {
      starts: room.of('given: starts', 4 * (rowCount + 1)),
      columns: room.of('given: columns', 4 * length),
      values: room.of('given: values', 4 * length),
    };
    memory.u32(given.starts, rowCount + 1).set(rowStarts);
    memory.u32(given.columns, length).set(columns.subarray(0, length));
    const rounded = memory.f32(given.values, length);
    rounded.set(values.subarray(0, length));
    const [places, names, diagonal, next, counts] = [
      room.of('places', 4 * columnCount),
      room.of('names', 4 * length),
      room.of('diagonal', 8 * rowCount),
      room.of('next', 4 * length),
      room.of('counts', 8),
    ];
    memory.i32(places, columnCount).fill(-1);
    const byRows = sparseIn(room, 'rows', rowCount, length);
    const byColumns = sparseIn(room, 'columns', length, length);
    kernel.arrange(
      rowCount,
      ...[given.starts, given.columns, given.values, holders.address, places, names, diagonal],
      ...[byRows.starts, byRows.columns, byRows.values],
      ...[byColumns.starts, byColumns.columns, byColumns.values],
      ...[next, counts],
    );
    const [sharedCount = 0, heldCount = 0] = memory.u32(counts, 2);
    const starts = memory.u32(byColumns.starts, heldCount + 1);
    this.memory = memory;
    this.room = room;
    this.rowCount = rowCount;
    this.trace = squaresOf(rounded);
    this.places = memory.i32(places, columnCount);
    this.holders = starts.slice(0, heldCount);
    for (let place = 0; place < heldCount; place++) {
      this.holders[place] = starts[place + 1]! - starts[place]!;
    }
    this.columns = memory.u32(names, heldCount);
    this.#sharedCount = sharedCount;
    this.#diagonal = memory.f64(diagonal, rowCount);
    this.#roundDiagonal = room.of('rounded diagonal', 4 * rowCount);
    memory.f32(this.#roundDiagonal, rowCount).set(this.#diagonal);
    this.#byRows = byRows;
    this.#byColumns = byColumns;
  }

  /** The length of X'v. */
  lengthOf(v: Float64Array): number {
    return Math.sqrt(squaresOf(this.weights(v, 1, 2)));
  }

  /**
   * X'A for A of rows × K.
   *
   * @param width of a row of the result, even, at least K
   * @returns places × width, with zeros behind each K
   */
  weights(A: Float64Array, K: number, width: number): Float64Array {
    const { memory, room, kernel } = workshop!;
    const n = this.rowCount;
    const count = this.holders.length;
    const stride = 8 * width;
    const [source, target] = [room.of('source', stride * n), room.of('weights', stride * count)];
    widen(A, K, memory.f64(source, n * width), width);
    const { starts, columns, values } = this.#byColumns;
    kernel.gather64(starts, columns, values, count, source, stride, target, stride, stride);
    const weights = largeArray(Float64Array, count * width);
    weights.set(memory.f64(target, count * width));
    return weights;
  }

  /** target = XX'·source in 32-bit floats: addresses of rows × `width`, a multiple of four. */
  multiplyAt(source: number, target: number, width: number): void {
    const { room, kernel } = workshop!;
    const [n, count] = [this.rowCount, this.#sharedCount];
    const between = room.of('between', 4 * TILE * count);
    const [byColumns, byRows] = [this.#byColumns, this.#byRows];
    const stride = 4 * width;
    for (let first = 0; first < width; first += TILE) {
      const own = 4 * Math.min(TILE, width - first);
      const [from, to] = [source + 4 * first, target + 4 * first];
      const { starts, columns, values } = byColumns;
      kernel.gather32(starts, columns, values, count, from, stride, between, own, own, 0, 0);
      const last = [own, to, stride, own, this.#roundDiagonal, from] as const;
      kernel.gather32(byRows.starts, byRows.columns, byRows.values, n, between, ...last);
    }
  }

  /** out = XX'·V in 64-bit floats, both rows × K. */
  multiply(V: Float64Array, K: number, out: Float64Array): void {
    const { memory, room, kernel } = workshop!;
    const [n, count] = [this.rowCount, this.#sharedCount];
    const width = 2 * Math.ceil(K / 2);
    const [source, target] = [room.of('source', 8 * n * width), room.of('target', 8 * n * width)];
    const between = room.of('between', 8 * TILE * count);
    widen(V, K, memory.f64(source, n * width), width);
    const [byColumns, byRows] = [this.#byColumns, this.#byRows];
    const stride = 8 * width;
    for (let first = 0; first < width; first += TILE) {
      const own = 8 * Math.min(TILE, width - first);
      const [from, to] = [source + 8 * first, target + 8 * first];
      const { starts, columns, values } = byColumns;
      kernel.gather64(starts, columns, values, count, from, stride, between, own, own);
      kernel.gather64(byRows.starts, byRows.columns, byRows.values, n, between, own, to, stride, own);
    }
    const products = memory.f64(target, n * width);
    for (let row = 0; row < n; row++) {
      const squares = this.#diagonal[row]!;
      for (let k = 0; k < K; k++) out[row * K + k] = squares * V[row * K + k]! + products[row * width + k]!;
    }
  }
}

/** Addresses of a sparse matrix. */
interface Sparse {
  readonly starts: number;
  readonly columns: number;
  readonly values: number;
}

function newWorkshop(): Workshop {
  const memory = new KernelMemory();
  const kernel = loadKernel<Kernel>(gatherKernel, memory.memory);
  return { memory, room: new Room(memory), kernel, holders: { address: 0, columnCount: 0 } };
}

function grownTo(workshop: Workshop, columnCount: number): Workshop {
  if (workshop.holders.columnCount >= columnCount) return workshop;
  const count = Math.max(columnCount, 2 * workshop.holders.columnCount);
  // Zeros, as all that is allocated.
  return { ...workshop, holders: { address: workshop.memory.allocate(4 * count), columnCount: count } };
}

function sparseIn(room: Room, name: string, rowCount: number, length: number): Sparse {
  return {
    starts: room.of(`${name}: starts`, 4 * (rowCount + 1)),
    columns: room.of(`${name}: columns`, 4 * length),
    values: room.of(`${name}: values`, 4 * length),
  };
}

function squaresOf(numbers: Float32Array | Float64Array): number {
  let sum = 0;
  for (let at = 0; at < numbers.length; at++) sum += numbers[at]! * numbers[at]!;
  return sum;
}

/** Copies rows of K into rows of `width`, with zeros behind. */
function widen(from: Float64Array, K: number, to: Float64Array, width: number): void {
  for (let row = 0; row < to.length / width; row++) {
    for (let k = 0; k < width; k++) to[row * width + k] = k < K ? from[row * K + k]! : 0;
  }
}
