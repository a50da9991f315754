/**
 * How unsure a linear model is of every record of the pool, by the kernel (kernels/scores.ts): what is looked at after
 * every answer.
 *
 * The terms' weights are multiplied by idf once and a record's length is divided by at the end, so the postings hold
 * counts only and stay as they are while the pool grows. Terms that no answered record holds weigh nothing and cost
 * nothing but their place.
 */
import { setImmediate } from 'node:timers/promises';
import { BLOCK_RECORDS, FACTORS, type PostingBlock, sublinear } from '../../core/features/postings.ts';
import type { ScoresKernel } from '../../core/features/scores-kernel.ts';
import { type KernelMemory, loadKernel } from '../../core/kernels/kernel.ts';
import { Room } from '../../core/kernels/room.ts';
import scoresKernel from '../../core/kernels/scores.wasm.ts';
import type { LinearModel } from '../../core/model/linear-model.ts';
import type { Uncertainties } from '../../core/query/strategy.ts';
import type { Pool } from './pool.ts';
import type { PoolSpace } from './pool-space.ts';

/** Vectors of four classes that the kernel adds at once. */
const TILE = 8;
/** The score of a class that is none: a vector holds four. */
const NO_CLASS = -1e30;
/** Blocks scored between two looks at the message queue: a few milliseconds. */
const BLOCKS_A_SLICE = 4;

export class PoolScorer {
  /** What the blocks lie in. */
  readonly memory: KernelMemory;
  readonly #kernel: ScoresKernel;
  readonly #room: Room;
  readonly #factors: number;
  /** By block: what makes its records' rows of length 1, in the pool they were made for. */
  readonly #scales = new Map<PostingBlock, number>();
  readonly #scaled = new Set<PostingBlock>();
  #scaledFor: Pool | undefined;

