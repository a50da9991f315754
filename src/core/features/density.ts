/**
 * How typical a record is: its mean cosine to its nearest neighbours (information density, Settles & Craven 2008).
 *
 * Neighbours are looked for in the cells around a record only (an inverted file; Sivic & Zisserman 2003): some
 * twenty times fewer comparisons than with everyone. A sample of everyone is no way out where classes are many:
 * with 150 of them, the six nearest of a thousand sampled belong to other classes, and clinc150 lost .025 at 200
 * labels.
 */
import { KernelMemory, loadKernel } from '../kernels/kernel.ts';
import { largeArray } from '../kernels/large.ts';
import productsKernel from '../kernels/products.wasm.ts';
import { Room } from '../kernels/room.ts';
import type { Random } from '../random.ts';
import { type DenseRows, dotOfRows, gatherRows } from './dense-rows.ts';
import { kMeans, nearestCentres } from './k-means.ts';
import { padded } from './linear-algebra.ts';
import { type ProductsKernel, ROWS_BEHIND } from './products.ts';

const NEIGHBOURS = 20;
/** A record's own cell and the nearest others. */
const CELLS_SEARCHED = 4;
const ROWS_FOR_CELLS = 3000;
const MOST_CELLS = 150;
/** Rows compared at once. */
const ROWS_AT_ONCE = 256;

/** Rows of length 1, sorted into cells. Plain data, so that it can cross to another thread. */
export interface NeighbourIndex {
  /** In 32-bit floats, in which they are compared: they stay in memory. */
  readonly rows: Omit<DenseRows, 'values'> & { readonly values: Float32Array };
  readonly centres: DenseRows;
  /** The cell of each row. */
  readonly cellOf: Int32Array;
}

/** About as many cells as there are rows in a cell. */
export function neighbourIndex(rows: DenseRows, random: Random): NeighbourIndex {
  const cells = Math.min(rows.rowCount, MOST_CELLS, Math.ceil(Math.sqrt(rows.rowCount)));
  const kept = { ...rows, values: largeArray(Float32Array, rows.values.length) };
  kept.values.set(rows.values);
  if (cells === 0)
    return { rows: kept, centres: { ...rows, values: new Float64Array(0) }, cellOf: new Int32Array(0) };
  const sample = gatherRows(rows, random.sample(rows.rowCount, ROWS_FOR_CELLS));
  const { centres } = kMeans(sample, Math.min(cells, sample.rowCount), { starts: 1, iterations: 10 }, random);
  return { rows: kept, centres, cellOf: nearestCentres(rows, centres).clusterOf };
}

/** One cell as the kernel wants it: its rows on their side, in 32-bit floats. */
interface Cell {
  /** Where each of its rows is in the index, ascending. */
  readonly members: readonly number[];
  readonly address: number;
  /** Bytes from one dimension to the next. */
  readonly stride: number;
  /** The cells that are searched with it, itself among them. */
  readonly near: readonly number[];
}

/** An index laid out once, to look for neighbours in again and again. */
export class Neighbourhoods {
  readonly #centres: DenseRows;
  readonly #cells: readonly Cell[];
  readonly #cellOf: Int32Array;
  readonly #memory = new KernelMemory();
  readonly #room = new Room(this.#memory);
  readonly #kernel = loadKernel<ProductsKernel>(productsKernel, this.#memory.memory);

