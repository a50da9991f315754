import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findings, type Known } from '../../../src/engine/findings.ts';
import type { CurvePoint } from '../../../src/protocol/curve.ts';

const label = (name: string, trained: number, audited: number) => ({ id: name, name, trained, audited });
const point = (labels: number, value: number, halfWidth: number): CurvePoint => {
  const accuracy = { value, low: value - halfWidth, high: value + halfWidth };
  return { labels, accuracy, macroF1: accuracy };
};

function check(known: Partial<Known>, ...expected: RegExp[]): void {
  const said = findings({
    points: [],
    agreements: [],
    forecast: { known: false, why: 'The curve is too short to say where it leads.' },
    againstRandom: { known: false, why: 'There are too few audit answers.' },
    stopping: [],
    spent: { answers: 110, timed: 100, minutes: 8 },
    labels: [label('a', 50, 5), label('b', 50, 5)],
    trained: 100,
    audited: 10,
    records: 9000,
    ...known,
  });
  assert.equal(said.length, expected.length, said.join('\n'));
  for (const [position, pattern] of expected.entries()) assert.match(said[position]!, pattern);
}

test('without two answered labels it says what a model needs', () => {
  check(
    { labels: [label('a', 3, 0), label('b', 0, 0)], audited: 0 },
    /at least two labels/,
    /No training answer yet for "b"/,
  );
});

test('without audit answers it gives no figure', () => {
  check({ audited: 0 }, /no honest figure yet/);
});

test('a handful of audit answers makes no figure', () => {
  check(
    { audited: 2, points: [point(22, 0.5, 0.4)] },
    /^2 audit answers so far: from 10 on there is a figure/,
  );
});

test('a wide interval is called wide, with what it takes to halve it', () => {
  check(
    { points: [point(100, 0.8, 0.2)] },
    /about 80 % .*60 % to 100 %, from 10 audit answers/,
    /30 more audit answers/,
  );
});

test('a model no better than the largest label is not praised', () => {
  check(
    { points: [point(100, 0.55, 0.09)] },
    /about 55 %/,
    /Answering "a" to everything would be right for 50 %/,
  );
});

test('progress is claimed only when it is outside the interval', () => {
  check(
    { points: [point(50, 0.6, 0.05), point(100, 0.8, 0.05)] },
    /80 %/,
    /still learning: \+20.0 points better from 50 labels to 100/,
  );
  check({ points: [point(50, 0.79, 0.05), point(100, 0.8, 0.05)] }, /80 %/, /cannot be told yet/);
});

test('a small pool is told that choosing has little to gain', () => {
  check({ points: [point(100, 0.9, 0.05)], records: 300 }, /90 %/, /plain order is as good/);
});

const met = (name: string, evidence: string) =>
  ({ name, title: name, state: 'met', evidence, citation: 'somebody' }) as const;
const settled = met(
  'stable-predictions',
  'Mean kappa of the latest 3 pairs of models: 0.995; stable from 0.99 on.',
);
const measured = [point(100, 0.9, 0.05)];
const bringing = (value: number, low: number, high: number) => ({
  known: true as const,
  labels: 100,
  gain: { value, low, high },
  points: [],
});

test('it says stop when a goal of the person is met', () => {
  const target = met('target', 'At least 85 % accurate with 95 % confidence; the goal is 85 %.');
  check(
    { points: measured, stopping: [target] },
    /90 %/,
    /^You can stop: the goal is reached. At least 85 %/,
  );
  const budget = met('budget', 'Spent: 110 of 100 answers.');
  check({ points: measured, stopping: [budget] }, /90 %/, /^You can stop: the budget is spent/);
  check({ audited: 0, stopping: [budget] }, /no honest figure/, /^You can stop: the budget is spent/);
});

test('it says stop when the guesses have settled and surely little is to come, and not on less', () => {
  const little = bringing(0.002, 0, 0.006);
  check(
    { points: measured, stopping: [settled], forecast: little },
    /90 %/,
    /^You can stop: .*0\.995/,
    /\+0\.2 points/,
  );
  check({ points: measured, forecast: little }, /90 %/, /\+0\.2 points/);
  const perhaps = bringing(0.005, 0, 0.03);
  check(
    { points: measured, stopping: [settled], forecast: perhaps },
    /90 %/,
    /\+0\.5 points \(between \+0\.0 points/,
  );
  check(
    { points: measured, stopping: [settled] },
    /90 %/,
    /have settled. Whether more .* be told yet\. The curve is too short/,
  );
});

test('one more point is given a price, as precisely as it is known', () => {
  const forecast = { ...bringing(0.008, 0.002, 0.02), labelsForPoint: { value: 127, low: 48.6, high: 1234 } };
  check(
    { points: measured, forecast },
    /90 %/,
    /\+0\.8 points/,
    /About 130 more labels for \+1 point \(between 49 and 1,200\)/,
  );
  const open = { ...forecast, labelsForPoint: { value: 127, low: 60 } };
  check({ points: measured, forecast: open }, /90 %/, /\+0\.8/, /About 130 more .* \(at least 60\)/);
});

test('choosing is praised or blamed only when the whole interval says so', () => {
  const against = (low: number, high: number) => ({
    known: true as const,
    labels: 40,
    chosen: 0.8,
    random: 0.7,
    difference: { value: (low + high) / 2, low, high },
  });
  check({ points: measured, againstRandom: against(0.01, 0.2) }, /90 %/, /pays: with 40 labels each/);
  check({ points: measured, againstRandom: against(-0.2, -0.01) }, /90 %/, /did not pay so far/);
  check({ points: measured, againstRandom: against(-0.01, 0.2) }, /90 %/);
});

test('answers that no reader gave are told to go on by rule', () => {
  check(
    { points: measured, spent: { answers: 60, timed: 2, minutes: 1 } },
    /90 %/,
    /Where a rule gives them/,
  );
  check({ points: measured, spent: { answers: 40, timed: 0, minutes: 0 } }, /90 %/);
});
