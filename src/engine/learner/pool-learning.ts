/** Learns features from a sample of the pool, and says which records to ask first. Pure; takes seconds. */
import type { CsrMatrix } from '../../core/features/csr.ts';
import { Neighbourhoods, type NeighbourIndex, neighbourIndex } from '../../core/features/density.ts';
import type { KnownTerms } from '../../core/features/general-vectors.ts';
import {
  denseParts,
  denseSpace,
  learnPoolFeatures,
  type PoolFeatures,
} from '../../core/features/pool-features.ts';
import { clusterStart } from '../../core/query/cluster-start.ts';
import { Random } from '../../core/random.ts';

/** Answers before the recipe trusts a model to choose. */
export const START_LABELS = 20;

export interface LearnedPool {
  readonly features: PoolFeatures;
  /** Positions in the sample: one record of each cluster, the largest cluster's first. */
  readonly starters: Int32Array;
  /** The sample as neighbours of other records. */
  readonly neighbours: NeighbourIndex;
  /** How typical each record of the sample is. */
  readonly densities: Float64Array;
}

/** Raise it with whatever changes what is learned, or what is made of it: features that were kept are learned anew. */
export const RECIPE = 4;

/** Always the same for the same sample. */
const SEED = 1;

/**
 * @param rows the sample's tf-idf rows
 * @param sequences the same records' terms in reading order, as columns of `rows`; -1 for a term of no column
 * @param known what general text says of the terms
 */
export function learnPool(
  rows: CsrMatrix,
  sequences: readonly Int32Array[],
  known?: KnownTerms,
): LearnedPool {
  const random = new Random(SEED);
  const features = learnPoolFeatures(rows, sequences, random, known);
  const space = denseSpace(denseParts(features, rows));
  const neighbours = neighbourIndex(space, random);
  const ownPlaces = Int32Array.from({ length: rows.rowCount }, (_, row) => row);
  const typical = new Neighbourhoods(neighbours).densities(space, ownPlaces);
  return {
    features,
    starters: clusterStart(space, typical, START_LABELS, random),
    neighbours,
    densities: typical,
  };
}
