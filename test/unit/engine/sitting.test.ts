import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sitting } from '../../../src/engine/sitting.ts';

test('a sitting counts records, not answers, and forgets those taken back', () => {
  const sitting = new Sitting();
  for (const row of [1, 2, 2, 3]) sitting.answered(row, 1000);
  sitting.takenBack(3);
  assert.deepEqual(sitting.progress(0), { answered: 2 });
  assert.deepEqual(sitting.progress(50), { answered: 2, goal: 50 });
});

test('speed is that of the time spent on cards, in which a break counts as two minutes at most', () => {
  const sitting = new Sitting();
  for (let row = 0; row < 10; row++) sitting.answered(row, 3000);
  assert.equal(sitting.progress(0).perMinute, 20);
  sitting.answered(10, 3_600_000);
  assert.equal(sitting.progress(0).perMinute, (11 * 60) / 150);
});

test('four answers say nothing about speed', () => {
  const sitting = new Sitting();
  for (let row = 0; row < 4; row++) sitting.answered(row, 3000);
  assert.equal('perMinute' in sitting.progress(0), false);
});
