import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CsrMatrix } from '../../../src/core/features/csr.ts';
import { selectRows } from '../../../src/core/features/csr.ts';
import { LinearModel } from '../../../src/core/model/linear-model.ts';
import { type LogisticOptions, logisticRegression } from '../../../src/core/model/logistic-regression.ts';
import { Random } from '../../../src/core/random.ts';
import { parityFixture, tfidfRows } from '../../support/parity.ts';
import { randomProblem } from '../../support/problems.ts';

interface Case {
  classCount: number;
  C: number;
  balanced: boolean;
  texts: string[];
  classes: number[];
  newTexts: string[];
  objective: number;
  probabilities: number[][];
  newProbabilities: number[][];
}

for (const fixture of parityFixture<{ cases: Case[] }>('logistic').cases) {
  const { classCount, C, balanced } = fixture;
  test(`${classCount} classes, C = ${C}${balanced ? ', balanced' : ''}: optimum and probabilities are scikit-learn's`, () => {
    const { rows, newRows } = tfidfRows(fixture.texts, fixture.newTexts, { sublinear: false });
    const classes = Int32Array.from(fixture.classes);
    const model = fitLinear(rows, classes, classCount, { C, balanced });
    const reached = objective(model, rows, classes, { C, balanced });
    assert.ok(
      Math.abs(reached - fixture.objective) < 1e-6 * fixture.objective,
      `${reached} against ${fixture.objective}`,
    );
    assertClose(model.probabilities(rows), fixture.probabilities.flat(), 1e-4);
    assertClose(model.probabilities(newRows), fixture.newProbabilities.flat(), 1e-4);
  });
}

for (const [classCount, columnCount] of [
  [2, 15],
  [5, 15],
  [3, 5],
] as const) {
  test(`${classCount} classes, ${columnCount} columns: at the optimum, finite differences of the objective vanish`, () => {
    const { rows, classes } = randomProblem({ rowCount: 40, columnCount, classCount, seed: 4 });
    const options = { C: 3, balanced: true, tolerance: 1e-9 };
    const model = fitLinear(rows, classes, classCount, options);
    const at = (nudge: Nudge) => objective(model, rows, classes, options, nudge);
    const step = 1e-4;
    for (let classIndex = 0; classIndex < classCount; classIndex++) {
      for (let column = -1; column < rows.columnCount; column++) {
        const slope =
          (at({ column, classIndex, by: step }) - at({ column, classIndex, by: -step })) / (2 * step);
        assert.ok(Math.abs(slope) < 1e-5, `column ${column}, class ${classIndex}: ${slope}`);
      }
    }
  });
}

test('where the last columns are taken to be shorter, the model is that of shorter columns, for rows as they are', () => {
  const { rows, classes } = randomProblem({ rowCount: 40, columnCount: 9, classCount: 3, seed: 4 });
  const options = { C: 3, balanced: true, tolerance: 1e-9 };
  const shorter = {
    ...rows,
    values: rows.values.map((value, at) => (rows.columns[at]! < 5 ? value : value / 4)),
  };
  const plain = fitLinear(shorter, classes, 3, options);
  const own = fitLinear(rows, classes, 3, { ...options, last: { count: 4, weight: 1 / 4 } });
  assertClose(own.probabilities(rows), [...plain.probabilities(shorter)], 1e-9);
  for (const column of [4, 5]) {
    const factor = column < 5 ? 1 : 1 / 4;
    assertClose(
      own.weightsOf(column)!,
      [...plain.weightsOf(column)!].map((weight) => factor * weight),
      1e-9,
    );
  }
});

test('a fit that starts from an earlier model ends where a fresh one ends', () => {
  const { rows, classes } = randomProblem({ rowCount: 120, columnCount: 60, classCount: 4, seed: 8 });
  const options = { C: 6, balanced: true, tolerance: 1e-8 };
  const early = logisticRegression(options).fit(
    selectRows(
      rows,
      Int32Array.from({ length: 100 }, (_, row) => row),
    ),
    classes.subarray(0, 100),
    4,
  );
  const warm = logisticRegression(options).fit(rows, classes, 4, early);
  assertClose(warm.probabilities(rows), [...fitLinear(rows, classes, 4, options).probabilities(rows)], 1e-6);
});

test('a start that saw other rows in another order does no harm', () => {
  const { rows, classes } = randomProblem({ rowCount: 60, columnCount: 30, classCount: 3, seed: 9 });
  const options = { C: 6, balanced: true, tolerance: 1e-8 };
  const shuffled = new Random(1).sample(60, 60);
  const other = logisticRegression(options).fit(selectRows(rows, shuffled), classes.toReversed(), 3);
  const fitted = logisticRegression(options).fit(rows, classes, 3, other);
  assertClose(
    fitted.probabilities(rows),
    [...fitLinear(rows, classes, 3, options).probabilities(rows)],
    1e-6,
  );
});

interface Nudge {
  /** -1: the intercept. */
  readonly column: number;
  readonly classIndex: number;
  readonly by: number;
}

/** The documented objective, from the model's public weights: with two classes scikit-learn's single vector. */
function objective(
  model: LinearModel,
  rows: CsrMatrix,
  classes: Int32Array,
  { C, balanced }: LogisticOptions,
  nudge?: Nudge,
): number {
  const K = model.classCount;
  const weight = (column: number, k: number) =>
    model.weight(column, k) + (nudge?.column === column && nudge.classIndex === k ? nudge.by : 0);
  const intercept = (k: number) =>
    model.intercept(k)! + (nudge?.column === -1 && nudge.classIndex === k ? nudge.by : 0);
  const sizes = Array.from({ length: K }, (_, k) => classes.filter((classIndex) => classIndex === k).length);
  let sum = 0;
  for (let column = 0; column < rows.columnCount; column++) {
    for (let k = 0; k < K; k++) sum += (K === 2 ? 2 : 1) * (weight(column, k) ** 2 / 2);
  }
  for (let row = 0; row < rows.rowCount; row++) {
    const scores = Array.from({ length: K }, (_, k) => {
      let score = intercept(k);
      for (let at = rows.rowStarts[row]!; at < rows.rowStarts[row + 1]!; at++) {
        score += rows.values[at]! * weight(rows.columns[at]!, k);
      }
      return score;
    });
    const total = Math.log(scores.reduce((exps, score) => exps + Math.exp(score), 0));
    const own = classes[row]!;
    sum += C * (balanced ? rows.rowCount / (K * sizes[own]!) : 1) * (total - scores[own]!);
  }
  return sum;
}

function fitLinear(
  rows: CsrMatrix,
  classes: Int32Array,
  classCount: number,
  options: LogisticOptions,
): LinearModel {
  const model = logisticRegression(options).fit(rows, classes, classCount);
  assert.ok(model instanceof LinearModel);
  return model;
}

function assertClose(actual: Float64Array, expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, at) => {
    assert.ok(Math.abs(actual[at]! - value) < tolerance, `${actual[at]} against ${value} at ${at}`);
  });
}
