/** A fitted linear model: weights by column and class, scores by two fast products, probabilities by softmax. */
import type { CsrMatrix } from '../features/csr.ts';
import { padded, product, sparseProduct } from '../features/linear-algebra.ts';
import type { Model } from './classifier.ts';
import type { Gram } from './gram.ts';

/** Rows scored at once: their dense part stays in the processor's cache, and what it takes to sort them out is little. */
const CHUNK = 256;

/** Columns from one on, multiplied. */
export interface ColumnScale {
  readonly from: number;
  readonly factor: number;
}

export interface LinearFit {
  readonly classCount: number;
  /** The classes that have weights, ascending; the others have probability 0 (or 1/classCount if none has). */
  readonly seenClasses: Int32Array;
  /**
   * The labelled rows, if there is something to weigh. Only columns that they hold have weights; all others weigh nothing.
   */
  readonly gram: Gram | undefined;
  /** Labelled rows × seen classes: the weights as sums of rows, W = X'A. */
  readonly coefficients: Float64Array;
  /** By seen class. */
  readonly intercepts: Float64Array;
  /** How the labelled rows differ from those that the model is for. */
  readonly scale?: ColumnScale;
}

/** Where some rows are sorted out, one part of them after the other. */
interface WorkSpace {
  readonly columns: Int32Array;
  readonly values: Float64Array;
  readonly dense: Float64Array;
}

export class LinearModel implements Model {
  readonly classCount: number;
  readonly seenClasses: Int32Array;
  /** Labelled rows × seen classes, kept so that the next fit can start here. */
  readonly coefficients: Float64Array;
  readonly #intercepts: Float64Array;
  /** Column → its row in the sparse weights; -1: no weight; -2 - d: row d of the dense weights. */
  readonly #places: Int32Array;
  /** Places × padded classes. */
  readonly #sparseWeights: Float64Array;
  readonly #sparseCount: number;
  readonly #denseWeights: Float64Array;
  readonly #denseCount: number;

  constructor({ classCount, seenClasses, gram, coefficients, intercepts, scale }: LinearFit) {
    this.classCount = classCount;
    this.seenClasses = seenClasses;
    this.coefficients = coefficients;
    this.#intercepts = intercepts;
    const width = padded(seenClasses.length);
    this.#places = gram?.places.slice() ?? new Int32Array(0);
    this.#sparseWeights = gram?.weights(coefficients, seenClasses.length, width) ?? new Float64Array(0);
    this.#sparseCount = gram?.holders.length ?? 0;
    for (let place = 0; scale && place < this.#sparseCount; place++) {
      if (gram!.columns[place]! < scale.from) continue;
      for (let k = 0; k < width; k++) this.#sparseWeights[place * width + k]! *= scale.factor;
    }

    // What most rows hold is kept apart, to be multiplied densely.
    const dense: number[] = [];
    gram?.holders.forEach((count, place) => {
      if (count > gram.rowCount / 2) dense.push(place);
    });
    this.#denseCount = dense.length;
    this.#denseWeights = new Float64Array(dense.length * width);
    dense.forEach((place, own) => {
      this.#places[gram!.columns[place]!] = -2 - own;
      this.#denseWeights.set(this.#sparseWeights.subarray(place * width, (place + 1) * width), own * width);
    });
  }

  probabilities(rows: CsrMatrix): Float64Array {
    const result = new Float64Array(rows.rowCount * this.classCount);
    if (this.seenClasses.length === 0) return result.fill(1 / this.classCount);
    const space = this.#spaceFor(rows);
    for (let from = 0; from < rows.rowCount; from += CHUNK) {
      this.#score(rows, from, Math.min(rows.rowCount, from + CHUNK), space, result);
    }
    return result;
  }

