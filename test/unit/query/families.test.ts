/** Selections and measures computed by hand, family by family. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DenseRows } from '../../../src/core/features/dense-rows.ts';
import {
  consensusEntropy,
  maxDisagreement,
  mutualInformation,
  variationRatio,
  voteEntropy,
} from '../../../src/core/query/committee.ts';
import { expectedLength } from '../../../src/core/query/expected-change.ts';
import { strategyByName } from '../../../src/core/query/registry.ts';
import type { PoolView } from '../../../src/core/query/strategy.ts';
import { Random } from '../../../src/core/random.ts';
import { densePool } from '../../support/pools.ts';

const divided = [
  [1, 0],
  [0, 1],
];
const undecided = [
  [0.5, 0.5],
  [0.5, 0.5],
];
const measures: readonly [name: string, measure: typeof voteEntropy, divided: number, undecided: number][] = [
  ['vote entropy', voteEntropy, Math.LN2, 0],
  ['consensus entropy', consensusEntropy, Math.LN2, Math.LN2],
  ['max disagreement', maxDisagreement, Math.LN2, 0],
  ['variation ratio', variationRatio, 0.5, 0],
  ['mutual information', mutualInformation, Math.LN2, 0],
];
for (const [name, measure, ofDivided, ofUndecided] of measures) {
  test(`${name} of a committee that is divided, and of one that is undecided, as computed by hand`, () => {
    assert.ok(Math.abs(measure(divided) - ofDivided) < 1e-12);
    assert.ok(Math.abs(measure(undecided) - ofUndecided) < 1e-12);
  });
}

test('the expected gradient length is the mean distance to the possible answers', () => {
  assert.ok(Math.abs(expectedLength([0.5, 0.5]) - Math.SQRT1_2) < 1e-12);
  assert.equal(expectedLength([1, 0, 0]), 0);
});

/** Members believe opposite things of candidates 0 to 3; 0 and 1 are alike to every member, 2 tells something else. */
const committeePool: PoolView = {
  candidateCount: 4,
  classCount: 2,
  labelled: { classes: Int32Array.of(0, 1) },
  probabilities: new Float64Array(8).fill(0.5),
  committee: (positions) => {
    const sure = [
      [0.95, 0.95, 0.9, 0.5],
      [0.95, 0.95, 0.1, 0.5],
      [0.05, 0.05, 0.9, 0.5],
      [0.05, 0.05, 0.1, 0.5],
    ];
    return sure.map((member) =>
      Float64Array.from(Array.from(positions).flatMap((at) => [member[at]!, 1 - member[at]!])),
    );
  },
};

test('bald asks for the two that tell most alone, batch-bald for two that tell different things', () => {
  const ask = (name: string) => [...strategyByName(name).select(committeePool, 2, new Random(1)).chosen];
  assert.deepEqual(ask('bald'), [0, 1]);
  assert.deepEqual(ask('batch-bald'), [0, 2]);
});

test('a long batch of batch-bald, whose answers are sampled, still prefers what tells something new', () => {
  const candidateCount = 40;
  const pool: PoolView = {
    ...committeePool,
    candidateCount,
    probabilities: new Float64Array(80).fill(0.5),
    committee: (positions) =>
      [0, 1, 2, 3, 4, 5].map((member) =>
        Float64Array.from(
          Array.from(positions).flatMap((at) => {
            const yes = (at >> (member % 3)) % 2 === member % 2 ? 0.9 : 0.1;
            return [yes, 1 - yes];
          }),
        ),
      ),
  };
  const { chosen, utilities } = strategyByName('batch-bald').select(pool, 20, new Random(1));
  assert.equal(new Set(chosen).size, 20);
  assert.ok(utilities[0]! > utilities[19]!);
  assert.ok(utilities.every(Number.isFinite));
});

/** On a circle, so that cosines follow angles. */
const places = [0, 10, 90, 100, 180];

test('core-set goes to the farthest place first, counting what it has chosen', () => {
  const pool = circle(places, { answered: [0] });
  assert.deepEqual([...strategyByName('core-set').select(pool, 2, new Random(1)).chosen], [4, 2]);
});

test('diversity goes by the distance to the answers alone', () => {
  const pool = circle(places, { answered: [0] });
  assert.deepEqual([...strategyByName('diversity').select(pool, 3, new Random(1)).chosen], [4, 3, 2]);
});

test('typiclust asks in clusters without an answer, the densest record first', () => {
  const pool = circle([0, 2, 4, 180, 182, 184], { answered: [1], densities: [0.5, 0.9, 0.5, 0.5, 0.8, 0.5] });
  assert.deepEqual([...strategyByName('typiclust').select(pool, 1, new Random(1)).chosen], [4]);
});

test('badge starts with the strongest pull and then asks elsewhere', () => {
  const pool = circle([0, 1, 2, 90], { probabilities: (at) => (at === 1 ? [0.5, 0.5] : [0.6, 0.4]) });
  const { chosen } = strategyByName('badge').select(pool, 2, new Random(1));
  assert.deepEqual([...chosen], [1, 3]);
});

