/**
 * A linear model of [ a | b | c ] (see `pool-features.ts`) with the dense parts folded into the terms' weights.
 *
 * b and c are sums of term vectors, up to three lengths a record. So with V·w and P·u added up once for each term,
 *
 *     score = intercept + Σ x·v + (Σ x·Vw) / ‖xV‖ + ((Σ x·Pu) / ‖xP‖ − μ·u) / ‖centred‖
 *
 * is three sums over the record's terms, and its 150 dense numbers are never made: some ten times fewer operations
 * with few classes.
 */
import type { CsrMatrix } from '../features/csr.ts';
import { padded, product, sparseProduct } from '../features/linear-algebra.ts';
import { LENGTHS, type PoolFeatures } from '../features/pool-features.ts';
import type { TermVectors } from '../features/word-vectors.ts';
import { type LinearModel, softmax } from './linear-model.ts';

/** 8 bytes each. */
const MOST_WEIGHTS = 20e6;

export class FoldedModel {
  readonly classCount: number;
  readonly #seenClasses: Int32Array;
  readonly #intercepts: Float64Array;
  /** Term column → its row in the weights, or -1 for a term that weighs nothing. */
  readonly #places: Int32Array;
  /** Weighty terms × 3 × padded classes: v, Vw and Pu. */
  readonly #weights: Float64Array;
  /** μ·u by class. */
  readonly #centre: Float64Array;

  /** @param model fitted on rows of `termCount` tf-idf columns and the dense ones of `features` after them */
  constructor(model: LinearModel, features: PoolFeatures, termCount: number) {
    const K = model.seenClasses.length;
    const width = padded(K);
    this.classCount = model.classCount;
    this.#seenClasses = model.seenClasses;
    this.#intercepts = Float64Array.from(model.seenClasses, (k) => model.intercept(k)!);

    const { latent, words, centre, places } = features;
    const w = denseWeights(model, termCount, latent.dimensions);
    const u = denseWeights(model, termCount + latent.dimensions, words.dimensions);
    const Vw = termWeights(latent, w, width);
    const Pu = termWeights(words, u, width);
    this.#centre = product(centre, u, centre.length, width);
    this.#places = new Int32Array(termCount).fill(-1);
    let count = 0;
    for (let column = 0; column < termCount; column++) {
      if ((places[column] ?? -1) >= 0 || model.weightsOf(column)) this.#places[column] = count++;
    }
    this.#weights = new Float64Array(count * LENGTHS * width);
    this.#places.forEach((row, column) => {
      if (row < 0) return;
      const to = row * LENGTHS * width;
      this.#weights.set(model.weightsOf(column) ?? [], to);
      const place = places[column] ?? -1;
      if (place < 0) return;
      this.#weights.set(Vw.subarray(place * width, (place + 1) * width), to + width);
      // Empty for a term without a word vector.
      this.#weights.set(Pu.subarray(place * width, (place + 1) * width), to + 2 * width);
    });
  }

  /** Whether folding pays: with many classes the weights of all terms outgrow what they save. */
  static pays(model: LinearModel, features: PoolFeatures): boolean {
    const terms = features.latent.vectors.length / Math.max(1, features.latent.dimensions);
    return terms * LENGTHS * padded(model.seenClasses.length) <= MOST_WEIGHTS;
  }

  /**
   * @param rows tf-idf rows
   * @param lengths of the same rows: see `denseLengths`
   * @returns rows × classCount
   */
  probabilities(rows: CsrMatrix, lengths: Float32Array): Float64Array {
    const K = this.#seenClasses.length;
    const width = padded(K);
    const sums = sparseProduct(this.#weighty(rows), this.#weights, LENGTHS * width);
    const result = new Float64Array(rows.rowCount * this.classCount);
    const scores = new Float64Array(K);
    for (let row = 0; row < rows.rowCount; row++) {
      const from = row * LENGTHS * width;
      const [lengthOfB, lengthOfC, centred] = [
        lengths[row * 3]!,
        lengths[row * 3 + 1]!,
        lengths[row * 3 + 2]!,
      ];
      for (let k = 0; k < K; k++) {
        scores[k] =
          this.#intercepts[k]! +
          sums[from + k]! +
          sums[from + width + k]! / lengthOfB +
          (sums[from + 2 * width + k]! / lengthOfC - this.#centre[k]!) / centred;
      }
      softmax(scores, 0, K);
      for (let k = 0; k < K; k++) result[row * this.classCount + this.#seenClasses[k]!] = scores[k]!;
    }
    return result;
  }

  /** The rows' weighty terms, renumbered. */
  #weighty(rows: CsrMatrix): CsrMatrix {
    const columns = new Int32Array(rows.columns.length);
    const values = new Float64Array(rows.columns.length);
    const rowStarts = new Int32Array(rows.rowCount + 1);
    let filled = 0;
    for (let row = 0; row < rows.rowCount; row++) {
      for (let at = rows.rowStarts[row]!; at < rows.rowStarts[row + 1]!; at++) {
        // Terms newer than the model have no place.
        const place = this.#places[rows.columns[at]!] ?? -1;
        if (place < 0) continue;
        columns[filled] = place;
        values[filled++] = rows.values[at]!;
      }
      rowStarts[row + 1] = filled;
    }
    return { rowCount: rows.rowCount, columnCount: this.#places.length, rowStarts, columns, values };
  }
}

/** The weights of `count` columns from `first` on: count × padded classes. */
function denseWeights(model: LinearModel, first: number, count: number): Float64Array {
  const width = padded(model.seenClasses.length);
  const weights = new Float64Array(count * width);
  for (let j = 0; j < count; j++) weights.set(model.weightsOf(first + j) ?? [], j * width);
  return weights;
}

function termWeights(
  { dimensions, vectors }: TermVectors,
  weights: Float64Array,
  width: number,
): Float64Array {
  return product(Float64Array.from(vectors), weights, dimensions, width);
}
