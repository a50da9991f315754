/** The pool's learned features at work: feature rows for the classifier, and the space in which records compare. */
import { setImmediate } from 'node:timers/promises';
import type { CsrMatrix } from '../../core/features/csr.ts';
import { DenseRecords } from '../../core/features/dense-records.ts';
import type { DenseRows } from '../../core/features/dense-rows.ts';
import { Neighbourhoods } from '../../core/features/density.ts';
import { normaliseRows } from '../../core/features/linear-algebra.ts';
import {
  denseLengths,
  denseParts,
  denseSpace,
  LENGTHS,
  type PoolFeatures,
  termShares,
  withDenseParts,
} from '../../core/features/pool-features.ts';
import { valenceWeights, withValence } from '../../core/features/valence.ts';
import { largeArray } from '../../core/kernels/large.ts';
import { Room } from '../../core/kernels/room.ts';
import { FoldedModel } from '../../core/model/folded-model.ts';
import type { LinearModel } from '../../core/model/linear-model.ts';
import { Random } from '../../core/random.ts';
import type { Language } from '../../core/text/stemming.ts';
import { valenceIn } from '../../core/text/valence.ts';
import type { KeptPool } from './kept-pool.ts';
import type { Pool } from './pool.ts';

/** Records whose exact dense parts are kept: those that models are measured on, and answered ones; 1.2 kB each. */
const MOST_PARTS = 6000;

export class PoolSpace {
  /** Records to ask first, before a model can be trusted to choose. */
  readonly starters: Int32Array;
  /** How many records the pool had when its features were learned. */
  readonly learnedFrom: number;
  readonly #language: Language | undefined;
  readonly #features: PoolFeatures;
  readonly #neighbours: Neighbourhoods;
  readonly #densities: Map<number, number>;
  /** How good or bad each term sounds; undefined where that is not known. */
  readonly #valence: Float64Array | undefined;
  /** The dense parts of all records, as far as they are made. */
  readonly records: DenseRecords;
  /** Work space in their memory. */
  readonly room: Room;
  /** The exact dense parts of records of one pool: those that models are measured on are asked for after every lesson. */
  #parts: { readonly pool: Pool; readonly of: Map<number, Float64Array> } | undefined;
  /** Three a row, by row number; 0 where not computed yet. */
  #lengths = new Float32Array(0);

