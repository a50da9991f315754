/** The pool's learned features at work: feature rows for the classifier, and the space in which records compare. */
import type { CsrMatrix } from '../../core/features/csr.ts';
import type { DenseRows } from '../../core/features/dense-rows.ts';
import { densities } from '../../core/features/density.ts';
import {
  denseParts,
  denseSpace,
  type PoolFeatures,
  termShares,
  withDenseParts,
} from '../../core/features/pool-features.ts';
import type { Language } from '../../core/text/stemming.ts';
import type { Pool } from './pool.ts';
import type { LearnedPool } from './pool-learning.ts';

export class PoolSpace {
  /** Records to ask first, before a model can be trusted to choose. */
  readonly starters: Int32Array;
  /** How many records the pool had when its features were learned. */
  readonly learnedFrom: number;
  readonly #language: Language | undefined;
  readonly #features: PoolFeatures;
  readonly #yardsticks: DenseRows;
  readonly #yardstickPlaces: Map<number, number>;
  readonly #densities = new Map<number, number>();

  /** @param sample the rows that `learned` counts by */
  constructor(pool: Pool, sample: Int32Array, learned: LearnedPool) {
    this.#features = learned.features;
    this.#language = pool.language;
    this.learnedFrom = pool.rows.length;
    this.starters = learned.starters.map((at) => sample[at]!);
    const yardsticks = learned.yardsticks.map((at) => sample[at]!);
    this.#yardstickPlaces = new Map(Array.from(yardsticks, (row, place) => [row, place]));
    this.#yardsticks = this.rows(pool, yardsticks);
  }

  /** Whether the features still fit: terms keep their numbers as long as the pool's language stays. */
  fits(pool: Pool): boolean {
    return pool.language === this.#language;
  }

  /** Whether so much was added or removed since that the features are worth learning again. */
  isOutgrown(pool: Pool): boolean {
    const ratio = pool.rows.length / this.learnedFrom;
    return !this.fits(pool) || ratio > 1.2 || ratio < 0.5;
  }

  /** [ tf-idf | latent semantics | words ] of these records. */
  featureRows(pool: Pool, rows: ArrayLike<number>): CsrMatrix {
    const tfidf = pool.tfidf(rows);
    return withDenseParts(tfidf, denseParts(this.#features, tfidf));
  }

  /** These records in the space, each of length 1. */
  rows(pool: Pool, rows: ArrayLike<number>): DenseRows {
    return denseSpace(denseParts(this.#features, pool.tfidf(rows)));
  }

  /** How typical these records are, in [0, 1]; remembered, since the same ones come up lesson after lesson. */
  densities(pool: Pool, rows: Int32Array): Float64Array {
    const unknown = rows.filter((row) => !this.#densities.has(row));
    const ownPlaces = unknown.map((row) => this.#yardstickPlaces.get(row) ?? -1);
    densities(this.rows(pool, unknown), this.#yardsticks, ownPlaces).forEach((density, at) => {
      this.#densities.set(unknown[at]!, density);
    });
    return Float64Array.from(rows, (row) => this.#densities.get(row)!);
  }

  /** What each term of one record adds to a linear score of its feature row. */
  termShares(tfidf: CsrMatrix, weightOf: (column: number) => number): Float64Array {
    return termShares(this.#features, tfidf, weightOf);
  }
}
