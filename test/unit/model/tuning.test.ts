import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestSetting } from '../../../src/core/model/tuning.ts';

/** Natural logs of these probabilities. */
const logs = (...probabilities: number[]) => Float64Array.from(probabilities, Math.log);
const usual = logs(0.5, 0.5, 0.5, 0.5);

test('the usual setting stays where no other says more of the answers', () => {
  assert.equal(bestSetting([usual, usual, logs(0.4, 0.4, 0.4, 0.5)]), 0);
});

test('a setting that is better by more than its standard error is taken, the best of several', () => {
  assert.equal(bestSetting([usual, logs(0.6, 0.6, 0.6, 0.6), logs(0.7, 0.7, 0.7, 0.7)]), 2);
  // Gains of 2, 0, 2, 0: 1 on average, with a standard error of √(4/3)/2 = .577.
  const often = usual.map((log, at) => log + (at % 2 === 0 ? 2 : 0));
  assert.equal(bestSetting([usual, often]), 1);
});

test('a better mean that chance explains is no reason to leave the usual setting', () => {
  // Gains of 4, −1, −1, −1: .25 on average, with a standard error of 1.25.
  const once = usual.map((log, at) => log + (at === 0 ? 4 : -1));
  assert.equal(bestSetting([usual, once]), 0);
});
