/** Strategies made of others, by name and without code: mixes, and choices balanced over classes. */
import type { Random } from '../random.ts';
import { best } from './best.ts';
import type { PoolView, QueryStrategy, Selection } from './strategy.ts';

/**
 * A batch shared out by weight: `0.7 margin + 0.3 diversity`. With a share of `random` it is ε-greedy: whatever the
 * model is blind to has a chance.
 */
export function mixed(
  parts: readonly { readonly weight: number; readonly strategy: QueryStrategy }[],
): QueryStrategy {
  const strategies = parts.map(({ strategy }) => strategy);
  return {
    name: parts.map(({ weight, strategy }) => `${weight} ${strategy.name}`).join(' + '),
    summary: `Shares each batch out between ${strategies.map(({ name }) => name).join(' and ')}.`,
    citation: strategies.map(({ citation }) => citation).join('; '),
    cost: strategies.map(({ cost }) => cost).join('; '),
    needsModel: strategies.some(({ needsModel }) => needsModel),
    needsSpace: strategies.some(({ needsSpace }) => needsSpace),
    select: (pool, size, random) => {
      const total = parts.reduce((sum, { weight }) => sum + weight, 0);
      const rankings = strategies.map((strategy) => strategy.select(pool, size, random));
      const chosen = new Map<number, number>();
      const taken = parts.map(() => 0);
      while (chosen.size < Math.min(size, pool.candidateCount)) {
        // The part furthest behind its share of what has been chosen goes next.
        const due = parts.map(({ weight }, at) => (weight / total) * (chosen.size + 1) - taken[at]!);
        const part = due.indexOf(Math.max(...due));
        taken[part]!++;
        const ranking = rankings[part]!;
        const next = ranking.chosen.findIndex((position) => !chosen.has(position));
        chosen.set(ranking.chosen[next]!, ranking.utilities[next]!);
      }
      return { chosen: Int32Array.from(chosen.keys()), utilities: Float64Array.from(chosen.values()) };
    },
  };
}

/** Of many good candidates of a strategy, evenly from the classes that the model guesses, rare ones first. */
export function balanced(strategy: QueryStrategy): QueryStrategy {
  return perClass(
    strategy,
    'balanced',
    'evenly over the guessed labels, so that rare ones get their answers',
    (pool) => {
      const answers = new Float64Array(pool.classCount);
      for (const answer of pool.labelled.classes) answers[answer]!++;
      // A class that already has many answers waits its turn.
      return (k, taken) => -(answers[k]! + taken);
    },
  );
}

/** Of many good candidates of a strategy, as many of each guessed class as the model sees of it in the pool. */
export function stratified(strategy: QueryStrategy): QueryStrategy {
  return perClass(
    strategy,
    'stratified',
    'over the guessed labels as the pool has them, so that none is passed over',
    (pool) => {
      const shares = new Float64Array(pool.classCount);
      for (let at = 0; at < pool.candidateCount; at++) shares[guess(pool, at)]! += 1 / pool.candidateCount;
      return (k, taken, size) => shares[k]! * size - taken;
    },
  );
}

/** More candidates than questions, so that there is something to balance. */
const CANDIDATES_PER_QUESTION = 10;

/** @param turns how due a class is after `taken` of its candidates were chosen; the most due goes next */
function perClass(
  strategy: QueryStrategy,
  prefix: string,
  effect: string,
  turns: (pool: PoolView) => (k: number, taken: number, size: number) => number,
): QueryStrategy {
  return {
    ...strategy,
    name: `${prefix} ${strategy.name}`,
    summary: `Asks as ${strategy.name} does, ${effect}.`,
    citation: `${strategy.citation}; Settles 2009, section 6`,
    needsModel: true,
    select: (pool: PoolView, size: number, random: Random): Selection => {
      const wide = strategy.select(pool, CANDIDATES_PER_QUESTION * size, random);
      const queues = Array.from({ length: pool.classCount }, (): number[] => []);
      wide.chosen.forEach((position, at) => {
        queues[guess(pool, position)]!.push(at);
      });
      const due = turns(pool);
      const taken = new Int32Array(pool.classCount);
      const order: number[] = [];
      while (order.length < Math.min(size, wide.chosen.length)) {
        const turn = best(
          Float64Array.from(queues, (queue, k) =>
            queue.length > taken[k]! ? due(k, taken[k]!, size) : Number.NEGATIVE_INFINITY,
          ),
          1,
        ).chosen[0]!;
        order.push(queues[turn]![taken[turn]!++]!);
      }
      return {
        chosen: Int32Array.from(order, (at) => wide.chosen[at]!),
        utilities: Float64Array.from(order, (at) => wide.utilities[at]!),
      };
    },
  };
}

function guess({ probabilities, classCount }: PoolView, position: number): number {
  if (!probabilities) throw new Error('Guesses need a model: ask at random until there is one.');
  let guess = 0;
  for (let k = 1; k < classCount; k++) {
    if (probabilities[position * classCount + k]! > probabilities[position * classCount + guess]!) guess = k;
  }
  return guess;
}