  /** @param memory the one that the pool's blocks lie in */
  constructor(memory: KernelMemory) {
    this.memory = memory;
    this.#room = new Room(memory);
    this.#kernel = loadKernel<ScoresKernel>(scoresKernel, memory.memory);
    this.#factors = memory.allocate(4 * FACTORS.length);
    memory.f32(this.#factors, FACTORS.length).set(FACTORS);
  }

  /**
   * By place in `pool.rows`.
   *
   * @param space that the model was fitted in, beside the terms; what is said of records that are not embedded yet means nothing
   */
  async uncertainties(pool: Pool, model: LinearModel, space: PoolSpace | undefined): Promise<Uncertainties> {
    const { rows } = pool;
    const result = {
      margins: new Float32Array(rows.length),
      entropies: new Float32Array(rows.length),
      confidences: new Float32Array(rows.length),
    };
    const weights = this.#weigh(pool, model, space);
    const dense = space && new DenseScorer(space, model, pool, weights.stride);
    const out = this.#room.of('out', 3 * 4 * BLOCK_RECORDS);
    let first = 0;
    for (const [number, block] of pool.blocks.entries()) {
      if (number % BLOCKS_A_SLICE === BLOCKS_A_SLICE - 1) await setImmediate();
      while (first < rows.length && rows[first]! < block.firstRow) first++;
      if (first === rows.length) break;
      if (rows[first]! >= block.firstRow + block.rowCount) continue;
      const scores = this.#score(pool, block, weights);
      const place = dense
        ? dense.add(block, this.memory, scores)
        : { memory: this.memory, kernel: this.#kernel, scores, out };
      const outs = [0, 1, 2].map((which) => place.out + which * 4 * BLOCK_RECORDS);
      place.kernel.uncertainties(block.rowCount, weights.stride, place.scores, outs[0]!, outs[1]!, outs[2]!);
      const [margins, entropies, confidences] = outs.map((at) => place.memory.f32(at, block.rowCount));
      for (; first < rows.length && rows[first]! < block.firstRow + block.rowCount; first++) {
        const record = rows[first]! - block.firstRow;
        result.margins[first] = margins![record]!;
        result.entropies[first] = entropies![record]!;
        result.confidences[first] = confidences![record]!;
      }
    }
    return result;
  }

  /** The model's weights of terms as the kernel wants them. */
  #weigh(pool: Pool, model: LinearModel, space: PoolSpace | undefined): Weights {
    const K = model.seenClasses.length;
    const stride = 16 * Math.ceil(K / 4);
    const width = stride / 4;
    const places = this.memory.u32(this.#room.of('places', 4 * pool.featureCount), pool.featureCount).fill(0);
    const valence = space?.valence(pool, model);
    let count = 0;
    model.forEachWeight(pool.featureCount, (feature) => {
      places[feature] = ++count;
    });
    for (let feature = 0; valence && feature < pool.featureCount; feature++) {
      if (valence.weights[feature] && places[feature] === 0) places[feature] = ++count;
    }
    const address = this.#room.of('weights', Math.max(1, count) * stride);
    const weights = this.memory.f32(address, Math.max(1, count) * width).fill(0);
    model.forEachWeight(pool.featureCount, (feature, own, from) => {
      const to = (places[feature]! - 1) * width;
      const idf = pool.idf[feature]!;
      for (let k = 0; k < K; k++) weights[to + k] = idf * own[from + k]!;
    });
    for (let feature = 0; valence && feature < pool.featureCount; feature++) {
      const scale = pool.idf[feature]! * (valence.weights[feature] ?? 0);
      const to = (places[feature]! - 1) * width;
      for (let k = 0; scale !== 0 && k < K; k++) weights[to + k]! += scale * valence.of[k]!;
    }
    const intercepts = this.#room.of('intercepts', stride);
    const interceptOf = this.memory.f32(intercepts, width).fill(NO_CLASS);
    model.seenClasses.forEach((k, at) => {
      interceptOf[at] = model.intercept(k)!;
    });
    return { stride, places: places.byteOffset, weights: address, intercepts };
  }

  /** The scores of a block without its dense part. @returns their address */
  #score(pool: Pool, block: PostingBlock, { stride, places, weights, intercepts }: Weights): number {
    const scores = this.#room.of('scores', BLOCK_RECORDS * stride);
    this.memory.bytes(scores, block.rowCount * stride).fill(0);
    for (let vector = 0; vector < stride / 16; vector += TILE) {
      this.#kernel.addTerms(
        block.features,
        block.counts,
        block.featureCount,
        block.postings,
        places,
        weights + 16 * vector,
        stride,
        Math.min(TILE, stride / 16 - vector),
        this.#factors,
        scores + 16 * vector,
      );
    }
    this.#addFrequent(block, stride, places, weights, scores);
    this.#kernel.finish(block.rowCount, stride, this.#scalesOf(pool, block), intercepts, scores);
    return scores;
  }

