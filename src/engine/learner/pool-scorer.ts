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
import { largeArray } from '../../core/kernels/large.ts';
import { Room } from '../../core/kernels/room.ts';
import scoresKernel from '../../core/kernels/scores.wasm.ts';
import type { LinearModel } from '../../core/model/linear-model.ts';
import type { Uncertainties } from '../../core/query/strategy.ts';
import {
  BlockScorer,
  type BlockToScore,
  type DenseWeights,
  newResults,
  type Results,
  type ScoringJob,
  type Weights,
  type WorkSpace,
} from './block-scorer.ts';
import type { Pool } from './pool.ts';
import type { PoolSpace } from './pool-space.ts';

/** The score of a class that is none: a vector holds four. */
const NO_CLASS = -1e30;
/** Blocks scored between two looks at the message queue: a few milliseconds. */
const BLOCKS_A_SLICE = 4;
/** A thread beside this one that scores blocks of the same memory. */
export interface ScoringHelper {
  /** Resolves once the thread is there. */
  ready(): Promise<void>;
  /** Scores blocks of the job, until none is left to take. */
  score(job: ScoringJob, space: WorkSpace): Promise<void>;
  /** Resolves when the thread is gone. */
  close(): Promise<void>;
}

export interface ScoringHelp {
  /** Records from which on help pays. */
  readonly fromRecords: number;
  start(): ScoringHelper;
  /** Told when the helper fails; scoring goes on without it. */
  report(error: unknown): void;
}

export class PoolScorer {
  /** What the blocks lie in. */
  readonly memory: KernelMemory;
  readonly #kernel: ScoresKernel;
  readonly #room: Room;
  readonly #factors: number;
  readonly #help: ScoringHelp | undefined;
  /** `ready` once it has answered: no lesson waits for a thread to start. */
  #helper: { readonly thread: ScoringHelper; ready: boolean } | undefined;
  #isClosed = false;
  /** By block: what makes its records' rows of length 1, in the pool they were made for. */
  readonly #scales = new Map<PostingBlock, number>();
  readonly #scaled = new Set<PostingBlock>();
  #scaledFor: Pool | undefined;
  /** Written over by each pass: a thread that only scores would long hold on to all that it was ever sent. */
  #results: Results | undefined;
  /** The latest pass, done or failed: weights and results of the next lie in the same memory. */
  #latest: Promise<unknown> = Promise.resolve();

  /**
   * @param memory the one that the pool's blocks lie in
   * @param help to be had when the pool is large
   */
  constructor(memory: KernelMemory, help?: ScoringHelp) {
    this.memory = memory;
    this.#help = help;
    this.#room = new Room(memory);
    this.#kernel = loadKernel<ScoresKernel>(scoresKernel, memory.memory);
    this.#factors = memory.allocate(4 * FACTORS.length);
    memory.f32(this.#factors, FACTORS.length).set(FACTORS);
  }

  /**
   * By place in `asked`. One pass at a time.
   *
   * @param space that the model was fitted in, beside the terms; what is said of records that are not embedded yet means nothing
   * @param asked rows of the pool, ascending; all are scored
   * @param kinds that are wanted
   */
  uncertainties<Kind extends keyof Uncertainties>(
    pool: Pool,
    model: LinearModel,
    space: PoolSpace | undefined,
    asked: Int32Array | Uint32Array,
    kinds: readonly Kind[],
  ): Promise<Pick<Uncertainties, Kind>> {
    const pass = this.#latest.then(() => this.#pass(pool, model, space, asked, kinds));
    this.#latest = pass.catch(() => {});
    return pass;
  }

  async #pass(
    pool: Pool,
    model: LinearModel,
    space: PoolSpace | undefined,
    asked: Int32Array | Uint32Array,
    kinds: readonly (keyof Uncertainties)[],
  ): Promise<Uncertainties> {
    const weights = this.#weigh(pool, model, space);
    const job: ScoringJob = {
      memory: this.memory.memory,
      weights,
      dense: space && denseWeights(space, model, pool, weights.stride),
      blocks: this.#blocksOf(pool, space),
      results: this.#resultsFor(pool, kinds),
    };
    await this.#score(job, space);
    const { uncertainties } = job.results;
    return Object.fromEntries(
      kinds.map((kind) => [kind, ofRows(pool, uncertainties[kind]!, asked)]),
    ) as unknown as Uncertainties;
  }

