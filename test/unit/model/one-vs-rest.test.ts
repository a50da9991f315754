/** Binary relevance: one logistic regression a label, all fitted together, and thresholds by answers held out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsrBuilder, type CsrMatrix } from '../../../src/core/features/csr.ts';
import { labelSets } from '../../../src/core/model/label-sets.ts';
import { fitThresholds } from '../../../src/core/model/label-thresholds.ts';
import { logisticRegression } from '../../../src/core/model/logistic-regression.ts';
import { fitOneVsRest } from '../../../src/core/model/one-vs-rest.ts';
import { Random } from '../../../src/core/random.ts';

const EXACT = { C: 5, tolerance: 1e-9 };
/**
 * How far apart two such fits may end: with far more rows than columns their coefficients cancel out in the weights, which
 * leaves so much of rounding. By other seeds it is up to 5e-5.
 */
const ROUNDING = 1e-4;

/** Rows of which each of K labels hangs on a column of its own, with some noise. */
function problem(n: number, K: number, seed: number) {
  const random = new Random(seed);
  const builder = new CsrBuilder();
  const sets: number[][] = [];
  for (let row = 0; row < n; row++) {
    const entries = new Map<number, number>();
    const own: number[] = [];
    for (let k = 0; k < K; k++) {
      const value = random.normal();
      if (random.uniform() < 0.7) entries.set(k, value);
      if (value + random.normal() / 2 > k / K) own.push(k);
    }
    entries.set(K, 1 + random.uniform());
    builder.addRow(entries);
    sets.push(own);
  }
  return { rows: builder.finish(K + 1), sets };
}

test('each label gets the probabilities that a logistic regression of its own gives it', () => {
  const { rows, sets } = problem(60, 4, 1);
  const own = fitOneVsRest(rows, labelSets(sets), 4, EXACT).probabilities(rows);
  for (let k = 0; k < 4; k++) {
    const classes = Int32Array.from(sets, (set) => (set.includes(k) ? 1 : 0));
    const one = logisticRegression({ ...EXACT, balanced: false })
      .fit(rows, classes, 2)
      .probabilities(rows);
    for (let row = 0; row < rows.rowCount; row++)
      assert.ok(Math.abs(own[row * 4 + k]! - one[row * 2 + 1]!) < ROUNDING, `label ${k}, row ${row}`);
  }
});

test('the weights are at a minimum: the gradient vanishes by finite differences', () => {
  const { rows, sets } = problem(40, 3, 2);
  const model = fitOneVsRest(rows, labelSets(sets), 3, EXACT);
  for (let k = 0; k < 3; k++) {
    const w = Float64Array.from({ length: 4 }, (_, column) => model.weight(column, k));
    const b = model.linear.intercept(k)!;
    const objective = (w: Float64Array, b: number) => {
      let sum = w.reduce((total, value) => total + value * value, 0) / 2;
      for (let row = 0; row < rows.rowCount; row++) {
        let score = b;
        for (let at = rows.rowStarts[row]!; at < rows.rowStarts[row + 1]!; at++)
          score += w[rows.columns[at]!]! * rows.values[at]!;
        sum += EXACT.C * Math.log1p(Math.exp(sets[row]!.includes(k) ? -score : score));
      }
      return sum;
    };
    for (let column = 0; column <= 4; column++) {
      const moved = (by: number) =>
        column === 4
          ? objective(w, b + by)
          : objective(
              w.map((value, at) => value + (at === column ? by : 0)),
              b,
            );
      assert.ok(Math.abs(moved(1e-5) - moved(-1e-5)) / 2e-5 < 1e-3, `label ${k}, column ${column}`);
    }
  }
});

test('going on from an earlier model comes to the same place', () => {
  const { rows, sets } = problem(60, 4, 3);
  const first = firstRows(rows, 50);
  const before = fitOneVsRest(first, labelSets(sets.slice(0, 50)), 4, EXACT);
  const cold = fitOneVsRest(rows, labelSets(sets), 4, EXACT).probabilities(rows);
  const warm = fitOneVsRest(rows, labelSets(sets), 4, EXACT, before).probabilities(rows);
  for (const [at, p] of cold.entries()) assert.ok(Math.abs(p - warm[at]!) < ROUNDING);
});

const cases: readonly (readonly [string, number[][], number])[] = [
  ['a label that nobody has, and one that all have', [[1], [1], [1, 2], [1]], 3],
  ['no labels at all', [[], [], []], 2],
  ['one record', [[0]], 2],
  ['no record', [], 3],
  ['two hundred labels, one answer each', Array.from({ length: 200 }, (_, k) => [k]), 200],
];

for (const [name, sets, K] of cases) {
  test(`${name}: finite probabilities in [0, 1]`, () => {
    const builder = new CsrBuilder();
    for (const row of sets.keys()) builder.addRow(row === 0 ? new Map() : new Map([[row % 7, 1]]));
    const rows = builder.finish(7);
    const model = fitOneVsRest(rows, labelSets(sets), K, { C: 20 });
    const probabilities = model.probabilities(rows);
    assert.equal(probabilities.length, sets.length * K);
    for (const p of probabilities) assert.ok(p >= 0 && p <= 1);
  });
}

test('a label without an example is unlikely, and one that all have is likely', () => {
  const builder = new CsrBuilder();
  for (let row = 0; row < 9; row++) builder.addRow(new Map([[row % 3, 1]]));
  const sets = labelSets(Array.from({ length: 9 }, () => [1]));
  const p = fitOneVsRest(builder.finish(3), sets, 2, { C: 20 }).probabilities(
    firstRows(builder.finish(3), 1),
  );
  assert.ok(Math.abs(p[0]! - 0.05) < 1e-9);
  assert.ok(Math.abs(p[1]! - 0.95) < 1e-9);
});

test('a rare label is given from a lower probability on than a common one, and never from 0 or 1 on', () => {
  const random = new Random(5);
  const n = 400;
  const scores = new Float64Array(n * 3);
  const sets: number[][] = [];
  for (let row = 0; row < n; row++) {
    // Calibrated: the second label is had by about a tenth, the third by nobody.
    const odds = [random.normal() * 2 + 1, random.normal() * 1.2 - 2.5, -6];
    const own = odds.flatMap((score, k) =>
      k < 2 && random.uniform() < 1 / (1 + Math.exp(-score)) ? [k] : [],
    );
    scores.set(odds, row * 3);
    sets.push(own);
  }
  const [common, rare, absent] = fitThresholds(scores, labelSets(sets), 3);
  assert.ok(rare! < common!, `${rare} < ${common}`);
  assert.ok(rare! > 0.05 && common! < 0.6 && absent! > 0 && absent! < 1);
});

function firstRows(rows: CsrMatrix, count: number): CsrMatrix {
  const end = rows.rowStarts[count]!;
  return {
    ...rows,
    rowCount: count,
    rowStarts: rows.rowStarts.slice(0, count + 1),
    columns: rows.columns.slice(0, end),
    values: rows.values.slice(0, end),
  };
}
