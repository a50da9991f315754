import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DenseRows } from '../../../src/core/features/dense-rows.ts';
import { strategyByName } from '../../../src/core/query/registry.ts';
import { Random } from '../../../src/core/random.ts';
import { densePool } from '../../support/pools.ts';

/** Two answers, at 0° for the one class and at 100° for the other; the candidates lie between and beyond. */
const answered = [0, 100];
const candidates = [10, 50, 95, 180, 230];

test('quire costs a candidate as the paper does, inverting the kernel of all records', () => {
  const pool = poolOf(candidates, answered, [0, 1]);
  const { chosen, utilities } = strategyByName('quire').select(pool, candidates.length, new Random(1));
  // The first of a batch is the paper's; the costs of further ones count it as answered.
  const costs = candidates.map((_, s) => costByInversion([...answered, ...candidates], [1, -1], s + 2));
  const least = costs.indexOf(Math.min(...costs));
  assert.equal(chosen[0], least);
  // Every candidate's cost holds that of the answers themselves; targets of two classes count twice.
  const ofAnswers = quadratic(inverse(kernel(answered)), [1, -1]);
  assert.ok(Math.abs(1 / (2 * utilities[0]!) - (costs[least]! - ofAnswers)) < 1e-9);
});

test('quire, with one answer at 0° and one at 90°, goes by hand to the far side of the boundary', () => {
  // M_ll = 2 I, so m = (cos − sin) / 2 and v = 2 − 1/2: all directions are as well known, and only |m| counts.
  const pool = poolOf([0, 45, 225 + 20], [0, 90], [0, 1]);
  const { chosen, utilities } = strategyByName('quire').select(pool, 1, new Random(1));
  assert.deepEqual([...chosen], [1]);
  assert.ok(Math.abs(utilities[0]! - 1.5 / 2) < 1e-12);
});

test('quire does not ask for a copy of what it has just asked', () => {
  const pool = poolOf([50, 50, 140], [], []);
  assert.deepEqual([...strategyByName('quire').select(pool, 2, new Random(1)).chosen], [0, 2]);
});

function poolOf(degrees: readonly number[], answers: readonly number[], classes: readonly number[]) {
  return {
    ...densePool({
      rows: rowsAt(degrees),
      densities: new Float64Array(degrees.length),
      probabilities: () => [0.5, 0.5],
    }),
    labelled: { classes: Int32Array.from(classes), rows: () => rowsAt(answers) },
  };
}

function rowsAt(degrees: readonly number[]): DenseRows {
  const values = degrees.flatMap((angle) => [
    Math.cos((angle * Math.PI) / 180),
    Math.sin((angle * Math.PI) / 180),
  ]);
  return { rowCount: degrees.length, dimensions: 2, values: Float64Array.from(values) };
}

/** K + I. */
function kernel(degrees: readonly number[]): number[][] {
  return degrees.map((a, i) =>
    degrees.map((b, j) => Math.cos(((a - b) * Math.PI) / 180) + (i === j ? 1 : 0)),
  );
}

/** max over y_s of min over y_u of yᵀLy, as equations 3 to 5 have it: L of all records, L_uu inverted. */
function costByInversion(degrees: readonly number[], labels: readonly number[], s: number): number {
  const L = inverse(kernel(degrees));
  const unlabelled = degrees.map((_, at) => at).filter((at) => at >= labels.length && at !== s);
  const known = [...labels.keys(), s];
  const inner = inverse(unlabelled.map((i) => unlabelled.map((j) => L[i]![j]!)));
  return Math.max(
    ...[1, -1].map((answer) => {
      const y = [...labels, answer];
      const direct = quadratic(
        known.map((i) => known.map((j) => L[i]![j]!)),
        y,
      );
      const pull = unlabelled.map((i) => known.reduce((sum, j, at) => sum + L[i]![j]! * y[at]!, 0));
      return direct - quadratic(inner, pull);
    }),
  );
}

function quadratic(matrix: readonly (readonly number[])[], y: readonly number[]): number {
  return y.reduce((sum, yi, i) => sum + yi * y.reduce((row, yj, j) => row + matrix[i]![j]! * yj, 0), 0);
}

/** Gauss and Jordan. */
function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let i = 0; i < n; i++) {
    const pivot = work[i]![i]!;
    work[i] = work[i]!.map((value) => value / pivot);
    for (let other = 0; other < n; other++) {
      if (other === i) continue;
      const factor = work[other]![i]!;
      work[other] = work[other]!.map((value, j) => value - factor * work[i]![j]!);
    }
  }
  return work.map((row) => row.slice(n));
}