  #addFrequent({ frequent }: PostingBlock, stride: number, places: number, weights: number, scores: number) {
    const width = stride / 4;
    for (let listed = 0; listed < frequent.length; listed += 3) {
      const place = this.memory.u32(places + 4 * frequent[listed]!, 1)[0]!;
      if (place === 0) continue;
      const own = this.memory.f32(weights + (place - 1) * stride, width);
      const to = this.memory.f32(scores + frequent[listed + 1]! * stride, width);
      for (let k = 0; k < width; k++) to[k]! += sublinear(frequent[listed + 2]!) * own[k]!;
    }
  }

  #scalesOf(pool: Pool, block: PostingBlock): number {
    if (this.#scaledFor !== pool) {
      this.#scaledFor = pool;
      this.#scaled.clear();
      this.#squareIdf(pool);
    }
    let address = this.#scales.get(block);
    if (address === undefined) {
      address = this.memory.allocate(4 * block.rowCount);
      this.#scales.set(block, address);
    }
    if (!this.#scaled.has(block)) {
      this.#scale(pool, block, this.memory.f32(address, block.rowCount));
      this.#scaled.add(block);
    }
    return address;
  }

  /** A row's squared length is a score, too: of squared counts by squared idf. */
  #squareIdf({ idf }: Pool): void {
    const places = this.memory.u32(this.#room.of('all places', 4 * idf.length), idf.length);
    const squares = this.memory.f32(this.#room.of('squared idf', 16 * idf.length), 4 * idf.length);
    for (let feature = 0; feature < idf.length; feature++) {
      places[feature] = feature + 1;
      squares[4 * feature] = idf[feature]! ** 2;
    }
    const factors = this.memory.f32(this.#room.of('squared factors', 4 * FACTORS.length), FACTORS.length);
    factors.set(FACTORS.map((factor) => factor * factor));
  }

  /** What makes the tf-idf row of each of a block's records be of length 1. */
  #scale({ idf }: Pool, block: PostingBlock, scales: Float32Array): void {
    const sums = this.#room.of('squares', 16 * BLOCK_RECORDS);
    const squares = this.memory.f32(sums, 4 * block.rowCount).fill(0);
    this.#kernel.addTerms(
      block.features,
      block.counts,
      block.featureCount,
      block.postings,
      this.#room.of('all places', 0),
      this.#room.of('squared idf', 0),
      16,
      1,
      this.#room.of('squared factors', 0),
      sums,
    );
    const { frequent } = block;
    for (let listed = 0; listed < frequent.length; listed += 3) {
      squares[4 * frequent[listed + 1]!]! +=
        (sublinear(frequent[listed + 2]!) * idf[frequent[listed]!]!) ** 2;
    }
    for (let record = 0; record < block.rowCount; record++) {
      const sum = squares[4 * record]!;
      scales[record] = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    }
  }
}

interface Weights {
  /** Bytes of a record's scores. */
  readonly stride: number;
  /** Addresses. */
  readonly places: number;
  readonly weights: number;
  readonly intercepts: number;
}

/** Adds the dense part to a block's scores, in the space's own memory. */
class DenseScorer {
  readonly #space: PoolSpace;
  readonly #kernel: ScoresKernel;
  readonly #stride: number;
  readonly #weights: number;
  readonly #unit: number;
  readonly #widened: number;
  readonly #scores: number;
  readonly #out: number;

  constructor(space: PoolSpace, model: LinearModel, pool: Pool, stride: number) {
    const { memory, pairs } = space.records;
    this.#space = space;
    this.#stride = stride;
    this.#kernel = loadKernel<ScoresKernel>(scoresKernel, memory.memory);
    const room = space.room;
    const K = model.seenClasses.length;
    const firstColumn = space.denseColumn(pool);
    const own = Array.from({ length: space.records.dimensions }, (_, j) => model.weightsOf(firstColumn + j));
    const most = own.reduce(
      (high, weights) => weights?.reduce((h, w) => Math.max(h, Math.abs(w)), high) ?? high,
      0,
    );
    this.#unit = most === 0 ? 0 : most / 32_767;
    const length = (stride / 16) * pairs * 8;
    this.#weights = room.of('weights', 2 * length);
    const weights = memory.i16(this.#weights, length).fill(0);
    own.forEach((ofDimension, j) => {
      for (let k = 0; ofDimension && most > 0 && k < K; k++) {
        const at = ((k >> 2) * pairs + (j >> 1)) * 8 + (k & 3) * 2 + (j & 1);
        weights[at] = Math.round((ofDimension[k]! / most) * 32_767);
      }
    });
    this.#widened = room.of('widened', 4 * pairs + 64);
    this.#scores = room.of('scores', BLOCK_RECORDS * stride);
    this.#out = room.of('out', 3 * 4 * BLOCK_RECORDS);
  }

  add(block: PostingBlock, from: KernelMemory, scores: number) {
    const { records } = this.#space;
    const { memory, pairs } = records;
    const length = block.rowCount * this.#stride;
    memory.bytes(this.#scores, length).set(from.bytes(scores, length));
    const dense = records.blockOf(block);
    if (dense) {
      this.#kernel.addDense(
        dense.rows,
        dense.scales,
        block.rowCount,
        pairs,
        this.#weights,
        this.#unit,
        this.#stride,
        this.#widened,
        this.#scores,
      );
    }
    return { memory, kernel: this.#kernel, scores: this.#scores, out: this.#out };
  }
}
