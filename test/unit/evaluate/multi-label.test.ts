/** How well sets of labels are predicted, and how sure that is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  hammingInterval,
  hammingLoss,
  macroF1OfSets,
  microF1,
  microF1Interval,
  setCounts,
  subsetAccuracy,
  subsetInterval,
} from '../../../src/core/evaluate/multi-label.ts';
import { labelSets } from '../../../src/core/model/label-sets.ts';
import { Random } from '../../../src/core/random.ts';

// Drawn by numpy 1.24 (seed 0) and judged by scikit-learn 1.2.
// biome-ignore format: two lists side by side
const truth = [[], [0], [], [2, 3], [0], [], [0], [], [0, 2], [], [0, 3], [3], [0], [1, 3], [1, 3], [0, 1, 3], [0, 3], [1], [3], [0, 1, 3], [0, 2], [1, 3], [], [0, 3], [1, 3], [1], [0], [0], [1, 3], []];
// biome-ignore format: two lists side by side
const predicted = [[], [0, 2], [], [0, 2, 3], [0], [], [0, 2], [2], [], [3], [0, 3], [2, 3], [0, 1, 3], [0, 3], [1], [1, 3], [0, 3], [1], [0, 3], [0, 1, 2, 3], [0, 2, 3], [0, 3], [], [0, 2, 3], [1, 3], [1], [], [0], [3], []];

test('micro- and macro-F1, Hamming loss and whole sets equal the figures of scikit-learn', () => {
  const counts = setCounts(labelSets(truth), labelSets(predicted), 4);
  const figures = [microF1(counts), macroF1OfSets(counts), hammingLoss(counts), subsetAccuracy(counts)];
  const expected = [0.7317073170731707, 0.6778799903799905, 0.18333333333333332, 0.4];
  for (const [at, figure] of figures.entries())
    assert.ok(Math.abs(figure - expected[at]!) < 1e-12, `${figure}`);
  const intervals = [microF1Interval(counts), hammingInterval(counts), subsetInterval(counts)];
  for (const [at, { value, low, high }] of intervals.entries()) {
    assert.ok(Math.abs(value - [figures[0]!, figures[2]!, figures[3]!][at]!) < 1e-12);
    assert.ok(low < value && value < high);
  }
});

test('nothing to find and nothing given: no figure, and anything is possible', () => {
  const counts = setCounts(labelSets([[], []]), labelSets([[], []]), 3);
  assert.deepEqual(
    [microF1(counts), macroF1OfSets(counts), hammingLoss(counts), subsetAccuracy(counts)],
    [0, 0, 0, 1],
  );
  assert.deepEqual(microF1Interval(counts), { value: 0, low: 0, high: 1 });
  const none = setCounts(labelSets([]), labelSets([]), 3);
  assert.deepEqual(microF1Interval(none), { value: 0, low: 0, high: 1 });
});

for (const size of [20, 60]) {
  test(`the intervals of ${size} records hold the truth about 95 times in 100, though a record's labels go together`, () => {
    const random = new Random(7);
    const K = 5;
    const draw = (n: number) => {
      const own: number[][] = [];
      const given: number[][] = [];
      for (let record = 0; record < n; record++) {
        // Some records are hard with all their labels: that is what makes decisions go together.
        const error = random.uniform() < 0.3 ? 0.45 : 0.03;
        const has = Array.from({ length: K }, (_, k) => random.uniform() < 0.15 + 0.1 * k);
        const gets = has.map((is) => (random.uniform() < error ? !is : is));
        own.push(has.flatMap((is, k) => (is ? [k] : [])));
        given.push(gets.flatMap((is, k) => (is ? [k] : [])));
      }
      return setCounts(labelSets(own), labelSets(given), K);
    };
    const whole = draw(60_000);
    const [f1, hamming] = [microF1(whole), hammingLoss(whole)];
    const RUNS = 400;
    const held = { f1: 0, hamming: 0 };
    for (let run = 0; run < RUNS; run++) {
      const counts = draw(size);
      const [a, b] = [microF1Interval(counts), hammingInterval(counts)];
      if (a.low <= f1 && f1 <= a.high) held.f1++;
      if (b.low <= hamming && hamming <= b.high) held.hamming++;
    }
    assert.ok(held.f1 / RUNS > 0.92, `micro-F1 ${held.f1 / RUNS}`);
    assert.ok(held.hamming / RUNS > 0.92, `Hamming loss ${held.hamming / RUNS}`);
  });
}
