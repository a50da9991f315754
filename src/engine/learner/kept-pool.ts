/**
 * What was learned of a pool as bytes, so that the next start need not learn it again.
 *
 *     content = facts (`kept-facts.ts`) | arrays, in the order of ARRAYS
 *
 * The arrays lie in memory that threads share: they cross to the learner's thread and to the one that writes files without
 * being copied.
 */
import { createHash } from 'node:crypto';
import { sharedArray } from '../../core/kernels/large.ts';
import type { KeptReader } from '../../store/store.ts';
import { packedFacts, readFacts } from './kept-facts.ts';
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

interface Facts extends Sizes {
  readonly recipe: number;
  readonly language: string | null;
  /** How many terms the index had, and a digest of them: terms keep their numbers as long as these are its first. */
  readonly termCount: number;
  readonly terms: string;
  readonly learnedFrom: number;
}

/** What of the learned is no array, and how long the arrays are. */
interface Sizes {
  readonly latentDimensions: number;
  readonly wordDimensions: number;
  readonly wordWeight: number;
  /** Records. */
  readonly sampled: number;
  readonly centreCount: number;
  /** In elements, in the order of ARRAYS. */
  readonly lengths: readonly number[];
}

/** In the order in which they lie in the file. */
const ARRAYS = {
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

/** The same in memory that threads share. */
export function shared(learned: LearnedPool): LearnedPool {
  const arrays = arraysOf(learned);
  const sizes = sizesOf(learned, arrays);
  const copies = roomFor(sizes.lengths);
  for (const name of names) copies[name].set(arrays[name]);
  return learnedOf(sizes, copies);
}

export function packPool(pool: Pool, { learned, sample, learnedFrom }: KeptPool): Uint8Array[] {
  const arrays = arraysOf(learned);
  const facts: Facts = {
    recipe: RECIPE,
    language: pool.language ?? null,
    termCount: pool.termCount,
    terms: digestOf(pool, pool.termCount),
    learnedFrom,
    ...sizesOf(learned, arrays),
  };
  return [...packedFacts(facts), bytesUnder(sample), ...names.map((name) => bytesUnder(arrays[name]))];
}

/** What was packed of this pool or an earlier state of it; undefined when it was another pool or another recipe. */
export function unpackPool(pool: Pool, kept: KeptReader): KeptPool | undefined {
  const facts = readFacts<Facts>(kept);
  if (facts?.recipe !== RECIPE || facts.language !== (pool.language ?? null)) return undefined;
  if (facts.termCount > pool.termCount || facts.terms !== digestOf(pool, facts.termCount)) return undefined;
  const sample = new Int32Array(facts.sampled);
  const arrays = roomFor(facts.lengths);
  if (![sample, ...names.map((name) => arrays[name])].every((array) => kept.fill(bytesUnder(array))))
    return undefined;
  return { learned: learnedOf(facts, arrays), sample, learnedFrom: facts.learnedFrom };
}

function roomFor(lengths: readonly number[]): Arrays {
  return Object.fromEntries(
    names.map((name, at) => [name, sharedArray<Arrays[typeof name]>(ARRAYS[name], lengths[at]!)]),
  ) as unknown as Arrays;
}

function arraysOf({ features, starters, neighbours, densities }: LearnedPool): Arrays {
  return {
    places: features.places,
    latent: features.latent.vectors,
    words: features.words.vectors,
    centre: features.centre,
    starters,
    neighbours: neighbours.rows.values,
    centres: neighbours.centres.values,
    cellOf: neighbours.cellOf,
    densities,
  };
}

function sizesOf({ features, neighbours }: LearnedPool, arrays: Arrays): Sizes {
  return {
    latentDimensions: features.latent.dimensions,
    wordDimensions: features.words.dimensions,
    wordWeight: features.wordWeight,
    sampled: neighbours.rows.rowCount,
    centreCount: neighbours.centres.rowCount,
    lengths: names.map((name) => arrays[name].length),
  };
}

function learnedOf(sizes: Sizes, arrays: Arrays): LearnedPool {
  const { latentDimensions, wordDimensions, wordWeight, sampled, centreCount } = sizes;
  const dimensions = latentDimensions + wordDimensions;
  return {
    features: {
      places: arrays.places,
      latent: { dimensions: latentDimensions, vectors: arrays.latent },
      words: { dimensions: wordDimensions, vectors: arrays.words },
      centre: arrays.centre,
      wordWeight,
    },
    starters: arrays.starters,
    neighbours: {
      rows: { rowCount: sampled, dimensions, values: arrays.neighbours },
      centres: { rowCount: centreCount, dimensions, values: arrays.centres },
      cellOf: arrays.cellOf,
    },
    densities: arrays.densities,
  };
}

function bytesUnder({ buffer, byteOffset, byteLength }: Arrays[keyof Arrays]): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function digestOf(pool: Pool, termCount: number): string {
  return createHash('sha256').update(pool.firstTerms(termCount)).digest('hex');
}
