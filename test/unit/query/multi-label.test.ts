import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { labelSets } from '../../../src/core/model/label-sets.ts';
import {
  cardinalityInconsistency,
  inconsistencyAndRanking,
  type MultiLabelView,
  maximalConfidence,
  setDistance,
} from '../../../src/core/query/multi-label.ts';
import {
  multiLabelStrategies,
  multiLabelStrategyByName,
} from '../../../src/core/query/multi-label-registry.ts';
import { Random } from '../../../src/core/random.ts';

const pools: Readonly<Record<string, MultiLabelView>> = {
  'an ordinary pool': randomView(80, 4, 1),
  'an exhausted pool': view([], [[0], [1]], 2),
  'a pool of one': view([[0.4, 0.6]], [[0], []], 2),
  'a single label': view([[0.4], [0.9], [0]], [[0], []], 1),
  'answers without any label': view(
    [
      [0.4, 0.6],
      [0.2, 0.1],
    ],
    [[], []],
    2,
  ),
  'no answers': view(
    [
      [0.4, 0.6],
      [0.2, 0.1],
    ],
    [],
    2,
  ),
  'candidates that are all alike': view(Array(30).fill([0, 1, 0.5]), [[0, 1], [2]], 3),
  'many labels': randomView(20, 120, 2),
};

for (const strategy of multiLabelStrategies) {
  describe(strategy.name, () => {
    for (const [title, pool] of Object.entries(pools)) {
      for (const size of [0, 1, 7, 1000]) {
        test(`${title}, asked for ${size}: different candidates, finite utilities, no more than there are`, () => {
          const { chosen, utilities } = strategy.select(pool, size, new Random(1));
          assert.equal(chosen.length, Math.min(size, pool.candidateCount));
          assert.equal(utilities.length, chosen.length);
          assert.equal(new Set(chosen).size, chosen.length);
          for (const candidate of chosen) assert.ok(candidate >= 0 && candidate < pool.candidateCount);
          for (const utility of utilities) assert.ok(Number.isFinite(utility));
        });
      }
    }

    test('the same pool and seed give the same choice, and the pool is left as it was', () => {
      const pool = randomView(200, 5, 3);
      const before = structuredClone([pool.probabilities, pool.labelled.sets, pool.labelled.probabilities()]);
      const choose = () => strategy.select(pool, 10, new Random(3));
      assert.deepEqual(choose(), choose());
      assert.deepEqual([pool.probabilities, pool.labelled.sets, pool.labelled.probabilities()], before);
    });

    test('says what it does and whom it follows', () => {
      assert.match(strategy.summary, /^[A-Z].*\.$/);
      assert.match(strategy.citation, /\d{4}/);
    });
  });
}

test('the strategies differ from each other in a pool of 200', () => {
  const pool = randomView(200, 5, 3);
  const choices = multiLabelStrategies.map(({ select }) => select(pool, 10, new Random(1)).chosen.join());
  assert.equal(new Set(choices).size, choices.length);
});

test('mmc adds up what the likeliest set would cost, by hand', () => {
  // Every answer has one label, so one is expected: what the others are believed to be is loss.
  const pool = view(
    [
      [0.9, 0.1, 0.1],
      [0.9, 0.8, 0.1],
      [0.4, 0.3, 0.3],
    ],
    [[0], [1]],
    3,
  );
  const { chosen, utilities } = maximalConfidence.select(pool, 3, new Random(1));
  assert.deepEqual([...chosen], [2, 1, 0]);
  for (const [at, expected] of [1.2, 1, 0.3].entries())
    assert.ok(Math.abs(utilities[at]! - expected) < 1e-12);
});

test('mmc learns from the answers how many labels go with a row of probabilities', () => {
  const rows = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? [0.9, 0.9, 0.05] : [0.9, 0.05, 0.05]));
  const answers = rows.map((_, at) => (at % 2 === 0 ? [0, 1] : [0]));
  const pool = view(
    [
      [0.9, 0.9, 0.05],
      [0.9, 0.05, 0.05],
    ],
    answers,
    3,
    rows,
  );
  const { utilities } = maximalConfidence.select(pool, 2, new Random(1));
  assert.ok(utilities[0]! < 0.3, 'both sets are as expected');
});

