/**
 * An adaptive chooser among strategies: Active Learning by Learning (Hsu & Lin 2015), a bandit that gives more of the
 * questions to what has served better so far.
 *
 * Arms are strategies, random always among them. Each question goes to an arm drawn by EXP4.P (Beygelzimer et al. 2011),
 *
 *     p_k = (1 − N p_min) w_k / Σw + p_min ,                        p_min = √(ln N / (N T)) ,
 *     w_k ← w_k exp( p_min/2 · ( r/p_k [k was asked] + √(ln(N/δ) / (N T)) / p_k ) ) ,
 *
 * whose reward r is the accuracy of the model that the answer led to. On answers that were chosen, accuracy means little;
 * so each counts by 1/q, where q is the chance with which its record was asked (the paper's importance-weighted accuracy,
 * unbiased because random may ask anything). Their model is the one of the moment, fitted anew; here the guesses that
 * were made before the next answers came stand for it (progressive validation: Blum, Kalai & Langford 1999). These are
 * in the journal, so the whole state follows from it: nothing is stored, and every copy of a project chooses alike.
 *
 * Limits: a few hundred answers tell arms apart only where they differ much; until then this is a mix in equal parts.
 * Two arms that would have asked the same record are not known to have agreed.
 */
import type { Random } from '../random.ts';
import type { AnswerOrigin, PoolView, QueryStrategy, Selection } from './strategy.ts';

/** T: with this many questions in view the bandit explores one time in ten or so. */
const HORIZON = 500;
/** δ: the regret bound holds with probability 1 − δ. */
const RISK = 0.1;
/** A model is judged on so many answers that come after it. */
const JUDGED_BY = 10;
const PREFIX = 'adaptive: ';

/** The arms of plain `adaptive`: the product's own, a plain uncertain one, one that explores. */
export const USUAL_ARMS = ['default', 'margin', 'core-set'] as const;

/** @param strategies what to choose among; random is added where it is missing */
export function adaptive(
  name: string,
  strategies: readonly QueryStrategy[],
  random: QueryStrategy,
): QueryStrategy {
  const arms = strategies.some((arm) => arm.name === random.name) ? strategies : [...strategies, random];
  const names = arms.map((arm) => arm.name);
  return {
    name,
    summary: `Shares the questions out between ${names.slice(0, -1).join(', ')} and ${names.at(-1)}, more to what has served better so far. For projects of hundreds of answers where you can't tell what suits.`,
    citation:
      'Hsu & Lin 2015, "Active Learning by Learning"; Beygelzimer et al. 2011; Blum, Kalai & Langford 1999',
    cost: 'the strategies whose turn it is',
    needsModel: true,
    needsSpace: arms.some(({ needsSpace }) => needsSpace),
    select: (pool, size, generator) => select(arms, pool, size, generator),
  };
}

function select(arms: readonly QueryStrategy[], pool: PoolView, size: number, random: Random): Selection {
  const count = Math.min(size, pool.candidateCount);
  const shares = armShares(
    arms.map(({ name }) => name),
    pool.labelled.origins ?? [],
    pool.candidateCount,
  );
  const turns = Array.from({ length: count }, () => drawn(shares, random));
  // In the order of the arms, so that the same turns give the same rankings.
  const rankings = arms.map((arm, k) => (turns.includes(k) ? arm.select(pool, count, random) : undefined));
  const places = arms.map(() => 0);
  const chosen = new Map<number, { utility: number; by: string }>();
  for (const k of turns) {
    const ranking = rankings[k]!;
    while (chosen.has(ranking.chosen[places[k]!]!)) places[k]!++;
    const place = places[k]!++;
    chosen.set(ranking.chosen[place]!, {
      utility: ranking.utilities[place]!,
      by: PREFIX + arms[k]!.name,
    });
  }
  const picks = [...chosen.values()];
  return {
    chosen: Int32Array.from(chosen.keys()),
    utilities: Float64Array.from(picks, ({ utility }) => utility),
    by: picks.map(({ by }) => by),
  };
}

/**
 * The chance of each arm at the next question.
 *
 * @param names the arms, `random` among them
 * @param origins of all answers so far, in the order given
 * @param candidateCount how many records may be asked now
 */
export function armShares(
  names: readonly string[],
  origins: readonly AnswerOrigin[],
  candidateCount: number,
): Float64Array {
  const N = names.length;
  const least = N > 1 ? Math.sqrt(Math.log(N) / (N * HORIZON)) : 1;
  const bonus = Math.sqrt(Math.log(N / RISK) / (N * HORIZON));
  const randomArm = names.indexOf('random');
  const logWeights = new Float64Array(N);
  const asked: { arm: number; shares: Float64Array; weight: number; right: boolean }[] = [];

  for (const [place, { strategy, right }] of origins.entries()) {
    const arm = strategy?.startsWith(PREFIX) ? names.indexOf(strategy.slice(PREFIX.length)) : -1;
    if (arm < 0 || right === undefined) continue;
    const shares = sharesOf(logWeights, least);
    const poolSize = candidateCount + origins.length - place;
    const chance = shares[randomArm]! / poolSize + (arm === randomArm ? 0 : shares[arm]!);
    asked.push({ arm, shares, weight: 1 / chance, right });
    if (asked.length <= JUDGED_BY) continue;

    // The answer of some questions ago has its reward now: how the model did on those that followed.
    const rewarded = asked.at(-1 - JUDGED_BY)!;
    const judges = asked.slice(-JUDGED_BY);
    const total = judges.reduce((sum, { weight }) => sum + weight, 0);
    const reward = judges.reduce((sum, judge) => sum + (judge.right ? judge.weight : 0), 0) / total;
    for (let k = 0; k < N; k++) {
      const gain = (k === rewarded.arm ? reward : 0) + bonus;
      logWeights[k]! += ((least / 2) * gain) / rewarded.shares[k]!;
    }
  }
  return sharesOf(logWeights, least);
}

function sharesOf(logWeights: Float64Array, least: number): Float64Array {
  const highest = Math.max(...logWeights);
  const weights = logWeights.map((weight) => Math.exp(weight - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const free = Math.max(0, 1 - weights.length * least);
  return weights.map((weight) => (free * weight) / total + (1 - free) / weights.length);
}

function drawn(shares: Float64Array, random: Random): number {
  let rest = random.uniform();
  for (let k = 0; k < shares.length; k++) {
    rest -= shares[k]!;
    if (rest < 0) return k;
  }
  return shares.length - 1;
}
