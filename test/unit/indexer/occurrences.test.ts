import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../src/core/random.ts';
import { Occurrences } from '../../../src/engine/indexer/occurrences.ts';

test('each text is numbered from 0 in each file, however many there are', () => {
  const hashes = new Uint32Array(8);
  const occurrences = new Occurrences(hashes);
  const random = new Random(5);
  for (const count of [3, 100_000, 10, 20_000]) {
    const seen = new Map<number, number>();
    occurrences.startFile();
    for (let i = 0; i < count; i++) {
      // Some have the same first word, which says where they are looked for.
      const text = random.below(count);
      const n = seen.get(text) ?? 0;
      seen.set(text, n + 1);
      hashes.set([Math.imul(text >>> 2, 0x9e3779b1), text, 7, 9], 4 * (i % 2));
      assert.equal(occurrences.next(i % 2), n);
    }
  }
});