test('sets are as far apart as their vectors tell of each other, and complements furthest', () => {
  assert.equal(setDistance(2, 2, 2, 4), 0);
  assert.equal(setDistance(2, 2, 0, 4), 1, 'complements');
  assert.equal(setDistance(0, 0, 0, 4), 0);
  assert.equal(setDistance(4, 0, 0, 4), 1);
  // {0,1} and {0,2} of four: neither tells anything of the other.
  assert.ok(Math.abs(setDistance(2, 2, 1, 4) - 1) < 1e-12);
  // {0} and {0,1} of four: joint entropy 1.5 bits, 0.811 and 1 bit alone.
  assert.ok(Math.abs(setDistance(1, 2, 1, 4) - (3 - 0.8112781244591328 - 1) / 1.5) < 1e-12);
});

test('cvirs weighs how undecided a record is by how new its guessed set is, by hand', () => {
  const answers = [
    [0, 1],
    [0, 1],
  ];
  // All as undecided by Borda's count of the first label; the second candidate's set was never answered.
  const pool = view(
    [
      [0.6, 0.6],
      [0.6, 0.4],
      [0.99, 0.99],
    ],
    answers,
    2,
  );
  const { chosen, utilities } = inconsistencyAndRanking.select(pool, 3, new Random(1));
  assert.equal(chosen[0], 1);
  // Second in both rankings of three, so (1 + 1) / (2 · 2); its set is {0}, which tells nothing of {0, 1}.
  assert.ok(Math.abs(utilities[0]! - 0.5 * setDistance(1, 2, 1, 2)) < 1e-12);
});

test('label cardinality asks where far more labels are guessed than records have, by hand', () => {
  const pool = view(
    [
      [0.9, 0.1, 0.1],
      [0.9, 0.9, 0.9],
      [0.5, 0.1, 0.1],
    ],
    [[0], [1], [2, 0]],
    3,
  );
  const { chosen, utilities } = cardinalityInconsistency.select(pool, 3, new Random(1));
  assert.deepEqual([...chosen], [1, 2, 0]);
  assert.ok(Math.abs(utilities[0]! - (3 - 4 / 3 + 0.2 / 1000)) < 1e-9);
});

function view(
  rows: readonly (readonly number[])[],
  answers: readonly (readonly number[])[],
  classCount: number,
  believed: readonly (readonly number[])[] = answers.map((set) =>
    Array.from({ length: classCount }, (_, k) => (set.includes(k) ? 0.9 : 0.1)),
  ),
): MultiLabelView {
  return {
    candidateCount: rows.length,
    classCount,
    probabilities: Float64Array.from(rows.flat()),
    thresholds: new Float64Array(classCount).fill(0.5),
    labelled: { sets: labelSets(answers), probabilities: () => Float64Array.from(believed.flat()) },
  };
}

function randomView(candidateCount: number, classCount: number, seed: number): MultiLabelView {
  const random = new Random(seed);
  const row = () => Array.from({ length: classCount }, () => random.uniform() ** 2);
  const answers = Array.from({ length: 30 }, () =>
    Array.from({ length: classCount }, (_, k) => k).filter(() => random.uniform() < 2 / classCount),
  );
  return view(Array.from({ length: candidateCount }, row), answers, classCount, answers.map(row));
}

test('the default asks first where labels are at their thresholds, wherever these are', () => {
  const probabilities = Float64Array.of(0.5, 0.01, 0.21, 0.01, 0.21, 0.9, 0.99, 0.99);
  const pool = {
    ...view([], [[0], [1]], 2),
    candidateCount: 4,
    probabilities,
    thresholds: Float64Array.of(0.2, 0.9),
  };
  const { chosen } = multiLabelStrategyByName('default').select(pool, 4, new Random(1));
  assert.deepEqual([...chosen], [2, 1, 0, 3]);
});

test('a strategy for one label is refused, with those there are', () => {
  assert.throws(() => multiLabelStrategyByName('badge'), {
    code: 'one-label-strategy',
    wayOut: 'For these there are default, mmc, cvirs, label-cardinality, random.',
  });
});
