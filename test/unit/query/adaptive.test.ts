import assert from 'node:assert/strict';
import { test } from 'node:test';
import { armShares } from '../../../src/core/query/adaptive.ts';
import { strategyByName } from '../../../src/core/query/registry.ts';
import type { AnswerOrigin } from '../../../src/core/query/strategy.ts';
import { Random } from '../../../src/core/random.ts';
import { randomDensePool } from '../../support/pools.ts';

const names = ['margin', 'random'];
const asked = (arm: string, right: boolean): AnswerOrigin => ({ strategy: `adaptive: ${arm}`, right });
const times = (count: number, origin: AnswerOrigin) => Array.from({ length: count }, () => origin);

test('without answers of its own every arm has the same chance', () => {
  const others = [{}, { strategy: 'margin', right: true }, { strategy: 'adaptive: badge', right: true }];
  for (const origins of [[], others]) assert.deepEqual([...armShares(names, origins, 100)], [0.5, 0.5]);
});

test('the first reward moves the chances as computed by hand', () => {
  // Margin asked first; the ten answers after it, all at random, were guessed right seven times.
  const origins = [
    asked('margin', false),
    ...times(7, asked('random', true)),
    ...times(3, asked('random', false)),
  ];
  const least = Math.sqrt(Math.log(2) / 1000);
  const bonus = Math.sqrt(Math.log(2 / 0.1) / 1000);
  const ofMargin = Math.exp((least / 2) * ((0.7 + bonus) / 0.5));
  const ofRandom = Math.exp((least / 2) * (bonus / 0.5));
  const [share] = armShares(names, origins, 100);
  // Pools shrink from 111 to 101 along the ten, so their weights are not quite alike.
  assert.ok(Math.abs(share! - (((1 - 2 * least) * ofMargin) / (ofMargin + ofRandom) + least)) < 1e-3);
});

test('answers drawn at random count for the many records they stand for, chosen ones hardly', () => {
  // Nine chosen questions were guessed right, one drawn at random was not: the model is bad, whatever margin asked.
  const mostlyRight = [asked('margin', true), ...times(9, asked('margin', true))];
  const bad = armShares(names, [...mostlyRight, asked('random', false)], 1000)[0]!;
  const good = armShares(names, [...mostlyRight, asked('random', true)], 1000)[0]!;
  const neither = armShares(names, [...mostlyRight, asked('margin', true)], 1000)[0]!;
  assert.ok(bad < 0.501 && good > 0.505);
  assert.ok(Math.abs(good - neither) < 1e-9);
});

test('what is followed by right guesses gets more of the questions, and no arm is ever shut out', () => {
  const random = new Random(1);
  const origins: AnswerOrigin[] = [];
  for (let round = 0; round < 60; round++) {
    const good = random.uniform() < 0.5;
    // After an answer of margin the next ten guesses are right, after one at random they are wrong.
    origins.push(...times(11, asked(good ? 'margin' : 'random', good)));
  }
  const [ofMargin, ofRandom] = armShares(names, origins, 1000);
  assert.ok(ofMargin! > 0.8, `${ofMargin}`);
  assert.ok(ofRandom! >= Math.sqrt(Math.log(2) / 1000) - 1e-12);
  assert.ok(Math.abs(ofMargin! + ofRandom! - 1) < 1e-12);
});

test('each record says which strategy asked for it, and is what that strategy would have asked', () => {
  const pool = randomDensePool(200, 9);
  const strategy = strategyByName('adaptive margin | diversity');
  const { chosen, by } = strategy.select(pool, 12, new Random(4));
  assert.equal(by?.length, 12);
  assert.ok(new Set(by).size > 1);
  const margin = new Set(strategyByName('margin').select(pool, 12, new Random(1)).chosen);
  chosen.forEach((position, at) => {
    if (by![at] === 'adaptive: margin') assert.ok(margin.has(position));
  });
});

test('earlier answers change what is asked', () => {
  const pool = randomDensePool(200, 9);
  const strategy = strategyByName('adaptive margin');
  const origins = Array.from({ length: 50 }, () => times(11, asked('margin', true))).flat();
  const count = (given: typeof pool) =>
    strategy.select(given, 100, new Random(2)).by!.filter((by) => by === 'adaptive: margin').length;
  assert.ok(count({ ...pool, labelled: { ...pool.labelled, origins } }) > count(pool));
});
