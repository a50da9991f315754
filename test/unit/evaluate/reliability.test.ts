import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reliability } from '../../../src/core/evaluate/reliability.ts';
import { Random } from '../../../src/core/random.ts';

const seeded = () => new Random(1);

test('the error is the distance of probability and share right, weighted by guesses', () => {
  // Bin .7–.8: mean .75, half right, off by .25. Bin .9–1: mean .95, all right, off by .05.
  const { bins, error } = reliability(
    Float64Array.of(0.72, 0.78, 0.94, 0.96),
    Uint8Array.of(1, 0, 1, 1),
    seeded(),
  );
  assert.deepEqual(
    bins.map(({ from, to, count }) => [from, to, count]),
    [
      [0.7, 0.8, 2],
      [0.9, 1, 2],
    ],
  );
  assert.ok(Math.abs(error - (0.25 + 0.05) / 2) < 1e-12);
});

test('a probability on a bound belongs to the bin below, and 0 and 1 to the outermost', () => {
  const { bins } = reliability(Float64Array.of(0, 0.5, 1), Uint8Array.of(0, 1, 1), seeded());
  assert.deepEqual(
    bins.map(({ to }) => to),
    [0.1, 0.5, 1],
  );
});

test('no guesses: no bins and no error', () => {
  assert.deepEqual(reliability(new Float64Array(0), new Uint8Array(0), seeded()), {
    bins: [],
    error: 0,
    errorByChance: 0,
  });
});

test('probabilities that hold are off by no more than chance in 95 of 100 cases, others by more', () => {
  let within = 0;
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(seed);
    const confidences = Float64Array.from({ length: 60 }, () => 0.5 + random.uniform() / 2);
    const right = Uint8Array.from(confidences, (confidence) => (random.uniform() < confidence ? 1 : 0));
    const { error, errorByChance } = reliability(confidences, right, new Random(1));
    within += error <= errorByChance ? 1 : 0;
  }
  assert.ok(within >= 180 && within < 200, `${within} of 200`);
  const sure = new Float64Array(60).fill(0.95);
  const half = Uint8Array.from({ length: 60 }, (_, guess) => guess % 2);
  const { error, errorByChance } = reliability(sure, half, seeded());
  assert.ok(error > 4 * errorByChance);
});
