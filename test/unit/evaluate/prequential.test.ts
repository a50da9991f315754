import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prequential } from '../../../src/core/evaluate/prequential.ts';

test('a figure averages the latest guesses only, from the first full window on', () => {
  const guesses = [1, 1, 0, 0, 1].map((right, index) => ({ labels: 10 + index, right: right === 1 }));
  assert.deepEqual(prequential(guesses, 2), [
    { labels: 11, accuracy: 1 },
    { labels: 12, accuracy: 0.5 },
    { labels: 13, accuracy: 0 },
    { labels: 14, accuracy: 0.5 },
  ]);
  assert.deepEqual(prequential(guesses, 6), []);
});

test('thousands of guesses give about a hundred figures, the latest among them', () => {
  const guesses = Array.from({ length: 5000 }, (_, index) => ({ labels: index + 1, right: index % 2 === 0 }));
  const figures = prequential(guesses, 50);
  assert.ok(figures.length > 80 && figures.length <= 101);
  assert.deepEqual(figures.at(-1), { labels: 5000, accuracy: 0.5 });
});
