import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../src/core/random.ts';

for (const way of ['sample', 'few'] as const) {
  test(`${way}: positions below the bound, each once, the same for the same seed`, () => {
    for (const [bound, size] of [
      [10, 3],
      [10, 10],
      [3, 10],
      [1, 1],
      [0, 5],
      [100_000, 50],
    ] as const) {
      const drawn = new Random(7)[way](bound, size);
      assert.equal(drawn.length, Math.min(bound, size));
      assert.equal(new Set(drawn).size, drawn.length);
      assert.ok(drawn.every((position) => position >= 0 && position < bound));
      assert.deepEqual(new Random(7)[way](bound, size), drawn);
    }
  });

  test(`${way}: every position is as likely, at every place`, () => {
    const random = new Random(1);
    const counts = Array.from({ length: 3 }, () => new Int32Array(6));
    for (let time = 0; time < 6000; time++)
      random[way](6, 3).forEach((position, place) => {
        counts[place]![position]!++;
      });
    // 1,000 each; five standard deviations are 144.
    for (const place of counts)
      for (const count of place) assert.ok(Math.abs(count - 1000) < 144, `${place}`);
  });
}
