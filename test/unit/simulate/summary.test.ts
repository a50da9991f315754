import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Arm } from '../../../src/engine/simulate/grid.ts';
import { summarised } from '../../../src/engine/simulate/summary.ts';

const arm: Arm = {
  strategy: 'margin',
  features: 'pool',
  classifier: 'logistic',
  start: 'clusters',
  noise: 0,
  batch: 20,
};
const random: Arm = { ...arm, strategy: 'random' };

/** Runs of an arm: for each seed the accuracies at 20, 40, 60… labels. */
function runs(of: Arm, curves: readonly (readonly number[])[]) {
  return {
    arm: of,
    curves: new Map(
      curves.map((curve, seed) => [
        seed,
        curve.map((accuracy, at) => ({ labels: 20 * (at + 1), accuracy, macroF1: accuracy / 2 })),
      ]),
    ),
  };
}

test('the interval of a mean is Student’s, as scipy gives it', () => {
  const [report] = summarised([runs(arm, [[0.1], [0.2], [0.3], [0.4], [0.5]])]);
  const { mean, sd, interval } = report!.rounds[0]!.accuracy;
  assert.ok(Math.abs(mean - 0.3) < 1e-12 && Math.abs(sd - Math.sqrt(0.02)) < 1e-12);
  // scipy.stats.t.interval(.95, 4, loc=.3, scale=scipy.stats.sem([.1, .2, .3, .4, .5]))
  assert.ok(Math.abs(interval![0] - 0.10368) < 1e-4 && Math.abs(interval![1] - 0.49632) < 1e-4);
});

test('a single run has no interval, and a mean between rounds lies on a straight line', () => {
  const [report] = summarised([runs(arm, [[0.5, 0.6, 0.8]])]);
  assert.equal(report!.rounds[0]!.accuracy.interval, undefined);
  assert.deepEqual(
    report!.curve.map(({ labels, accuracy }) => [labels, Number(accuracy.mean.toFixed(6))]),
    [
      [20, 0.5],
      [50, 0.7],
    ],
  );
});

const chance = [
  [0.5, 0.52, 0.54, 0.6],
  [0.5, 0.51, 0.55, 0.61],
  [0.5, 0.53, 0.53, 0.59],
];

test('labels are saved where every run beats its twin, and counted where random’s last accuracy is reached', () => {
  const better = chance.map(([first, ...rest]) => [first!, ...rest.map((accuracy) => accuracy + 0.06)]);
  const [own, other] = summarised([runs(arm, better), runs(random, chance)]);
  assert.equal(other!.verdict, undefined);
  const { verdict } = own!;
  assert.ok(verdict?.known);
  assert.equal(verdict.outcome, 'saves');
  assert.ok(
    Math.abs(verdict.difference.value - 0.06) < 1e-12 && Math.abs(verdict.macroF1.value - 0.03) < 1e-12,
  );
  // The mean is .58 at 40 labels and .6 at 60, and random ends at .6 with 80.
  assert.deepEqual([verdict.needed.value, verdict.labels], [60, 80]);
  assert.ok(verdict.needed.low! <= 60 && verdict.needed.high! >= 60);
});

test('labels are lost where every run falls behind, and how many would be needed is not said', () => {
  const worse = chance.map(([first, ...rest]) => [first!, ...rest.map((accuracy) => accuracy - 0.06)]);
  const { verdict } = summarised([runs(arm, worse), runs(random, chance)])[0]!;
  assert.ok(verdict?.known && verdict.outcome === 'costs');
  assert.deepEqual(verdict.needed, {});
});

test('a lead of one lucky run proves nothing', () => {
  const mixed = chance.map((curve, seed) =>
    curve.map((accuracy, at) => accuracy + (at === 0 ? 0 : [0.2, -0.05, 0][seed]!)),
  );
  const { verdict } = summarised([runs(arm, mixed), runs(random, chance)])[0]!;
  assert.ok(verdict?.known && verdict.outcome === 'cannot tell' && verdict.difference.value > 0);
});

test('only the same features, classifier, start, noise and batch stand for chance', () => {
  for (const change of [
    { features: 'tfidf' },
    { start: 'random' },
    { noise: 0.2 },
    { batch: 1 },
    { classifier: 'ml-logistic-regression' },
  ] as const) {
    const [own] = summarised([runs(arm, chance), runs({ ...random, ...change }, chance)]);
    assert.equal(own!.verdict, undefined, JSON.stringify(change));
  }
});

test('an audit is held to the accuracy it was to tell', () => {
  const audited = runs(arm, [[0.9, 0.9]]);
  const points = audited.curves.get(0)!;
  const curve = points.map((point, at) => ({
    ...point,
    audit: at === 0 ? { right: 9, total: 10 } : { right: 5, total: 20 },
  }));
  const [report] = summarised([{ arm, curves: new Map([[0, curve]]) }]);
  assert.deepEqual([report!.audit!.intervals, report!.audit!.held], [2, 1]);
});
