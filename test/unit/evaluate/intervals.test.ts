import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  f1Interval,
  macroF1Interval,
  pairedDifference,
  wilsonInterval,
} from '../../../src/core/evaluate/intervals.ts';
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
  assert.deepEqual(macroF1Interval([{ right: 0, wrong: 0, missed: 0 }]), { value: 0, low: 0, high: 1 });
});

test('the interval of macro-F1 is made of those of the classes', () => {
  const counts = { right: 15, wrong: 2, missed: 3 };
  const one = f1Interval(counts);
  // One class: its own interval. Two classes err together, so their interval is as wide as one's; of four alike it is √((4 + 12/3) / 16) of that.
  const near = (interval: { low: number; high: number }, part: number) =>
    Math.abs(interval.high - interval.low - part * (one.high - one.low)) < 1e-12;
  assert.ok(near(macroF1Interval([counts]), 1));
  assert.ok(near(macroF1Interval([counts, counts]), 1));
  assert.ok(near(macroF1Interval([counts, counts, counts, counts]), Math.SQRT1_2));
});

test('a class without a record leaves macro-F1 open by its share', () => {
  const counts = { right: 15, wrong: 2, missed: 3 };
  const one = f1Interval(counts);
  const { value, low, high } = macroF1Interval([counts, { right: 0, wrong: 0, missed: 0 }]);
  assert.equal(value, one.value);
  assert.ok(Math.abs(low - one.low / 2) < 1e-12 && Math.abs(high - (one.high / 2 + 0.5)) < 1e-12);
});

test("a class's F1 is 2·right / (2·right + wrong + missed), between what Wilson's bounds of J make of it", () => {
  // J = 15 in 20; Wilson: .5313 to .8881, so F1 from 2 · .5313 / 1.5313 to 2 · .8881 / 1.8881.
  const { value, low, high } = f1Interval({ right: 15, wrong: 2, missed: 3 });
  assert.ok(Math.abs(value - 30 / 35) < 1e-12);
  assert.ok(Math.abs(low - 0.6939) < 1e-4 && Math.abs(high - 0.9407) < 1e-4, `${low} ${high}`);
});

test('three of three right is no certainty, and a class that never occurred is unknown', () => {
  const few = f1Interval({ right: 3, wrong: 0, missed: 0 });
  assert.ok(few.value === 1 && few.low < 0.65);
  assert.deepEqual(f1Interval({ right: 0, wrong: 0, missed: 0 }), { value: 0, low: 0, high: 1 });
});

test('a paired difference is found where unpaired figures would hide it', () => {
  const random = new Random(2);
  const hard = Float64Array.from({ length: 200 }, () => random.uniform());
  const a = hard.map((difficulty) => (difficulty < 0.75 ? 1 : 0));
  const b = hard.map((difficulty) => (difficulty < 0.65 ? 1 : 0));
  const { value, low, high } = pairedDifference(a, b, 0, new Random(1));
  assert.ok(0 < low && low < value && value < high && high < 0.2);
  const unlucky = pairedDifference(a, b, 0.1, new Random(1));
  assert.ok(unlucky.low < 0 && unlucky.value === value, 'models that vary by 10 points prove nothing');
  const none = pairedDifference(a, a, 0, new Random(1));
  assert.deepEqual([none.value, none.low, none.high], [0, 0, 0]);
  assert.deepEqual(pairedDifference(new Float64Array(0), new Float64Array(0), 0, random), {
    value: 0,
    low: -1,
    high: 1,
  });
});
