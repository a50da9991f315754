import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reliability } from '../../../src/core/evaluate/reliability.ts';

test('the error is the distance of probability and share right, weighted by guesses', () => {
  // Bin .7–.8: mean .75, half right, off by .25. Bin .9–1: mean .95, all right, off by .05.
  const { bins, error } = reliability(Float64Array.of(0.72, 0.78, 0.94, 0.96), Uint8Array.of(1, 0, 1, 1));
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
  const { bins } = reliability(Float64Array.of(0, 0.5, 1), Uint8Array.of(0, 1, 1));
  assert.deepEqual(
    bins.map(({ to }) => to),
    [0.1, 0.5, 1],
  );
});

test('no guesses: no bins and no error', () => {
  assert.deepEqual(reliability(new Float64Array(0), new Uint8Array(0)), { bins: [], error: 0 });
});
