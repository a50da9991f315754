import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitPowerLaw, forecast, type MeasuredModel } from '../../../src/core/evaluate/forecast.ts';
import { Random } from '../../../src/core/random.ts';

const LABELS = [20, 30, 40, 60, 80, 120, 160, 240, 320];

test('a law that made the points is found again, on and beyond them', () => {
  for (const [a, b, c] of [
    [0.9, 1.5, 0.5],
    [0.7, 3, 1],
    [1, 0.8, 0.3],
  ] as const) {
    const law = fitPowerLaw(LABELS.map((labels) => ({ labels, accuracy: a - b * labels ** -c })));
    for (const labels of [20, 100, 320, 640]) {
      const expected = a - b * labels ** -c;
      assert.ok(Math.abs(law(labels) - expected) < 0.004, `${law(labels)} against ${expected}`);
    }
  }
});

test('a law never promises more than everything right, nor a fall', () => {
  const rising = fitPowerLaw(LABELS.map((labels) => ({ labels, accuracy: labels / 320 })));
  assert.ok(rising(1e9) <= 1);
  const falling = fitPowerLaw(LABELS.map((labels) => ({ labels, accuracy: 0.9 - labels / 1000 })));
  assert.equal(falling(320), falling(10_000));
});

/** Models of which each is right about an audit answer by chance, better and better. */
function models(law: (labels: number) => number, audited: number, labels = LABELS): MeasuredModel[] {
  const random = new Random(5);
  const difficulties = Array.from({ length: audited }, () => random.uniform());
  return labels.map((count) => ({
    labels: count,
    right: Uint8Array.from(difficulties, (difficulty) => (difficulty < law(count) ? 1 : 0)),
  }));
}

test('the interval of the gain holds what the law truly brings', () => {
  const law = (labels: number) => 0.92 - 1.6 * labels ** -0.5;
  const said = forecast(models(law, 1000), new Random(1));
  assert.ok(said.known);
  const truth = law(420) - law(320);
  assert.ok(said.gain.low <= truth && truth <= said.gain.high, JSON.stringify(said.gain));
  assert.ok(said.gain.high < 0.04);
  assert.equal(said.points[0]!.labels, 320);
  assert.ok(said.points.at(-1)!.labels >= 420);
  const needed = said.labelsForPoint;
  assert.ok(needed && needed.low <= needed.value && needed.value <= (needed.high ?? needed.value));
});

test('a flat curve promises next to nothing, and no number of labels for one more point', () => {
  const said = forecast(
    models(() => 0.9, 400),
    new Random(1),
  );
  assert.ok(said.known);
  assert.ok(said.gain.high < 0.005);
  assert.equal(said.labelsForPoint, undefined);
});

for (const [name, given] of [
  ['no models', []],
  ['a short curve', models((labels) => 1 - 2 / labels, 200, [20, 30, 40, 60, 70])],
  ['few points', models((labels) => 1 - 2 / labels, 200, [20, 80, 200])],
  ['few audit answers', models((labels) => 1 - 2 / labels, 49)],
  ['a steep curve with few audit answers', models((labels) => Math.min(1, labels / 330), 50)],
] as const) {
  test(`${name}: it cannot tell yet, and says why`, () => {
    const said = forecast(given, new Random(1));
    assert.ok(!said.known, JSON.stringify(said));
    assert.match(said.why, /\.$/);
  });
}

test('the same curve and seed give the same forecast', () => {
  const given = models((labels) => 0.9 - 2 / labels, 200);
  assert.deepEqual(forecast(given, new Random(1)), forecast(given, new Random(1)));
});
