/**
 * The dense parts [ b | c ] of a whole pool, a byte a dimension: what makes it possible to score all records by the
 * learned features after every answer.
 *
 *     row    = dimensions, padded to a multiple of 8, as i8; times the record's scale they are the dense parts
 *
 * A hundred and fifty bytes a record. Rounding to a byte moves a score by some hundredths; answered records and guesses
 * that are shown use the exact parts. Rows are made by adding up the terms' vectors as scores are (kernels/scores.ts).
 */
import { KernelMemory, loadKernel, type KernelMemory as Memory } from '../kernels/kernel.ts';
import scoresKernel from '../kernels/scores.wasm.ts';
import type { DenseRows } from './dense-rows.ts';
import { type PoolFeatures, scaleDenseParts } from './pool-features.ts';
import { BLOCK_RECORDS, FACTORS, type PostingBlock, sublinear } from './postings.ts';
import type { ScoresKernel } from './scores-kernel.ts';

/** Vectors of four numbers that a kernel adds at once. */
const TILE = 8;

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
    if (this.#workshop?.idf !== idf) this.#workshop = new Workshop(this.#features, idf, 8 * this.pairs);
    const stride = 2 * this.pairs;
    const rows = this.memory.allocate(block.rowCount * stride);
    const scales = this.memory.allocate(block.rowCount * 4);
    const bytes = this.memory.i8(rows, block.rowCount * stride);
    const scaleOf = this.memory.f32(scales, block.rowCount);
    const sums = this.#workshop.sums(block, memory);
    for (let record = 0; record < block.rowCount; record++) {
      const own = sums.subarray(record * stride, record * stride + this.#dimensions);
      scaleDenseParts(this.#features, own);
      let most = 0;
      for (let j = 0; j < own.length; j++) most = Math.max(most, Math.abs(own[j]!));
      if (most === 0) continue;
      for (let j = 0; j < own.length; j++) bytes[record * stride + j] = Math.round((own[j]! * 127) / most);
      scaleOf[record] = most / 127;
    }
    const made = { rows, scales };
    this.#blocks.set(block, made);
    return made;
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

/** Adds up term vectors, in memory of its own. */
class Workshop {
  readonly idf: Float64Array;
  readonly #memory = new KernelMemory();
  readonly #kernel: ScoresKernel;
  readonly #stride: number;
  readonly #features: PoolFeatures;
  readonly #places: number;
  readonly #vectors: number;
  readonly #factors: number;
  readonly #sums: number;
  #block = { address: 0, room: 0 };

  constructor(features: PoolFeatures, idf: Float64Array, stride: number) {
    this.idf = idf;
    this.#features = features;
    this.#stride = stride;
    this.#kernel = loadKernel<ScoresKernel>(scoresKernel, this.#memory.memory);
    const { places, latent, words } = features;
    this.#places = this.#memory.allocate(4 * idf.length);
    const placeOf = this.#memory.u32(this.#places, idf.length);
    const count = latent.vectors.length / Math.max(1, latent.dimensions);
    this.#vectors = this.#memory.allocate(Math.max(count, 1) * stride);
    const vectors = this.#memory.f32(this.#vectors, (Math.max(count, 1) * stride) / 4);
    for (let column = 0; column < Math.min(idf.length, places.length); column++) {
      const place = places[column]!;
      if (place < 0) continue;
      placeOf[column] = place + 1;
      const to = (place * stride) / 4;
      for (let j = 0; j < latent.dimensions; j++)
        vectors[to + j] = latent.vectors[place * latent.dimensions + j]! * idf[column]!;
      for (let j = 0; j < words.dimensions; j++)
        vectors[to + latent.dimensions + j] = words.vectors[place * words.dimensions + j]! * idf[column]!;
    }
    this.#factors = this.#memory.allocate(4 * FACTORS.length);
    this.#memory.f32(this.#factors, FACTORS.length).set(FACTORS);
    this.#sums = this.#memory.allocate(BLOCK_RECORDS * stride);
  }

  /** Records × stride / 4 numbers, good until the next block. */
  sums(block: PostingBlock, from: Memory): Float32Array {
    const length = 6 * block.featureCount + 2 * block.postingCount;
    if (length > this.#block.room)
      this.#block = { address: this.#memory.allocate(2 * length), room: 2 * length };
    const { address } = this.#block;
    this.#memory.bytes(address, length).set(from.bytes(block.features, length));
    this.#kernel.clear(this.#sums, block.rowCount * this.#stride);
    const sums = this.#memory.f32(this.#sums, (block.rowCount * this.#stride) / 4);
    for (let vector = 0; vector < this.#stride / 16; vector += TILE) {
      this.#kernel.addTerms(
        address,
        address + block.counts - block.features,
        block.featureCount,
        address + block.postings - block.features,
        this.#places,
        this.#vectors + 16 * vector,
        this.#stride,
        Math.min(TILE, this.#stride / 16 - vector),
        this.#factors,
        this.#sums + 16 * vector,
      );
    }
    this.#addFrequent(block, sums);
    return sums;
  }

  #addFrequent({ frequent }: PostingBlock, sums: Float32Array): void {
    const width = this.#stride / 4;
    const { places } = this.#features;
    for (let listed = 0; listed < frequent.length; listed += 3) {
      const place = places[frequent[listed]!] ?? -1;
      if (place < 0) continue;
      const own = this.#memory.f32(this.#vectors + place * this.#stride, width);
      const to = frequent[listed + 1]! * width;
      for (let j = 0; j < width; j++) sums[to + j]! += sublinear(frequent[listed + 2]!) * own[j]!;
    }
  }
}
