/**
 * What was learned of a pool as bytes, so that the next start need not learn it again.
 *
 *     content = length of the facts (u32, in bytes, a multiple of 8 less 4) | facts (JSON) | arrays, each from a multiple of 8 on
 */
import { createHash } from 'node:crypto';
import type { Pool } from './pool.ts';
import { type LearnedPool, RECIPE } from './pool-learning.ts';

/** What was learned, of which records of how many. */
export interface KeptPool {
  readonly learned: LearnedPool;
  /** The rows that `learned` counts by. */
  readonly sample: Int32Array;
  /** How many records the pool had. */
  readonly learnedFrom: number;
}

interface Facts {
  readonly recipe: number;
  readonly language: string | null;
  /** How many terms the index had, and a digest of them: terms keep their numbers as long as these are its first. */
  readonly termCount: number;
  readonly terms: string;
  readonly learnedFrom: number;
  readonly latentDimensions: number;
  readonly wordDimensions: number;
  readonly wordWeight: number;
  readonly centreCount: number;
  /** In elements, in the order of ARRAYS. */
  readonly lengths: readonly number[];
}

/** In the order in which they lie in the file; 32-bit floats where the memory has 64 are as exact as is needed. */
const ARRAYS = {
  sample: Int32Array,
  places: Int32Array,
  latent: Float32Array,
  words: Float32Array,
  centre: Float64Array,
  starters: Int32Array,
  neighbours: Float32Array,
  centres: Float64Array,
  cellOf: Int32Array,
  densities: Float64Array,
} as const;

/** Whatever memory they lie in. */
type Arrays = {
  [Name in keyof typeof ARRAYS]: (typeof ARRAYS)[Name] extends Int32ArrayConstructor
    ? Int32Array
    : (typeof ARRAYS)[Name] extends Float32ArrayConstructor
      ? Float32Array
      : Float64Array;
};
const names = Object.keys(ARRAYS) as (keyof typeof ARRAYS)[];

/** In shared memory, so that it crosses threads without being copied. */
export function packPool(pool: Pool, { learned, sample, learnedFrom }: KeptPool): Uint8Array {
  const { features, neighbours } = learned;
  const arrays: Arrays = {
    sample,
    places: features.places,
    latent: features.latent.vectors,
    words: features.words.vectors,
    centre: features.centre,
    starters: learned.starters,
    neighbours: Float32Array.from(neighbours.rows.values),
    centres: neighbours.centres.values,
    cellOf: neighbours.cellOf,
    densities: learned.densities,
  };
  const facts: Facts = {
    recipe: RECIPE,
    language: pool.language ?? null,
    termCount: pool.termCount,
    terms: digestOf(pool, pool.termCount),
    learnedFrom,
    latentDimensions: features.latent.dimensions,
    wordDimensions: features.words.dimensions,
    wordWeight: features.wordWeight,
    centreCount: neighbours.centres.rowCount,
    lengths: names.map((name) => arrays[name].length),
  };
  const said = new TextEncoder().encode(JSON.stringify(facts));
  const factsLength = aligned(said.length + 4) - 4;
  const total = names.reduce((sum, name) => sum + aligned(arrays[name].byteLength), 4 + factsLength);
  const bytes = new Uint8Array(new SharedArrayBuffer(total));
  new DataView(bytes.buffer).setUint32(0, factsLength, true);
  bytes.fill(0x20, 4, 4 + factsLength);
  bytes.set(said, 4);
  let at = 4 + factsLength;
  for (const name of names) {
    const { buffer, byteOffset, byteLength } = arrays[name];
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  return bytes;
}

/** What was packed of this pool or an earlier state of it; undefined when it was another pool or another recipe. */
export function unpackPool(pool: Pool, bytes: Uint8Array<ArrayBuffer>): KeptPool | undefined {
  const factsLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const facts = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + factsLength))) as Facts;
  if (facts.recipe !== RECIPE || facts.language !== (pool.language ?? null)) return undefined;
  if (facts.termCount > pool.termCount || facts.terms !== digestOf(pool, facts.termCount)) return undefined;
  let at = bytes.byteOffset + 4 + factsLength;
  const arrays = Object.fromEntries(
    names.map((name, place) => {
      const array = new ARRAYS[name](bytes.buffer, at, facts.lengths[place]!);
      at += aligned(array.byteLength);
      return [name, array];
    }),
  ) as unknown as Arrays;
  const { latentDimensions, wordDimensions, wordWeight, centreCount, learnedFrom } = facts;
  const dimensions = latentDimensions + wordDimensions;
  return {
    learnedFrom,
    sample: arrays.sample,
    learned: {
      features: {
        places: arrays.places,
        latent: { dimensions: latentDimensions, vectors: arrays.latent },
        words: { dimensions: wordDimensions, vectors: arrays.words },
        centre: arrays.centre,
        wordWeight,
      },
      starters: arrays.starters,
      neighbours: {
        rows: { rowCount: arrays.sample.length, dimensions, values: Float64Array.from(arrays.neighbours) },
        centres: { rowCount: centreCount, dimensions, values: arrays.centres },
        cellOf: arrays.cellOf,
      },
      densities: arrays.densities,
    },
  };
}

function digestOf(pool: Pool, termCount: number): string {
  return createHash('sha256').update(pool.firstTerms(termCount)).digest('hex');
}

function aligned(length: number): number {
  return Math.ceil(length / 8) * 8;
}
