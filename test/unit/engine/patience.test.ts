import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Patience } from '../../../src/engine/patience.ts';

/** For how many seconds a worker is waited for that never answers, by how busy its process is (1: one processor). */
function secondsUntilOver(limit: number, busy: number): number {
  const patience = new Patience();
  for (let second = 1; ; second++) {
    patience.waited(1000, 1000 * busy);
    if (patience.isOver(1000 * limit)) return second;
  }
}

test('a worker that loops is given up when patience ends, however many threads work beside it', () => {
  assert.equal(secondsUntilOver(60, 1), 61);
  assert.equal(secondsUntilOver(60, 4), 61);
});

test('one that a busy machine starves is waited for longer, and in the end it is given up, too', () => {
  assert.equal(secondsUntilOver(60, 0.25), 601);
  assert.equal(secondsUntilOver(60, 0), 601);
});

test('an answer starts patience anew', () => {
  const patience = new Patience();
  patience.waited(59_000, 59_000);
  patience.answered();
  patience.waited(59_000, 59_000);
  assert.equal(patience.isOver(60_000), false);
});
