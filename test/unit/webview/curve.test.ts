/** Axes, words and numbers of the learning curve. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CurveSnapshot, UNMEASURED } from '../../../src/protocol/curve.ts';
import { linearScale, proportionFloor, roundTicks, thinned } from '../../../webview/curve/scale.ts';
import { csvOf, emptyWords, guessedBy, summaryOf } from '../../../webview/curve/words.ts';

test('ticks are round, evenly spaced, inside the axis, and about as many as asked for', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1000, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      fc.integer({ min: 2, max: 10 }),
      (from, span, wanted) => {
        const to = from + span;
        const ticks = roundTicks(from, to, wanted);
        assert.ok(ticks.length >= 1 && ticks.length <= 2 * wanted + 1, String(ticks));
        for (const tick of ticks) {
          assert.ok(tick >= from - 1e-6 * span && tick <= to + 1e-6 * span, `${tick} in ${from}…${to}`);
        }
      },
    ),
    { seed: 3 },
  );
  assert.deepEqual(roundTicks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(roundTicks(0, 733, 7), [0, 100, 200, 300, 400, 500, 600, 700]);
});

test('a scale maps the ends of its values to the ends of its pixels', () => {
  const y = linearScale([0.4, 1], [300, 10], 5);
  assert.equal(y(0.4), 300);
  assert.equal(y(1), 10);
});

for (const [shown, floor] of [
  [[0.93, 0.97], 0.8],
  [[0.5, 0.9], 0.4],
  [[0.03], 0],
  [[], 0.8],
] as const) {
  test(`an axis that shows ${JSON.stringify(shown)} starts at ${floor}`, () => {
    assert.equal(proportionFloor(shown), floor);
  });
}

test('a thinned series keeps its ends and its order', () => {
  const values = Array.from({ length: 1001 }, (_, index) => index);
  const kept = thinned(values, 100);
  assert.equal(kept.length, 100);
  assert.equal(kept[0], 0);
  assert.equal(kept.at(-1), 1000);
  assert.deepEqual(
    [...kept],
    [...kept].sort((a, b) => a - b),
  );
});

const interval = { value: 0.9, low: 0.875, high: 0.92 };
const some: CurveSnapshot = {
  ...UNMEASURED,
  revision: 1,
  project: 'p',
  points: [{ labels: 40, accuracy: interval, macroF1: { value: 0.8, low: 0.7, high: 0.85 } }],
  prequential: [
    { labels: 30, accuracy: 0.5 },
    { labels: 40, accuracy: 0.625 },
  ],
  window: 100,
  labels: [],
  trained: 40,
  audited: 10,
  records: 100,
  findings: [],
  stopping: [],
  spent: { answers: 50, timed: 0, minutes: 0 },
  training: { phase: 'ready', modelRevision: 1, ms: 5 },
};

test('the copied numbers are one row a number of answers, whole', () => {
  assert.equal(
    csvOf(some),
    'answers,accuracy,accuracy_low,accuracy_high,macro_f1,macro_f1_low,macro_f1_high,guessed_before_answer\r\n' +
      '30,,,,,,,0.5\r\n' +
      '40,0.9,0.875,0.92,0.8,0.7,0.85,0.625\r\n',
  );
});

test('the summary says what the chart shows, with its interval', () => {
  const summary = summaryOf(some, 'accuracy').replaceAll('\u00a0', ' ');
  assert.match(summary, /Audited accuracy after 40 answers: 90.0 %, between 87.5 % and 92.0 %/);
  assert.match(summary, /latest 40 guesses, 63 % were right/);
});

test('the guesses at a point are the latest ones up to it', () => {
  assert.equal(guessedBy(some.prequential, 39), 0.5);
  assert.equal(guessedBy(some.prequential, 100), 0.625);
  assert.equal(guessedBy(some.prequential, 10), undefined);
});

for (const [state, change, words] of [
  ['there are no answers', { trained: 0, audited: 0 }, /no answers yet/],
  ['nothing was measured', { trained: 5, audited: 0 }, /never learned from/],
  ['there is no model', { audited: 3, training: { phase: 'cold', labelsNeeded: 1 } }, /two different labels/],
  ['the first point is due', { audited: 3 }, /being measured/],
] as const) {
  test(`without a curve because ${state}, the page says what is needed`, () => {
    assert.match(emptyWords({ ...some, points: [], ...change }), words);
  });
}
