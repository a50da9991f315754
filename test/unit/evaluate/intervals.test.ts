import assert from 'node:assert/strict';
import { test } from 'node:test';
import { macroF1Interval, wilsonInterval } from '../../../src/core/evaluate/intervals.ts';
import { Random } from '../../../src/core/random.ts';

// Agresti & Coull 1998 and Newcombe 1998 (Statistics in Medicine 17, table I) give these.
for (const [right, total, low, high] of [
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
  [20, 20, 0.8389, 1],
] as const) {
  test(`Wilson's interval of ${right} in ${total} is the published one`, () => {
    const interval = wilsonInterval(right, total);
    assert.equal(interval.value, right / total);
    assert.ok(
      Math.abs(interval.low - low) < 1e-4 && Math.abs(interval.high - high) < 1e-4,
      JSON.stringify(interval),
    );
  });
}

test('nothing measured: anything is possible', () => {
  assert.deepEqual(wilsonInterval(0, 0), { value: 0, low: 0, high: 1 });
  assert.deepEqual(macroF1Interval(new Int32Array(0), new Int32Array(0), 3, new Random(1)), {
    value: 0,
    low: 0,
    high: 1,
  });
});

test('the interval of macro-F1 holds its value, narrows with more records, and is the same for the same seed', () => {
  const sample = (size: number) => {
    const random = new Random(size);
    const truth = Int32Array.from({ length: size }, () => random.below(3));
    const predicted = truth.map((k) => (random.uniform() < 0.7 ? k : random.below(3)));
    return macroF1Interval(truth, predicted, 3, new Random(1));
  };
  const [few, many] = [sample(40), sample(1000)];
  for (const { value, low, high } of [few, many])
    assert.ok(0 <= low && low <= value && value <= high && high <= 1);
  assert.ok(many.high - many.low < (few.high - few.low) / 2);
  assert.deepEqual(sample(40), few);
});
