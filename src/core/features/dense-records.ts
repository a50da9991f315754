/**
 * The dense parts [ b | c ] of a whole pool, a byte a dimension: what makes it possible to score all records by the
 * learned features after every answer.
 *
 *     row    = dimensions, padded to a multiple of 8, as i8; times the record's scale they are the dense parts
 *
 * A hundred and fifty bytes a record. Rounding to a byte moves a score by some hundredths; answered records and guesses
 * that are shown use the exact parts. Rows are made by adding up the terms' vectors as scores are (kernels/scores.ts).
 */
import denseKernel from '../kernels/dense.wasm.ts';
import { KernelMemory, loadKernel, type KernelMemory as Memory } from '../kernels/kernel.ts';
import scoresKernel from '../kernels/scores.wasm.ts';
import type { DenseRows } from './dense-rows.ts';
import type { PoolFeatures } from './pool-features.ts';
import { BLOCK_RECORDS, bytesOf, FACTORS, type PostingBlock, sublinear } from './postings.ts';
import type { ScoresKernel } from './scores-kernel.ts';
import type { TermVectors } from './word-vectors.ts';

/** Bytes of a tile: eight vectors of four numbers, which the kernel adds at once. */
const TILE = 128;
const FLOATS_A_TILE = TILE / 4;

export interface DenseBlock {
  /** Addresses: rows as i8, scales as f32. */
  readonly rows: number;
  readonly scales: number;
}

export class DenseRecords {
  readonly memory = new KernelMemory();
  /** Dimensions of a row in pairs, padding included. */
  readonly pairs: number;
  readonly #features: PoolFeatures;
  readonly #dimensions: number;
  readonly #blocks = new Map<PostingBlock, DenseBlock>();
  /** Large, and let go as soon as all blocks are there. */
  #workshop: Workshop | undefined;

