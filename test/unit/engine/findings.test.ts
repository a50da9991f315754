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