  constructor({ rows, centres, cellOf }: NeighbourIndex) {
    this.#centres = centres;
    this.#cellOf = cellOf;
    this.#cells = grouped(cellOf, centres.rowCount).map((members, cell) => {
      const width = padded(members.length);
      const { dimensions } = rows;
      const sideways = this.#memory.f32(this.#memory.allocate(4 * width * dimensions), width * dimensions);
      members.forEach((row, at) => {
        for (let j = 0; j < dimensions; j++) sideways[j * width + at] = rows.values[row * dimensions + j]!;
      });
      const near = nearestCells(centres, cell);
      return { members, address: sideways.byteOffset, stride: 4 * width, near };
    });
  }

  /**
   * @param rows of length 1
   * @param ownPlaces where each row is in the index itself, or -1: a record is not its own neighbour
   * @returns the density of each row, in [0, 1]
   */
  densities(rows: DenseRows, ownPlaces?: Int32Array): Float64Array {
    const result = new Float64Array(rows.rowCount);
    if (this.#cells.length === 0) return result;
    const asking = grouped(nearestCentres(rows, this.#centres).clusterOf, this.#cells.length);
    asking.forEach((askers, cell) => {
      for (let from = 0; from < askers.length; from += ROWS_AT_ONCE) {
        const some = askers.slice(from, from + ROWS_AT_ONCE);
        this.#compare(rows, some, ownPlaces, this.#cells[cell]!.near, result);
      }
    });
    return result;
  }

  #compare(
    { values, dimensions }: DenseRows,
    askers: readonly number[],
    ownPlaces: Int32Array | undefined,
    near: readonly number[],
    result: Float64Array,
  ): void {
    const stride = 4 * dimensions;
    const source = this.#room.of('rows', stride * (ROWS_AT_ONCE + ROWS_BEHIND));
    const own = this.#memory.f32(source, askers.length * dimensions);
    askers.forEach((row, at) => {
      own.set(values.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions);
    });
    const compared = near.map((number, place) => {
      const cell = this.#cells[number]!;
      const target = this.#room.of(`products ${place}`, cell.stride * (ROWS_AT_ONCE + ROWS_BEHIND));
      const { address } = cell;
      this.#kernel.denseProduct(source, stride, askers.length, dimensions, address, cell.stride, target);
      const width = cell.stride / 4;
      return {
        number,
        count: cell.members.length,
        width,
        cosines: this.#memory.f32(target, askers.length * width),
      };
    });
    const total = compared.reduce((sum, { count }) => sum + count, 0);
    const highest = new Highest();
    askers.forEach((row, at) => {
      const ownPlace = ownPlaces?.[row] ?? -1;
      const isAmong = ownPlace >= 0 && near.includes(this.#cellOf[ownPlace]!);
      highest.clear(Math.min(NEIGHBOURS, total - (isAmong ? 1 : 0)));
      for (const { number, count, width, cosines } of compared) {
        if (isAmong && this.#cellOf[ownPlace] === number) {
          cosines[at * width + this.#cells[number]!.members.indexOf(ownPlace)] = Number.NEGATIVE_INFINITY;
        }
        highest.take(cosines, at * width, at * width + count);
      }
      result[row] = Math.max(0, highest.mean);
    });
  }
}

/** The highest numbers of those that it took. */
class Highest {
  /** Ascending: most numbers end at the first comparison. */
  readonly #kept = new Float64Array(NEIGHBOURS);
  #count = 0;

  clear(count: number): void {
    this.#count = count;
    this.#kept.fill(Number.NEGATIVE_INFINITY);
  }

  take(values: Float32Array, from: number, end: number): void {
    const kept = this.#kept;
    const last = this.#count - 1;
    if (last < 0) return;
    for (let value = values[from]!; from < end; value = values[++from]!) {
      if (value <= kept[0]!) continue;
      let at = 0;
      for (; at < last && kept[at + 1]! < value; at++) kept[at] = kept[at + 1]!;
      kept[at] = value;
    }
  }

  /** 0 of none. */
  get mean(): number {
    let sum = 0;
    for (let at = 0; at < this.#count; at++) sum += this.#kept[at]!;
    return this.#count === 0 ? 0 : sum / this.#count;
  }
}

/** Positions by group. */
function grouped(groupOf: Int32Array, groupCount: number): number[][] {
  const groups = Array.from({ length: groupCount }, (): number[] => []);
  groupOf.forEach((group, position) => {
    groups[group]!.push(position);
  });
  return groups;
}

function nearestCells(centres: DenseRows, cell: number): number[] {
  const closeness = Array.from(
    { length: centres.rowCount },
    (_, other) => dotOfRows(centres, cell, centres, other) - dotOfRows(centres, other, centres, other) / 2,
  );
  return Array.from(closeness, (_, other) => other)
    .filter((other) => other !== cell)
    .sort((a, b) => closeness[b]! - closeness[a]!)
    .slice(0, CELLS_SEARCHED - 1)
    .concat(cell);
}