  #resultsFor({ blocks, rows }: Pool, kinds: readonly (keyof Uncertainties)[]): Results {
    const known = this.#results;
    const isFit =
      known &&
      known.done.length >= blocks.length &&
      kinds.every((kind) => (known.uncertainties[kind]?.length ?? -1) >= rows.length);
    if (!isFit) {
      this.#results = newResults(blocks.length, rows.length, kinds);
      return this.#results;
    }
    known.taken[0] = 0;
    known.done.fill(0);
    return known;
  }

  /** Starts the helper where it pays, once: it comes to the lesson under way, or to the next. */
  callHelper({ rows }: Pool): void {
    if (!this.#help || this.#helper || rows.length < this.#help.fromRecords) return;
    const helper = { thread: this.#help.start(), ready: false };
    this.#helper = helper;
    helper.thread.ready().then(
      () => {
        helper.ready = true;
      },
      (error: unknown) => this.#loseHelper(error),
    );
  }

  /** Those that hold a record that lives. */
  #blocksOf(pool: Pool, space: PoolSpace | undefined): BlockToScore[] {
    const { rows } = pool;
    return pool.blocks.flatMap((block) => {
      const { firstRow, rowCount, runCount, steps, sizes, postings, frequent } = block;
      const first = placeFrom(rows, firstRow);
      const end = placeFrom(rows, firstRow + rowCount);
      if (end === first) return [];
      const live =
        end - first === rowCount
          ? undefined
          : Uint16Array.from(rows.subarray(first, end), (row) => row - firstRow);
      const dense = space?.records.blockOf(block);
      const scales = this.#scalesOf(pool, block);
      return { rowCount, runCount, steps, sizes, postings, frequent, scales, dense, live, first };
    });
  }

  /** Resolves when the helper's thread is gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#helper?.thread.close();
  }

  async #score(job: ScoringJob, space: PoolSpace | undefined): Promise<void> {
    let helped = this.#helped(job, space);
    const scorer = new BlockScorer(job, this.#workSpace('own', job, space));
    for (let number = 1; scorer.scoreNext(); number++) {
      if (number % BLOCKS_A_SLICE !== 0) continue;
      await setImmediate();
      helped ??= this.#helped(job, space);
    }
    await helped;
    // A helper that failed has left a block undone, or none.
    for (const number of job.blocks.keys()) if (job.results.done[number] === 0) scorer.score(number);
  }

  /** What the helper adds, where it is there. Resolves when it is done or lost. */
  #helped(job: ScoringJob, space: PoolSpace | undefined): Promise<void> | undefined {
    if (!this.#helper?.ready) return undefined;
    return this.#helper.thread
      .score(job, this.#workSpace('helper', job, space))
      .catch((error: unknown) => this.#loseHelper(error));
  }

  /** Goes on alone. */
  async #loseHelper(error: unknown): Promise<void> {
    this.#helper!.ready = false;
    // A thread that is ended answers no more: nothing has failed.
    if (this.#isClosed) return;
    this.#help!.report(error);
    await this.#helper!.thread.close();
  }

  /** Made in this thread for both: memory is given out by one. */
  #workSpace(
    thread: 'own' | 'helper',
    { weights, dense }: ScoringJob,
    space: PoolSpace | undefined,
  ): WorkSpace {
    const scores = BLOCK_RECORDS * weights.stride;
    const out = 3 * 4 * BLOCK_RECORDS;
    return {
      scores: this.#room.of(`${thread}: scores`, scores),
      out: this.#room.of(`${thread}: out`, out),
      dense: space &&
        dense && {
          scores: space.room.of(`${thread}: scores`, scores),
          out: space.room.of(`${thread}: out`, out),
          widened: space.room.of(`${thread}: widened`, 4 * dense.pairs + 64),
        },
    };
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
    return { stride, places: places.byteOffset, weights: address, intercepts, factors: this.#factors };
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
      block.steps,
      block.sizes,
      block.runCount,
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

/** The values of these rows among those of all. A loop: there may be a million. */
function ofRows({ rows }: Pool, all: Float32Array, asked: Int32Array | Uint32Array): Float32Array {
  const some = largeArray(Float32Array, asked.length);
  for (let at = 0, place = 0; at < asked.length; at++) {
    const row = asked[at]!;
    while (rows[place]! < row) place++;
    some[at] = all[place]!;
  }
  return some;
}

/** How many rows are below this one; they ascend. */
function placeFrom(rows: Uint32Array, row: number): number {
  let low = 0;
  for (let high = rows.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A model's weights of the dense dimensions, rounded to 16 bits, as the kernel wants them. */
function denseWeights(space: PoolSpace, model: LinearModel, pool: Pool, stride: number): DenseWeights {
  const { memory, pairs, dimensions } = space.records;
  const K = model.seenClasses.length;
  const firstColumn = space.denseColumn(pool);
  const own = Array.from({ length: dimensions }, (_, j) => model.weightsOf(firstColumn + j));
  const most = own.reduce(
    (high, weights) => weights?.reduce((h, w) => Math.max(h, Math.abs(w)), high) ?? high,
    0,
  );
  const length = (stride / 16) * pairs * 8;
  const address = space.room.of('weights', 2 * length);
  const weights = memory.i16(address, length).fill(0);
  own.forEach((ofDimension, j) => {
    for (let k = 0; ofDimension && most > 0 && k < K; k++) {
      const at = ((k >> 2) * pairs + (j >> 1)) * 8 + (k & 3) * 2 + (j & 1);
      weights[at] = Math.round((ofDimension[k]! / most) * 32_767);
    }
  });
  return { memory: memory.memory, pairs, weights: address, unit: most === 0 ? 0 : most / 32_767 };
}