  constructor(features: PoolFeatures) {
    this.#features = features;
    this.#dimensions = features.latent.dimensions + features.words.dimensions;
    this.pairs = Math.ceil(this.#dimensions / 8) * 4;
  }

  blockOf(block: PostingBlock): DenseBlock | undefined {
    return this.#blocks.get(block);
  }

  /** Makes the rows of a block, if they aren't there. @param memory the one that the block lies in */
  embed(block: PostingBlock, memory: Memory, idf: Float64Array): DenseBlock {
    const known = this.#blocks.get(block);
    if (known) return known;
    if (this.#workshop?.idf !== idf) this.#workshop = new Workshop(this.#features, idf, 2 * this.pairs);
    const made = this.#workshop.embedded(block, memory);
    const dense = this.#roomFor(block);
    this.memory.i8(dense.rows, made.rows.length).set(made.rows);
    this.memory.f32(dense.scales, made.scales.length).set(made.scales);
    this.#blocks.set(block, dense);
    return dense;
  }

  /** What `filled` is to fill a block's rows with; undefined where they aren't made. */
  bytesOf(block: PostingBlock): [rows: Uint8Array, scales: Uint8Array] | undefined {
    const dense = this.#blocks.get(block);
    return dense && this.#bytesOf(block, dense);
  }

  /** Rows as they were kept, of each block; they count once they are `put`. Undefined where they can't be filled. */
  filled(
    blocks: readonly PostingBlock[],
    fill: (bytes: Uint8Array) => boolean,
  ): Map<PostingBlock, DenseBlock> | undefined {
    const made = new Map<PostingBlock, DenseBlock>();
    for (const block of blocks) {
      const dense = this.#roomFor(block);
      if (!this.#bytesOf(block, dense).every(fill)) return undefined;
      made.set(block, dense);
    }
    return made;
  }

  put(block: PostingBlock, dense: DenseBlock): void {
    this.#blocks.set(block, dense);
  }

  #roomFor({ rowCount }: PostingBlock): DenseBlock {
    return {
      rows: this.memory.allocate(rowCount * 2 * this.pairs),
      scales: this.memory.allocate(rowCount * 4),
    };
  }

  #bytesOf({ rowCount }: PostingBlock, { rows, scales }: DenseBlock): [Uint8Array, Uint8Array] {
    return [this.memory.bytes(rows, rowCount * 2 * this.pairs), this.memory.bytes(scales, rowCount * 4)];
  }

  /** Lets the memory go in which rows are made. */
  rest(): void {
    this.#workshop = undefined;
  }

  /** A record's dense parts, as they are here, into `to`. */
  row({ rows, scales }: DenseBlock, record: number, to: Float64Array): void {
    const bytes = this.memory.i8(rows + record * 2 * this.pairs, this.#dimensions);
    const scale = this.memory.f32(scales, record + 1)[record]!;
    for (let j = 0; j < bytes.length; j++) to[j] = bytes[j]! * scale;
  }

  get dimensions(): DenseRows['dimensions'] {
    return this.#dimensions;
  }
}

/**
 * Adds up term vectors and rounds the sums, in memory of its own.
 *
 * Vectors and sums lie in tiles of 32 dimensions, so that the sums of a block's records stay in the processor's cache
 * while its postings go by.
 */
class Workshop {
  readonly idf: Float64Array;
  readonly #memory = new KernelMemory();
  readonly #scores = loadKernel<ScoresKernel>(scoresKernel, this.#memory.memory);
  readonly #dense = loadKernel<DenseKernel>(denseKernel, this.#memory.memory);
  readonly #features: PoolFeatures;
  readonly #dimensions: number;
  /** Bytes of a rounded row. */
  readonly #stride: number;
  /** Bytes of a tile of all terms' vectors. */
  readonly #tileBytes: number;
  /** Addresses. */
  readonly #places: number;
  readonly #vectors: number;
  readonly #factors = this.#memory.allocate(4 * FACTORS.length);
  readonly #centre: number;
  readonly #sums: number;
  readonly #row: number;
  readonly #rows: number;
  readonly #scales = this.#memory.allocate(4 * BLOCK_RECORDS);
  #block = { address: 0, room: 0 };

  constructor(features: PoolFeatures, idf: Float64Array, stride: number) {
    this.idf = idf;
    this.#features = features;
    this.#stride = stride;
    const memory = this.#memory;
    const { places, latent, words, centre } = features;
    const count = Math.max(1, latent.vectors.length / Math.max(1, latent.dimensions));
    this.#dimensions = latent.dimensions + words.dimensions;
    this.#tileBytes = count * TILE;
    this.#places = memory.allocate(4 * idf.length);
    this.#vectors = memory.allocate(this.#tileCount * this.#tileBytes);
    this.#centre = memory.allocate(4 * words.dimensions);
    this.#sums = memory.allocate(this.#tileCount * BLOCK_RECORDS * TILE);
    this.#row = memory.allocate(4 * this.#dimensions);
    this.#rows = memory.allocate(BLOCK_RECORDS * stride);
    memory.f32(this.#factors, FACTORS.length).set(FACTORS);
    memory.f32(this.#centre, words.dimensions).set(centre);
    const placeOf = memory.u32(this.#places, idf.length);
    for (let column = 0; column < Math.min(idf.length, places.length); column++) {
      const place = places[column]!;
      if (place < 0) continue;
      placeOf[column] = place + 1;
      this.#setVector(latent, place, 0, idf[column]!);
      this.#setVector(words, place, latent.dimensions, idf[column]!);
    }
  }

  get #tileCount(): number {
    return Math.ceil(this.#dimensions / FLOATS_A_TILE);
  }

  #setVector({ dimensions, vectors }: TermVectors, place: number, first: number, scale: number): void {
    const numbers = this.#memory.f32(this.#vectors, (this.#tileCount * this.#tileBytes) / 4);
    for (let j = 0; j < dimensions; j++) {
      const tile = Math.floor((first + j) / FLOATS_A_TILE);
      const at = (tile * this.#tileBytes) / 4 + place * FLOATS_A_TILE + ((first + j) % FLOATS_A_TILE);
      // Zeros where a term has none.
      numbers[at] = (vectors[place * dimensions + j] ?? 0) * scale;
    }
  }

  /** Good until the next block. */
  embedded(block: PostingBlock, from: Memory): { rows: Int8Array; scales: Float32Array } {
    const memory = this.#memory;
    const bytes = bytesOf(from, block);
    const { length } = bytes;
    if (length > this.#block.room) this.#block = { address: memory.allocate(2 * length), room: 2 * length };
    const { address } = this.#block;
    memory.bytes(address, length).set(bytes);
    for (let tile = 0; tile < this.#tileCount; tile++) {
      const vectors = this.#vectors + tile * this.#tileBytes;
      const sums = this.#sums + tile * BLOCK_RECORDS * TILE;
      memory.bytes(sums, block.rowCount * TILE).fill(0);
      this.#scores.addTerms(
        address,
        address + block.sizes - block.steps,
        block.runCount,
        address + block.postings - block.steps,
        this.#places,
        vectors,
        TILE,
        Math.min(TILE / 16, Math.ceil((this.#dimensions - tile * FLOATS_A_TILE) / 4)),
        this.#factors,
        sums,
      );
      this.#addFrequent(block, vectors, sums);
    }
    const rows = memory.i8(this.#rows, block.rowCount * this.#stride).fill(0);
    const scales = memory.f32(this.#scales, block.rowCount).fill(0);
    const { latent, words, wordWeight } = this.#features;
    this.#dense.roundRows(
      this.#sums,
      BLOCK_RECORDS * TILE,
      block.rowCount,
      latent.dimensions,
      words.dimensions,
      this.#centre,
      wordWeight,
      this.#row,
      this.#rows,
      this.#stride,
      this.#scales,
    );
    return { rows, scales };
  }

  #addFrequent({ frequent }: PostingBlock, vectors: number, sums: number): void {
    const { places } = this.#features;
    for (let listed = 0; listed < frequent.length; listed += 3) {
      const place = places[frequent[listed]!] ?? -1;
      if (place < 0) continue;
      const own = this.#memory.f32(vectors + place * TILE, FLOATS_A_TILE);
      const to = this.#memory.f32(sums + frequent[listed + 1]! * TILE, FLOATS_A_TILE);
      for (let j = 0; j < own.length; j++) to[j]! += sublinear(frequent[listed + 2]!) * own[j]!;
    }
  }
}

/** What kernels/dense.ts exports: see there. */
interface DenseKernel {
  roundRows(
    sums: number,
    tileBytes: number,
    recordCount: number,
    latent: number,
    words: number,
    centre: number,
    wordWeight: number,
    row: number,
    rows: number,
    stride: number,
    scales: number,
  ): void;
}