  constructor(pool: Pool, { learned, sample, learnedFrom }: KeptPool) {
    this.#features = learned.features;
    this.#language = pool.language;
    this.records = new DenseRecords(learned.features);
    this.room = new Room(this.records.memory);
    this.#valence = valencesOf(pool);
    this.learnedFrom = learnedFrom;
    this.starters = learned.starters.map((at) => sample[at]!);
    this.#neighbours = new Neighbourhoods(learned.neighbours);
    this.#densities = new Map(Array.from(sample, (row, at) => [row, learned.densities[at]!]));
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

  /** [ tf-idf | valence, where it is known | latent semantics | words ] of these records. */
  featureRows(pool: Pool, rows: ArrayLike<number>): CsrMatrix {
    const tfidf = pool.tfidf(rows);
    return withDenseParts(this.sparseRows(tfidf), this.#exactParts(pool, rows, tfidf));
  }

  /** The same of tf-idf rows, whatever they are of. */
  featureRowsOf(tfidf: CsrMatrix): CsrMatrix {
    return withDenseParts(this.sparseRows(tfidf), denseParts(this.#features, tfidf));
  }

  /** The sparse part of the feature rows: what a folded model scores. */
  sparseRows(tfidf: CsrMatrix): CsrMatrix {
    return this.#valence ? withValence(tfidf, this.#valence) : tfidf;
  }

  /** A model fitted on `featureRows`, made ready to score many records fast; undefined where that does not pay. */
  folded(pool: Pool, model: LinearModel): FoldedModel | undefined {
    if (!FoldedModel.pays(model, this.#features)) return undefined;
    return new FoldedModel(model, this.#features, pool.featureCount + (this.#valence ? 1 : 0));
  }

  /** What a folded model needs of these records beside their tf-idf rows. Computed once a record. */
  lengths(pool: Pool, rows: Int32Array, tfidf: CsrMatrix): Float32Array {
    this.#reserveLengths(pool);
    const known = rows.every((row) => this.#lengths[row * LENGTHS] !== 0);
    if (!known) {
      const computed = denseLengths(this.#features, tfidf);
      rows.forEach((row, at) => {
        this.#lengths.set(computed.subarray(at * LENGTHS, (at + 1) * LENGTHS), row * LENGTHS);
      });
      return computed;
    }
    const lengths = new Float32Array(rows.length * LENGTHS);
    rows.forEach((row, at) => {
      for (let j = 0; j < LENGTHS; j++) lengths[at * LENGTHS + j] = this.#lengths[row * LENGTHS + j]!;
    });
    return lengths;
  }

  #reserveLengths(pool: Pool): void {
    const needed = ((pool.rows.at(-1) ?? -1) + 1) * LENGTHS;
    if (needed <= this.#lengths.length) return;
    const longer = new Float32Array(needed);
    longer.set(this.#lengths);
    this.#lengths = longer;
  }

  /**
   * Makes the dense parts of records that lack them, a block of records between two turns of the event loop: some
   * seconds for a million.
   *
   * @param most blocks, from all over the pool
   * @returns whether all are there
   */
  async embed(pool: Pool, most = Number.POSITIVE_INFINITY): Promise<boolean> {
    const missing = pool.blocks.filter((block) => !this.records.blockOf(block));
    const random = new Random(missing.length);
    for (const at of random.sample(missing.length, most)) {
      this.records.embed(missing[at]!, pool.memory, pool.idf);
      await setImmediate();
    }
    if (missing.length > most) return false;
    this.records.rest();
    return true;
  }

  /** Whether the dense parts of a record are made. */
  holds(pool: Pool, row: number): boolean {
    const block = pool.blockOf(row);
    return block !== undefined && this.records.blockOf(block) !== undefined;
  }

  /** These records in the space, each of length 1. */
  rows(pool: Pool, rows: ArrayLike<number>): DenseRows {
    const { dimensions } = this.records;
    const values = largeArray(Float64Array, rows.length * dimensions);
    for (let at = 0; at < rows.length; at++) {
      const block = pool.blockOf(rows[at]!);
      const dense = block && this.records.blockOf(block);
      // Rows of any block that lacks them are few, and soon there.
      if (!dense) return this.exactRows(pool, rows);
      const own = values.subarray(at * dimensions, (at + 1) * dimensions);
      this.records.row(dense, rows[at]! - block.firstRow, own);
    }
    return { rowCount: rows.length, dimensions, values: normaliseRows(values, dimensions) };
  }

  /** The same without rounding, from the records' words. */
  exactRows(pool: Pool, rows: ArrayLike<number>): DenseRows {
    return denseSpace(this.#exactParts(pool, rows, pool.tfidf(rows)));
  }

  #exactParts(pool: Pool, rows: ArrayLike<number>, tfidf: CsrMatrix): DenseRows {
    if (this.#parts?.pool !== pool) this.#parts = { pool, of: new Map() };
    const known = this.#parts.of;
    const parts = denseParts(this.#features, tfidf, (at) => known.get(rows[at]!));
    const { dimensions, values } = parts;
    if (rows.length > MOST_PARTS) return parts;
    if (known.size + rows.length > MOST_PARTS) known.clear();
    for (let at = 0; at < rows.length; at++) {
      if (known.has(rows[at]!)) continue;
      known.set(rows[at]!, values.slice(at * dimensions, (at + 1) * dimensions));
    }
    return parts;
  }

  /** By feature what it adds to the column of valence, and that column's weights by class; undefined where there is none. */
  valence(pool: Pool, model: LinearModel): { weights: Float64Array; of: Float64Array } | undefined {
    const of = this.#valence && model.weightsOf(pool.featureCount);
    return of && { weights: this.#valence!, of };
  }

  /** The column of the first dense dimension. */
  denseColumn(pool: Pool): number {
    return pool.featureCount + (this.#valence ? 1 : 0);
  }

  /** How typical these records are, in [0, 1]; remembered, since the same ones come up lesson after lesson. */
  densities(pool: Pool, rows: Int32Array): Float64Array {
    const unknown = rows.filter((row) => !this.#densities.has(row));
    // Records of the sample are known from the start, so these are not their own neighbours.
    this.#neighbours.densities(this.rows(pool, unknown)).forEach((density, at) => {
      this.#densities.set(unknown[at]!, density);
    });
    return Float64Array.from(rows, (row) => this.#densities.get(row)!);
  }

  /** What each term of one record adds to a linear score of its feature row. */
  termShares(tfidf: CsrMatrix, weightOf: (column: number) => number): Float64Array {
    const valence = this.#valence;
    if (!valence) return termShares(this.#features, tfidf, weightOf);
    const ownColumn = tfidf.columnCount;
    const ownWeight = weightOf(ownColumn);
    return termShares(this.#features, tfidf, (column) =>
      column < ownColumn ? weightOf(column) + (valence[column] ?? 0) * ownWeight : weightOf(column + 1),
    );
  }
}

function valencesOf(pool: Pool): Float64Array | undefined {
  const valenceOf = valenceIn(pool.language);
  return valenceOf && valenceWeights(pool.featureCount, (feature) => valenceOf(pool.termOf(feature)));
}