  /** The weights of a column by seen class, as fitted; undefined for a column without weights. */
  weightsOf(column: number): Float64Array | undefined {
    const place = this.#places[column] ?? -1;
    if (place === -1) return undefined;
    const K = this.seenClasses.length;
    const from = (place >= 0 ? place : -2 - place) * padded(K);
    return (place >= 0 ? this.#sparseWeights : this.#denseWeights).subarray(from, from + K);
  }

  /**
   * Every column below `end` that has weights, ascending, with where those of the seen classes begin: for loops over a
   * whole vocabulary, in which `weightsOf` would make an object a column.
   */
  forEachWeight(end: number, visit: (column: number, weights: Float64Array, from: number) => void): void {
    const width = padded(this.seenClasses.length);
    for (let column = 0; column < Math.min(end, this.#places.length); column++) {
      const place = this.#places[column]!;
      if (place >= 0) visit(column, this.#sparseWeights, place * width);
      else if (place < -1) visit(column, this.#denseWeights, (-2 - place) * width);
    }
  }

  /** The weight of a column for a class less its mean over the seen classes, in log-odds. */
  weight(column: number, classIndex: number): number {
    const k = this.seenClasses.indexOf(classIndex);
    const weights = this.weightsOf(column);
    if (k < 0 || !weights) return 0;
    return weights[k]! - weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  }

  /** The intercept of a seen class; undefined for others. */
  intercept(classIndex: number): number | undefined {
    return this.#intercepts[this.seenClasses.indexOf(classIndex)];
  }

  /** Probabilities of the rows `from` to `end`, into their place in `result`. */
  #score(rows: CsrMatrix, from: number, end: number, space: WorkSpace, result: Float64Array): void {
    const { sparse, dense } = this.#split(rows, from, end, space);
    const K = this.seenClasses.length;
    const width = padded(K);
    const scores = sparseProduct(sparse, this.#sparseWeights, width);
    const denseScores = product(dense, this.#denseWeights, this.#denseCount, width);
    const own = new Float64Array(K);
    for (let row = from; row < end; row++) {
      const at = (row - from) * width;
      for (let k = 0; k < K; k++)
        own[k] = scores[at + k]! + (denseScores[at + k] ?? 0) + this.#intercepts[k]!;
      softmax(own, 0, K);
      for (let k = 0; k < K; k++) result[row * this.classCount + this.seenClasses[k]!] = own[k]!;
    }
  }

  #spaceFor({ rowCount, rowStarts }: CsrMatrix): WorkSpace {
    let longest = 0;
    for (let from = 0; from < rowCount; from += CHUNK) {
      longest = Math.max(longest, rowStarts[Math.min(rowCount, from + CHUNK)]! - rowStarts[from]!);
    }
    return {
      columns: new Int32Array(longest),
      values: new Float64Array(longest),
      dense: new Float64Array(Math.min(rowCount, CHUNK) * this.#denseCount),
    };
  }

  /** The rows' weighted columns, renumbered by place: the dense ones as a block, the others sparse. Good until the next. */
  #split(rows: CsrMatrix, from: number, end: number, space: WorkSpace) {
    const { columns, values } = space;
    const rowStarts = new Int32Array(end - from + 1);
    const dense = space.dense.subarray(0, (end - from) * this.#denseCount).fill(0);
    let filled = 0;
    for (let row = from; row < end; row++) {
      const denseRow = (row - from) * this.#denseCount;
      for (let at = rows.rowStarts[row]!; at < rows.rowStarts[row + 1]!; at++) {
        // Columns newer than the model have no place.
        const place = this.#places[rows.columns[at]!] ?? -1;
        if (place >= 0) {
          columns[filled] = place;
          values[filled++] = rows.values[at]!;
        } else if (place !== -1) {
          dense[denseRow - 2 - place] = rows.values[at]!;
        }
      }
      rowStarts[row - from + 1] = filled;
    }
    return {
      dense,
      sparse: { rowCount: end - from, columnCount: this.#sparseCount, rowStarts, columns, values },
    };
  }
}

/** Turns `length` scores from `from` on into probabilities, in place, without overflow. */
export function softmax(scores: Float64Array, from: number, length: number): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < length; k++) highest = Math.max(highest, scores[from + k]!);
  let total = 0;
  for (let k = 0; k < length; k++) {
    const share = Math.exp(scores[from + k]! - highest);
    scores[from + k] = share;
    total += share;
  }
  for (let k = 0; k < length; k++) scores[from + k]! /= total;
}
