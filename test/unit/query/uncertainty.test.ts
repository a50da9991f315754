import assert from 'node:assert/strict';
import { test } from 'node:test';
import { best } from '../../../src/core/query/best.ts';
import { strategyByName } from '../../../src/core/query/registry.ts';
import type { PoolView } from '../../../src/core/query/strategy.ts';
import { lowConfidence, relativeEntropy, smallMargin } from '../../../src/core/query/uncertainty.ts';
import { Random } from '../../../src/core/random.ts';

const measures = { smallMargin, relativeEntropy, lowConfidence };
for (const [name, measure] of Object.entries(measures)) {
  test(`${name}: an even split is worth asking before a sure thing`, () => {
    assert.ok(measure([0.5, 0.5]) > measure([0.99, 0.01]));
    assert.equal(measure([1, 0, 0]), 0);
    assert.equal(measure([1]), 0);
  });
}

const labelled = { classes: new Int32Array(0) };

/** Four records whose order by hand is different under each measure. */
const pool: PoolView = {
  candidateCount: 4,
  classCount: 3,
  labelled,
  probabilities: Float64Array.of(
    ...[0.5, 0.5, 0.0], // margin 0, entropy .693, confidence .5
    ...[0.4, 0.3, 0.3], // margin .1, entropy 1.089, confidence .4
    ...[0.6, 0.2, 0.2], // margin .4, entropy .950, confidence .6
    ...[0.55, 0.44, 0.01], // margin .11, entropy .736, confidence .55
  ),
};
const expected: readonly [strategy: string, order: number[], utilities: number[]][] = [
  ['margin', [0, 1, 3, 2], [1, 0.9, 0.89, 0.6]],
  ['entropy', [1, 2, 3, 0], [1.0889, 0.9503, 0.7361, Math.LN2].map((nats) => nats / Math.log(3))],
  ['least-confidence', [1, 0, 3, 2], [0.6, 0.5, 0.45, 0.4]],
];
for (const [name, order, utilities] of expected) {
  test(`${name} asks in the order computed by hand`, () => {
    const selection = strategyByName(name).select(pool, 4, new Random(1));
    assert.deepEqual([...selection.chosen], order);
    utilities.forEach((utility, at) => {
      assert.ok(Math.abs(selection.utilities[at]! - utility) < 1e-4);
    });
    const two = strategyByName(name).select(pool, 2, new Random(1));
    assert.deepEqual([...two.chosen], order.slice(0, 2));
  });
}

test('without a model, uncertainty is an error and never a silent guess', () => {
  assert.throws(() =>
    strategyByName('margin').select({ candidateCount: 3, classCount: 2, labelled }, 1, new Random(1)),
  );
});

test('random asks for different records with another seed', () => {
  const choose = (seed: number) =>
    strategyByName('random').select({ candidateCount: 500, classCount: 2, labelled }, 20, new Random(seed));
  assert.notDeepEqual(choose(1).chosen, choose(2).chosen);
});

test('the best are found and ordered as a full sort would, equal ones by position', () => {
  const random = new Random(7);
  const pools = {
    few: Float64Array.from({ length: 300 }, () => random.below(40)),
    many: Float64Array.from({ length: 50_000 }, () => random.below(4000)),
    ascending: Float64Array.from({ length: 50_000 }, (_, at) => at),
    'rarely high': Float64Array.from({ length: 50_000 }, (_, at) => (at % 97 === 1 ? at : 0)),
    'all alike': new Float64Array(50_000),
  };
  for (const [name, utilities] of Object.entries(pools)) {
    const sorted = Array.from(utilities, (_, at) => at).sort(
      (a, b) => utilities[b]! - utilities[a]! || a - b,
    );
    for (const size of [1, 17, 100, 300, 6000, 50_000])
      assert.deepEqual([...best(utilities, size).chosen], sorted.slice(0, size), `${size} of ${name}`);
  }
});
