import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsrBuilder, type CsrMatrix } from '../../../src/core/features/csr.ts';
import { product, symmetricEigen } from '../../../src/core/features/linear-algebra.ts';
import { rightSingularVectors, symmetricSingularVectors } from '../../../src/core/features/svd.ts';
import { Random } from '../../../src/core/random.ts';

test('the eigenvectors of a symmetric matrix rebuild it', () => {
  const n = 24;
  const half = randomDense(n * n, 1);
  const matrix = product(turned(half, n), half, n, n);
  const { values, vectors } = symmetricEigen(matrix, n);
  const scaled = vectors.map((entry, at) => entry * values[at % n]!);
  assertClose(product(scaled, turned(vectors, n), n, n), matrix, 1e-9);
  assert.ok(values.every((value, at) => at === 0 || value <= values[at - 1]!));
});

test('the leading singular directions of a matrix of known spectrum are found', () => {
  const { matrix, directions, singularValues } = knownSpectrum(60, 40, [9, 5, 3, 2, 0.1, 0.05]);
  const found = rightSingularVectors(matrix, 4, new Random(1));
  assert.equal(found.dimensions, 4);
  assertClose(found.singularValues, singularValues.slice(0, 4), 1e-6);
  for (let k = 0; k < 4; k++) {
    let cosine = 0;
    for (let column = 0; column < 40; column++)
      cosine += found.vectors[column * 4 + k]! * directions[column * 6 + k]!;
    assert.ok(Math.abs(Math.abs(cosine) - 1) < 1e-6, `direction ${k}: ${cosine}`);
  }
});

test('a symmetric matrix may have negative eigenvalues; their sizes count', () => {
  const n = 30;
  const basis = orthonormalColumns(n, 3, 4);
  const eigenvalues = [-7, 4, 2];
  const matrix = sparse(n, n, (row, column) =>
    eigenvalues.reduce((sum, value, k) => sum + value * basis[row * 3 + k]! * basis[column * 3 + k]!, 0),
  );
  const found = symmetricSingularVectors(matrix, 5, new Random(2));
  assert.equal(found.dimensions, 3, 'no more directions than rank');
  assertClose(found.singularValues, Float64Array.of(7, 4, 2), 1e-6);
});

for (const [title, matrix] of [
  ['no rows', sparse(0, 5, () => 0)],
  ['a single row', sparse(1, 5, () => 1)],
  ['equal rows', sparse(6, 5, () => 1)],
  ['zeros only', sparse(6, 5, () => 0)],
] as const) {
  test(`${title}: as many finite directions as there are`, () => {
    const { dimensions, vectors } = rightSingularVectors(matrix, 4, new Random(3));
    assert.ok(dimensions <= 1);
    assert.equal(vectors.length, matrix.columnCount * dimensions);
    assert.ok(vectors.every(Number.isFinite));
  });
}

function knownSpectrum(rowCount: number, columnCount: number, values: readonly number[]) {
  const k = values.length;
  const left = orthonormalColumns(rowCount, k, 5);
  const directions = orthonormalColumns(columnCount, k, 6);
  const matrix = sparse(rowCount, columnCount, (row, column) =>
    values.reduce((sum, value, j) => sum + value * left[row * k + j]! * directions[column * k + j]!, 0),
  );
  return { matrix, directions, singularValues: Float64Array.from(values) };
}

/** By Gram and Schmidt. */
function orthonormalColumns(rowCount: number, k: number, seed: number): Float64Array {
  const columns = randomDense(rowCount * k, seed);
  for (let j = 0; j < k; j++) {
    for (let before = 0; before < j; before++) {
      let dot = 0;
      for (let row = 0; row < rowCount; row++) dot += columns[row * k + j]! * columns[row * k + before]!;
      for (let row = 0; row < rowCount; row++) columns[row * k + j]! -= dot * columns[row * k + before]!;
    }
    let squares = 0;
    for (let row = 0; row < rowCount; row++) squares += columns[row * k + j]! ** 2;
    for (let row = 0; row < rowCount; row++) columns[row * k + j]! /= Math.sqrt(squares);
  }
  return columns;
}

function sparse(
  rowCount: number,
  columnCount: number,
  entry: (row: number, column: number) => number,
): CsrMatrix {
  const builder = new CsrBuilder();
  for (let row = 0; row < rowCount; row++) {
    const entries = Array.from({ length: columnCount }, (_, column) => [column, entry(row, column)] as const);
    builder.addRow(new Map(entries.filter(([, value]) => value !== 0)));
  }
  return builder.finish(columnCount);
}

function randomDense(length: number, seed: number): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length }, () => random.normal());
}

function turned(square: Float64Array, n: number): Float64Array {
  return square.map((_, at) => square[(at % n) * n + Math.floor(at / n)]!);
}

function assertClose(actual: Float64Array, expected: Float64Array, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, at) => {
    assert.ok(Math.abs(actual[at]! - value) < tolerance, `${actual[at]} against ${value} at ${at}`);
  });
}
