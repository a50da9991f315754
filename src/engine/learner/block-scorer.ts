/**
 * Scores blocks of records by weights that lie ready: in the learner's thread and, where a pool is large, in one beside
 * it over the same memory (`scoring-worker.ts`). Each takes the next block that nobody has taken, so what comes out
 * doesn't depend on who was faster.
 */
import { BLOCK_RECORDS, type PostingBlock, sublinear } from '../../core/features/postings.ts';
import type { ScoresKernel } from '../../core/features/scores-kernel.ts';
import { loadKernel } from '../../core/kernels/kernel.ts';
import scoresKernel from '../../core/kernels/scores.wasm.ts';
import type { Uncertainties } from '../../core/query/strategy.ts';

/** Vectors of four classes that the kernel adds at once. */
const TILE = 8;

/** What to score, and by what. Addresses are in `memory`, those of the dense part in its own. */
export interface ScoringJob {
  readonly memory: WebAssembly.Memory;
  readonly weights: Weights;
  readonly dense: DenseWeights | undefined;
  readonly blocks: readonly BlockToScore[];
  readonly results: Results;
}

export interface Weights {
  /** Bytes of a record's scores. */
  readonly stride: number;
  readonly places: number;
  readonly weights: number;
  readonly intercepts: number;
  readonly factors: number;
}

export interface DenseWeights {
  readonly memory: WebAssembly.Memory;
  /** Dimensions of a row in pairs, padding included. */
  readonly pairs: number;
  readonly weights: number;
  /** What an integer of the weights stands for. */
  readonly unit: number;
}

export interface BlockToScore
  extends Pick<PostingBlock, 'rowCount' | 'runCount' | 'steps' | 'sizes' | 'postings' | 'frequent'> {
  /** What makes its records' rows of length 1. */
  readonly scales: number;
  /** Its dense part; undefined where it has none yet. */
  readonly dense: { readonly rows: number; readonly scales: number } | undefined;
  /** Which of its records live (positions in the block, ascending); undefined: all. */
  readonly live: Uint16Array | undefined;
  /** Where the first of them is in the results. */
  readonly first: number;
}

/** In memory that threads share. */
export interface Results {
  /** By place of the record in the pool: of the kinds that are wanted. */
  readonly uncertainties: Partial<Uncertainties>;
  /** How many blocks were taken. */
  readonly taken: Int32Array;
  /** By block: 1 when its results are there. */
  readonly done: Uint8Array;
}

/** Addresses of work space that no other thread uses. */
export interface WorkSpace {
  /** In the blocks' memory: `BLOCK_RECORDS` × stride, and three numbers a record. */
  readonly scores: number;
  readonly out: number;
  /** The same in the dense part's memory, and room for one row as i16. */
  readonly dense: { readonly scores: number; readonly out: number; readonly widened: number } | undefined;
}

export function newResults(
  blockCount: number,
  recordCount: number,
  kinds: readonly (keyof Uncertainties)[],
): Results {
  const shared = () => new Float32Array(new SharedArrayBuffer(4 * recordCount));
  return {
    uncertainties: Object.fromEntries(kinds.map((kind) => [kind, shared()])),
    taken: new Int32Array(new SharedArrayBuffer(4)),
    done: new Uint8Array(new SharedArrayBuffer(blockCount)),
  };
}

export class BlockScorer {
  readonly #job: ScoringJob;
  readonly #space: WorkSpace;
  readonly #kernel: ScoresKernel;
  readonly #denseKernel: ScoresKernel | undefined;

  constructor(job: ScoringJob, space: WorkSpace) {
    this.#job = job;
    this.#space = space;
    this.#kernel = loadKernel<ScoresKernel>(scoresKernel, job.memory);
    this.#denseKernel = job.dense && loadKernel<ScoresKernel>(scoresKernel, job.dense.memory);
  }

  /** Scores the next block that nobody has taken. @returns whether there was one */
  scoreNext(): boolean {
    const { blocks, results } = this.#job;
    const number = Atomics.add(results.taken, 0, 1);
    if (number >= blocks.length) return false;
    this.score(number);
    return true;
  }

  score(number: number): void {
    const { blocks, results, weights, memory, dense } = this.#job;
    const block = blocks[number]!;
    this.#addTerms(block);
    this.#kernel.finish(block.rowCount, weights.stride, block.scales, weights.intercepts, this.#space.scores);
    if (dense) this.#addDense(block, dense);
    const { scores, out } = this.#space.dense ?? this.#space;
    const [margins, entropies, confidences] = [0, 1, 2].map((which) => out + which * 4 * BLOCK_RECORDS);
    const kernel = this.#denseKernel ?? this.#kernel;
    kernel.uncertainties(block.rowCount, weights.stride, scores, margins!, entropies!, confidences!);
    const { buffer } = dense ? dense.memory : memory;
    for (const [kind, from] of [
      ['margins', margins!],
      ['entropies', entropies!],
      ['confidences', confidences!],
    ] as const) {
      const to = results.uncertainties[kind];
      if (to) writeLive(block, new Float32Array(buffer, from, block.rowCount), to);
    }
    Atomics.store(results.done, number, 1);
  }

  /** The scores of a block without intercepts and its dense part. */
  #addTerms(block: BlockToScore): void {
    const { stride, places, weights, factors } = this.#job.weights;
    const { scores } = this.#space;
    this.#kernel.clear(scores, block.rowCount * stride);
    for (let vector = 0; vector < stride / 16; vector += TILE) {
      this.#kernel.addTerms(
        block.steps,
        block.sizes,
        block.runCount,
        block.postings,
        places,
        weights + 16 * vector,
        stride,
        Math.min(TILE, stride / 16 - vector),
        factors,
        scores + 16 * vector,
      );
    }
    const { frequent } = block;
    if (frequent.length === 0) return;
    const { buffer } = this.#job.memory;
    const width = stride / 4;
    for (let listed = 0; listed < frequent.length; listed += 3) {
      const place = new Uint32Array(buffer, places + 4 * frequent[listed]!, 1)[0]!;
      if (place === 0) continue;
      const own = new Float32Array(buffer, weights + (place - 1) * stride, width);
      const to = new Float32Array(buffer, scores + frequent[listed + 1]! * stride, width);
      for (let k = 0; k < width; k++) to[k]! += sublinear(frequent[listed + 2]!) * own[k]!;
    }
  }

  /** Takes the scores over to the dense part's memory, and adds it there. */
  #addDense(block: BlockToScore, { memory, pairs, weights, unit }: DenseWeights): void {
    const { stride } = this.#job.weights;
    const space = this.#space.dense!;
    const length = block.rowCount * stride;
    new Uint8Array(memory.buffer, space.scores, length).set(
      new Uint8Array(this.#job.memory.buffer, this.#space.scores, length),
    );
    if (!block.dense) return;
    const { rows, scales } = block.dense;
    this.#denseKernel!.addDense(
      rows,
      scales,
      block.rowCount,
      pairs,
      weights,
      unit,
      stride,
      space.widened,
      space.scores,
    );
  }
}

function writeLive({ live, first }: BlockToScore, from: Float32Array, to: Float32Array): void {
  if (live) for (let at = 0; at < live.length; at++) to[first + at] = from[live[at]!]!;
  else to.set(from, first);
}
