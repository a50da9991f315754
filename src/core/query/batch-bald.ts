/**
 * BatchBALD (Kirsch, van Amersfoort & Gal 2019): the batch whose answers together tell most about which member of
 * a committee is right, so that two records that would tell the same are not both asked.
 *
 * Greedy: each further record is the one that adds most to the information of those chosen,
 *
 *     I(y₁…y_b ; member) = H(y₁…y_b) − Σ mean over members of H(yᵢ | member).
 *
 * The joint entropy runs over all answers to the batch. Their number grows as K^b, so beyond a few thousand a
 * sample of them, drawn from the committee, stands for all (their section 3.4).
 */
import type { Random } from '../random.ts';
import { best } from './best.ts';
import { beliefsOf, mutualInformation } from './committee.ts';
import { examined } from './examined.ts';
import type { PoolView, QueryStrategy, Selection } from './strategy.ts';

/** Records that tell nothing alone tell nothing together: only the best alone are tried. */
const TRIED_PER_QUESTION = 10;
const MOST_CONFIGURATIONS = 1500;

export const batchBald: QueryStrategy = {
  name: 'batch-bald',
  summary:
    'Asks for the batch whose answers together settle most of what a committee disagrees on. Best for small batches.',
  citation: 'Kirsch, van Amersfoort & Gal 2019, "BatchBALD"',
  cost: 'a committee of seven models, and the joint answers of the batch',
  needsModel: true,
  needsSpace: false,
  select: (pool, size, random) => {
    const positions = examined(pool, size, random);
    return batchByInformation(pool, positions, beliefsOf(pool, positions), size, random);
  },
};

/** @param all for each member positions × classes */
export function batchByInformation(
  { classCount: K }: PoolView,
  positions: Int32Array,
  all: readonly Float64Array[],
  size: number,
  random: Random,
): Selection {
  const alone = Float64Array.from(positions, (_, at) =>
    mutualInformation(all.map((belief) => belief.subarray(at * K, (at + 1) * K))),
  );
  const tried = best(alone, Math.max(size, TRIED_PER_QUESTION * size)).chosen;

  const chosen: number[] = [];
  const utilities: number[] = [];
  const open = new Set(tried);
  const joint = new JointAnswers(all.length, random);
  while (chosen.length < Math.min(size, positions.length)) {
    let [winner, most] = [-1, Number.NEGATIVE_INFINITY];
    for (const at of open) {
      const beliefs = all.map((belief) => belief.subarray(at * K, (at + 1) * K));
      const gain = joint.entropyWith(beliefs) - joint.entropy - meanEntropy(beliefs);
      if (gain > most) [winner, most] = [at, gain];
    }
    open.delete(winner);
    joint.add(all.map((belief) => belief.subarray(winner * K, (winner + 1) * K)));
    chosen.push(positions[winner]!);
    utilities.push(most);
  }
  return { chosen: Int32Array.from(chosen), utilities: Float64Array.from(utilities) };
}

/** The answers that the chosen records may get, with each member's probability of them. */
class JointAnswers {
  readonly #memberCount: number;
  readonly #random: Random;
  /** Configurations × members. */
  #likelihoods: Float64Array;
  /** How many configurations of the full set each one stands for. */
  #weights = Float64Array.of(1);
  entropy = 0;

  constructor(memberCount: number, random: Random) {
    this.#memberCount = memberCount;
    this.#random = random;
    this.#likelihoods = new Float64Array(memberCount).fill(1);
  }

  /** The joint entropy if this record were in the batch too. */
  entropyWith(beliefs: readonly ArrayLike<number>[]): number {
    const M = this.#memberCount;
    const K = beliefs[0]!.length;
    let entropy = 0;
    for (let from = 0, c = 0; from < this.#likelihoods.length; from += M, c++) {
      for (let k = 0; k < K; k++) {
        let p = 0;
        for (let m = 0; m < M; m++) p += (this.#likelihoods[from + m]! * beliefs[m]![k]!) / M;
        if (p > 0) entropy -= this.#weights[c]! * p * Math.log(p);
      }
    }
    return entropy;
  }

  add(beliefs: readonly ArrayLike<number>[]): void {
    this.entropy = this.entropyWith(beliefs);
    const M = this.#memberCount;
    const K = beliefs[0]!.length;
    const count = this.#weights.length * K;
    const likelihoods = new Float64Array(count * M);
    const weights = new Float64Array(count);
    for (let c = 0; c < count; c++) {
      const before = Math.floor(c / K);
      weights[c] = this.#weights[before]!;
      for (let m = 0; m < M; m++) {
        likelihoods[c * M + m] = this.#likelihoods[before * M + m]! * beliefs[m]![c % K]!;
      }
    }
    this.#likelihoods = likelihoods;
    this.#weights = weights;
    if (count > MOST_CONFIGURATIONS) this.#thinOut();
  }

  /** Keeps a sample, each configuration as often as the committee expects it, with weights that make up for it. */
  #thinOut(): void {
    const M = this.#memberCount;
    const masses = this.#weights.map((weight, c) => {
      let p = 0;
      for (let m = 0; m < M; m++) p += this.#likelihoods[c * M + m]! / M;
      return weight * p;
    });
    const total = masses.reduce((sum, mass) => sum + mass, 0);
    const kept = Math.floor(MOST_CONFIGURATIONS / 3);
    const likelihoods = new Float64Array(kept * M);
    const weights = new Float64Array(kept);
    // Evenly spaced through the cumulated masses from one random point: less noise than independent draws.
    const offset = this.#random.uniform();
    let c = 0;
    let passed = masses[0]!;
    for (let draw = 0; draw < kept; draw++) {
      const point = ((draw + offset) / kept) * total;
      while (passed < point && c < masses.length - 1) passed += masses[++c]!;
      likelihoods.set(this.#likelihoods.subarray(c * M, (c + 1) * M), draw * M);
      weights[draw] = (this.#weights[c]! * total) / (masses[c]! * kept);
    }
    this.#likelihoods = likelihoods;
    this.#weights = weights;
  }
}

function meanEntropy(beliefs: readonly ArrayLike<number>[]): number {
  let sum = 0;
  for (const belief of beliefs) {
    for (let k = 0; k < belief.length; k++) if (belief[k]! > 0) sum -= belief[k]! * Math.log(belief[k]!);
  }
  return sum / beliefs.length;
}
