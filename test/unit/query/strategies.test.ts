/** The contract that every query strategy keeps. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { strategies, strategyByName } from '../../../src/core/query/registry.ts';
import type { Selection } from '../../../src/core/query/strategy.ts';
import { Random } from '../../../src/core/random.ts';
import { UserError } from '../../../src/core/user-error.ts';
import { pools, randomPool } from '../../support/pools.ts';

for (const strategy of strategies) {
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

    test('the same pool and seed give the same choice', () => {
      const pool = randomPool({ candidateCount: 200, classCount: 4, seed: 5 });
      const choose = (): Selection => strategy.select(pool, 10, new Random(3));
      assert.deepEqual(choose(), choose());
    });

    test('leaves what it sees untouched', () => {
      const pool = randomPool({ candidateCount: 60, classCount: 3, seed: 6 });
      const before = structuredClone(pool);
      strategy.select(pool, 10, new Random(3));
      assert.deepEqual(pool, before);
    });

    test('says what it does, when it helps and whom it follows', () => {
      assert.match(strategy.summary, /^[A-Z].*\.$/);
      assert.match(strategy.citation, /\d{4}/);
    });
  });
}

test('every strategy has a name of its own', () => {
  assert.equal(new Set(strategies.map((strategy) => strategy.name)).size, strategies.length);
});

test('a misspelt strategy is named, with the names there are', () => {
  assert.throws(
    () => strategyByName('margins'),
    (error) => error instanceof UserError && error.sentence.includes('margin, entropy'),
  );
});
