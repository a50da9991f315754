/** The contract that every query strategy keeps. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { strategies, strategyByName } from '../../../src/core/query/registry.ts';
import type { QueryStrategy, Selection } from '../../../src/core/query/strategy.ts';
import { Random } from '../../../src/core/random.ts';
import { UserError } from '../../../src/core/user-error.ts';
import { pools, randomDensePool } from '../../support/pools.ts';

const made = [
  '0.7 margin + 0.3 diversity',
  '1 entropy + 1 random',
  'balanced margin',
  'stratified default',
  'adaptive margin | diversity',
];

for (const strategy of [...strategies, ...made.map(strategyByName)]) {
  /** The pools in which this strategy can be asked. */
  const own = Object.entries(pools).filter(
    ([, pool]) => pool.space || !(strategy.needsSpace || fitsModels(strategy)),
  );

  describe(strategy.name, () => {
    for (const [title, pool] of own) {
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

    test('the same pool and seed give the same choice', () => {
      const pool = randomDensePool(200, 5);
      const choose = (): Selection => strategy.select(pool, 10, new Random(3));
      assert.deepEqual(choose(), choose());
    });

    test('leaves what it sees untouched', () => {
      const pool = randomDensePool(60, 6);
      const positions = Int32Array.from({ length: 60 }, (_, at) => at);
      const seen = () =>
        structuredClone([
          pool.probabilities,
          pool.space!.rows(positions),
          pool.labelled.rows!(),
          pool.labelled.classes,
        ]);
      const before = seen();
      strategy.select(pool, 10, new Random(3));
      assert.deepEqual(seen(), before);
    });

    test('says what it does, when it helps and whom it follows', () => {
      assert.match(strategy.summary, /^[A-Z].*\.$/);
      assert.match(strategy.citation, /\d{4}/);
      assert.ok(strategy.cost.length > 0);
    });

    if (strategy.name !== 'margin') {
      test('asks for other records than margin in a pool of 200, or it would be margin', () => {
        const pool = randomDensePool(200, 9);
        const ask = ({ select }: QueryStrategy) => [...select(pool, 10, new Random(1)).chosen];
        assert.notDeepEqual(ask(strategy), ask(strategyByName('margin')));
      });
    }
  });
}

test('every strategy has a name of its own', () => {
  assert.equal(new Set(strategies.map((strategy) => strategy.name)).size, strategies.length);
});

test('a mix shares a batch out by weight, and a record wanted by both counts once', () => {
  const pool = randomDensePool(200, 9);
  const margin = new Set(strategyByName('margin').select(pool, 10, new Random(1)).chosen);
  const { chosen } = strategyByName('0.7 margin + 0.3 diversity').select(pool, 10, new Random(1));
  assert.ok(chosen.filter((position) => margin.has(position)).length >= 7);
  assert.ok(chosen.some((position) => !margin.has(position)));
});

test('balanced asks first about guessed classes with few answers', () => {
  const pool = randomDensePool(200, 9);
  const answered = { ...pool, labelled: { ...pool.labelled, classes: Int32Array.of(0, 0, 0, 1, 1, 1) } };
  const { chosen } = strategyByName('balanced margin').select(answered, 3, new Random(1));
  for (const position of chosen) {
    const own = [...pool.probabilities!.subarray(position * 3, position * 3 + 3)];
    assert.equal(own.indexOf(Math.max(...own)), 2);
  }
});

test('stratified asks about guessed classes as often as the pool has them', () => {
  const pool = randomDensePool(200, 9);
  const guess = (position: number) => {
    const own = [...pool.probabilities!.subarray(position * 3, position * 3 + 3)];
    return own.indexOf(Math.max(...own));
  };
  const share = (positions: readonly number[], k: number) =>
    positions.filter((position) => guess(position) === k).length / positions.length;
  const all = Array.from({ length: 200 }, (_, position) => position);
  const { chosen } = strategyByName('stratified margin').select(pool, 20, new Random(1));
  for (const k of [0, 1, 2]) assert.ok(Math.abs(share([...chosen], k) - share(all, k)) <= 1 / 20);
});

test('with a tenth of random in a mix, one question in ten is not what the model would ask', () => {
  const pool = randomDensePool(1000, 9);
  const margin = [...strategyByName('margin').select(pool, 20, new Random(1)).chosen];
  const { chosen } = strategyByName('0.9 margin + 0.1 random').select(pool, 20, new Random(1));
  assert.deepEqual(
    [...chosen].filter((position) => margin.includes(position)),
    margin.slice(0, 18),
  );
});

test('a chooser among strategies can be no part of a mix, and says what it can do instead', () => {
  assert.throws(
    () => strategyByName('0.5 adaptive + 0.5 margin'),
    (error) => error instanceof UserError && error.wayOut.includes('adaptive margin'),
  );
});

test('a misspelt strategy is named, with the names there are', () => {
  assert.throws(
    () => strategyByName('margins'),
    (error) => error instanceof UserError && error.sentence.includes('margin, entropy'),
  );
});

/** Only the pools with a space come with models to fit. */
function fitsModels({ name }: QueryStrategy): boolean {
  return /vote|consensus|disagreement|variation|bald|expected-(error|log)/.test(name);
}
