/** Query by committee: ask where models that learned from different draws of the answers disagree. */
import type { Random } from '../random.ts';
import { best } from './best.ts';
import { amongExamined, examined } from './examined.ts';
import type { PoolView, QueryStrategy, Selection } from './strategy.ts';

/** How far the members differ about one candidate: members × classes, higher = ask sooner. */
export type Disagreement = (beliefs: readonly ArrayLike<number>[]) => number;

/** Entropy of the members' votes (Dagan & Engelson 1995), in nats. */
export function voteEntropy(beliefs: readonly ArrayLike<number>[]): number {
  return entropy(shares(beliefs));
}

/** Entropy of the mean belief, in nats. */
export function consensusEntropy(beliefs: readonly ArrayLike<number>[]): number {
  return entropy(consensus(beliefs));
}

/**
 * The largest divergence of a member from the mean belief (Kullback & Leibler 1951). McCallum & Nigam take the mean of
 * the divergences, which is `mutualInformation`.
 */
export function maxDisagreement(beliefs: readonly ArrayLike<number>[]): number {
  const mean = consensus(beliefs);
  return Math.max(0, ...beliefs.map((belief) => divergence(belief, mean)));
}

/** The share of members outvoted by the largest party (Freeman 1965). */
export function variationRatio(beliefs: readonly ArrayLike<number>[]): number {
  return 1 - Math.max(...shares(beliefs));
}

/** What the answer would tell about which member is right: entropy of the mean less mean entropy (Houlsby 2011). */
export function mutualInformation(beliefs: readonly ArrayLike<number>[]): number {
  const mean = beliefs.reduce((sum, belief) => sum + entropy(belief), 0) / beliefs.length;
  return Math.max(0, entropy(consensus(beliefs)) - mean);
}

/** The members' beliefs about some candidates. Throws where there is no model. */
export function beliefsOf(pool: PoolView, positions: Int32Array): readonly Float64Array[] {
  if (!pool.committee) throw new Error('A committee needs answers to learn from: ask at random until then.');
  return pool.committee(positions);
}

function strategy(name: string, summary: string, citation: string, measure: Disagreement): QueryStrategy {
  return {
    name,
    summary,
    citation,
    cost: 'a committee of seven models, on at most 5,000 candidates',
    needsModel: true,
    needsSpace: false,
    select: (pool, size, random) => select(pool, size, random, measure),
  };
}

function select(pool: PoolView, size: number, random: Random, measure: Disagreement): Selection {
  const positions = examined(pool, size, random);
  const beliefs = beliefsOf(pool, positions);
  const K = pool.classCount;
  const utilities = Float64Array.from(positions, (_, at) =>
    measure(beliefs.map((belief) => belief.subarray(at * K, (at + 1) * K))),
  );
  return amongExamined(positions, best(utilities, size));
}

export const voteEntropyStrategy = strategy(
  'vote-entropy',
  'Asks where the models of a committee vote most differently. Steadier than one model when answers are few.',
  'Seung, Opper & Sompolinsky 1992; Dagan & Engelson 1995',
  voteEntropy,
);

export const consensusEntropyStrategy = strategy(
  'consensus-entropy',
  'Asks where the mean of a committee is least decided. Like entropy, with less trust in a single model.',
  'Settles 2009, section 2.2',
  consensusEntropy,
);

export const maxDisagreementStrategy = strategy(
  'max-disagreement',
  'Asks where one model of a committee strays furthest from the others. Finds what the answers leave open.',
  'McCallum & Nigam 1998, "Employing EM and Pool-Based Active Learning"',
  maxDisagreement,
);

export const variationRatiosStrategy = strategy(
  'variation-ratios',
  'Asks where most models of a committee are outvoted. Simple, and coarse with few models.',
  'Freeman 1965; Gal, Islam & Ghahramani 2017',
  variationRatio,
);

export const baldStrategy = strategy(
  'bald',
  'Asks where models are sure of themselves and contradict each other. Leaves alone what nobody could decide.',
  'Houlsby, Huszár, Ghahramani & Lengyel 2011, "Bayesian Active Learning by Disagreement"',
  mutualInformation,
);

function consensus(beliefs: readonly ArrayLike<number>[]): number[] {
  return Array.from(
    beliefs[0]!,
    (_, k) => beliefs.reduce((sum, belief) => sum + belief[k]!, 0) / beliefs.length,
  );
}

/** Each class's share of the votes; a member votes for the first of its likeliest classes. */
function shares(beliefs: readonly ArrayLike<number>[]): number[] {
  const votes = new Array<number>(beliefs[0]!.length).fill(0);
  for (const belief of beliefs) {
    let vote = 0;
    for (let k = 1; k < belief.length; k++) if (belief[k]! > belief[vote]!) vote = k;
    votes[vote]! += 1 / beliefs.length;
  }
  return votes;
}

function entropy(distribution: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < distribution.length; k++) {
    const p = distribution[k]!;
    if (p > 0) sum -= p * Math.log(p);
  }
  return sum;
}

function divergence(from: ArrayLike<number>, to: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < from.length; k++) if (from[k]! > 0) sum += from[k]! * Math.log(from[k]! / to[k]!);
  return sum;
}