test('ranked batches explore while answers are few', () => {
  const pool = circle(places, { answered: [0], probabilities: (at) => (at === 1 ? [0.5, 0.5] : [0.9, 0.1]) });
  assert.equal(strategyByName('ranked-batch').select(pool, 1, new Random(1)).chosen[0], 4);
});

test('expected error asks for the record whose answers leave the model surest of the pool', () => {
  const pool: PoolView = {
    ...circle(places, { probabilities: (at) => (at < 3 ? [0.55, 0.45] : [0.9, 0.1]) }),
    // Only the answer to candidate 2 settles the others, whatever it is.
    whatIf: (position, _, judged) =>
      Float64Array.from(Array.from(judged).flatMap(() => (position === 2 ? [0.99, 0.01] : [0.6, 0.4]))),
  };
  const { chosen, utilities } = strategyByName('expected-error').select(pool, 2, new Random(1));
  assert.equal(chosen[0], 2);
  assert.ok(Math.abs(utilities[0]! - 0.99) < 1e-9);
});

test('expected log loss looks at the entropy that is left, expected error at the guesses alone', () => {
  const pool: PoolView = {
    ...circle([0, 90], { probabilities: () => [0.4, 0.3, 0.3] }),
    // Both leave the same guesses equally likely; after an answer to candidate 1 a label is out of the question.
    whatIf: (position, _, judged) =>
      Float64Array.from(Array.from(judged).flatMap(() => (position === 1 ? [0.6, 0.4, 0] : [0.6, 0.2, 0.2]))),
  };
  const ask = (name: string) => strategyByName(name).select(pool, 2, new Random(1));
  const [error, logLoss] = [ask('expected-error'), ask('expected-log-loss')];
  assert.equal(error.utilities[0], error.utilities[1]);
  assert.deepEqual([...logLoss.chosen], [1, 0]);
  const entropy = -(0.6 * Math.log(0.6) + 0.4 * Math.log(0.4));
  assert.ok(Math.abs(logLoss.utilities[0]! - (1 - entropy / Math.log(3))) < 1e-12);
});

test('laplace-bald asks where no answer is near, of records that are as uncertain', () => {
  const pool = circle([0, 5, 90], { answered: [0, 1, 2, 3, 4, 5], probabilities: () => [0.5, 0.5] });
  assert.equal(strategyByName('laplace-bald').select(pool, 1, new Random(1)).chosen[0], 2);
});

test('laplace-batch-bald does not ask the same thing twice, laplace-bald does', () => {
  const pool = circle([80, 80, 0], {
    answered: [0],
    probabilities: (at) => [at < 2 ? 0.5 : 0.6, at < 2 ? 0.5 : 0.4],
  });
  const ask = (name: string) => [...strategyByName(name).select(pool, 2, new Random(1)).chosen].toSorted();
  assert.deepEqual(ask('laplace-bald'), [0, 1]);
  assert.equal(ask('laplace-batch-bald').at(-1), 2);
});

test('density weighs uncertainty', () => {
  const pool = circle(places, {
    densities: [0.9, 0.1, 0.1, 0.9, 0.1],
    probabilities: (at) => (at < 2 ? [0.5, 0.5] : [0.9, 0.1]),
  });
  for (const name of ['information-density', 'density-margin']) {
    assert.equal(strategyByName(name).select(pool, 1, new Random(1)).chosen[0], 0);
  }
});

test('contrast is found where the model judges a record unlike its answered neighbours', () => {
  const pool = circle(places, { answered: [0], probabilities: (at) => (at === 1 ? [0.1, 0.9] : [0.9, 0.1]) });
  assert.equal(strategyByName('contrastive').select(pool, 1, new Random(1)).chosen[0], 1);
});

test('cluster-margin takes its uncertain records from different clusters', () => {
  const pool = circle([0, 1, 2, 3, 90, 91, 180], {
    probabilities: (at) => (at < 4 ? [0.5, 0.5] : at < 6 ? [0.55, 0.45] : [0.6, 0.4]),
  });
  const { chosen } = strategyByName('cluster-margin').select(pool, 3, new Random(1));
  const quarter = (at: number) => (at < 4 ? 0 : at < 6 ? 1 : 2);
  assert.equal(new Set([...chosen].map(quarter)).size, 3);
});

function circle(
  degrees: readonly number[],
  given: {
    answered?: readonly number[];
    densities?: readonly number[];
    probabilities?: (candidate: number) => readonly number[];
  },
): PoolView {
  const answered = given.answered ?? [];
  return {
    ...densePool({
      rows: rowsAt(degrees),
      densities: Float64Array.from(given.densities ?? degrees.map(() => 0.5)),
      probabilities: given.probabilities ?? (() => [0.7, 0.3]),
    }),
    labelled: {
      classes: new Int32Array(answered.length),
      rows: () => rowsAt(answered),
      probabilities: () => Float64Array.from(answered.flatMap(() => [0.9, 0.1])),
    },
  };
}

function rowsAt(degrees: readonly number[]): DenseRows {
  const values = degrees.flatMap((angle) => [
    Math.cos((angle * Math.PI) / 180),
    Math.sin((angle * Math.PI) / 180),
  ]);
  return { rowCount: degrees.length, dimensions: 2, values: Float64Array.from(values) };
}
