/** Products with the labelled rows beside plain ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsrBuilder, type CsrMatrix, documentFrequencies } from '../../../src/core/features/csr.ts';
import { padded, sparseProduct } from '../../../src/core/features/linear-algebra.ts';
import { Gram } from '../../../src/core/model/gram.ts';
import { Random } from '../../../src/core/random.ts';

for (const [rowCount, columnCount] of [
  [0, 5],
  [1, 8],
  [7, 30],
  [40, 12],
  [40, 900],
] as const) {
  const rows = rounded(sparseRows(rowCount, columnCount));
  const title = `${rowCount} rows of ${columnCount} columns`;

  for (const K of [1, 3, 4, 20, 37]) {
    test(`${title}: XX' times ${K} columns, in floats of either size`, () => {
      const V = numbers(rowCount * K, K);
      const expected = plainProduct(rows, plainWeights(rows, V, K), K);
      // What an earlier one has left in the memory counts for nothing.
      new Gram(sparseRows(50, 60)).multiply(numbers(50 * K, 1), K, new Float64Array(50 * K));
      const gram = new Gram(rows);
      const out = new Float64Array(rowCount * K);
      gram.multiply(V, K, out);
      assertNear(out, expected, 1e-12);

      const width = 4 * Math.ceil(K / 4);
      const [source, target] = ['source of the test', 'target of the test'].map((name) =>
        gram.memory.f32(gram.room.of(name, 4 * rowCount * width), rowCount * width),
      ) as [Float32Array, Float32Array];
      source.fill(0);
      V.forEach((own, at) => {
        source[Math.floor(at / K) * width + (at % K)] = own;
      });
      gram.multiplyAt(source.byteOffset, target.byteOffset, width);
      assertNear(
        expected.map((_, at) => target[Math.floor(at / K) * width + (at % K)]!),
        expected,
        1e-5,
      );
    });

    test(`${title}: weights of ${K} classes for each column that a row holds, and no others`, () => {
      const A = numbers(rowCount * K, K);
      const gram = new Gram(rows);
      const width = padded(K);
      const weights = gram.weights(A, K, width);
      const expected = plainWeights(rows, A, K);
      documentFrequencies(rows).forEach((holders, column) => {
        const place = gram.places[column]!;
        if (holders === 0) {
          assert.equal(place, -1);
          return;
        }
        assert.deepEqual([gram.holders[place], gram.columns[place]], [holders, column]);
        assertNear(
          weights.subarray(place * width, (place + 1) * width),
          Float64Array.of(
            ...expected.subarray(column * K, (column + 1) * K),
            ...new Array(width - K).fill(0),
          ),
          1e-12,
        );
      });
    });
  }
}

/** Values are kept in 32 bits. */
function rounded(rows: CsrMatrix): CsrMatrix {
  return { ...rows, values: rows.values.map(Math.fround) };
}

/** Some columns in most rows, most in few, and some in one. */
function sparseRows(rowCount: number, columnCount: number): CsrMatrix {
  const random = new Random(rowCount);
  const builder = new CsrBuilder();
  for (let row = 0; row < rowCount; row++) {
    const entries = new Map<number, number>();
    for (let entry = 0; entry < 12; entry++) {
      entries.set(Math.floor(columnCount * random.uniform() ** 3), random.normal());
    }
    builder.addRow(entries);
  }
  return builder.finish(columnCount);
}

function numbers(length: number, seed: number): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length }, () => random.normal());
}

function plainWeights(rows: CsrMatrix, A: Float64Array, K: number): Float64Array {
  const weights = new Float64Array(rows.columnCount * K);
  for (let row = 0; row < rows.rowCount; row++) {
    for (let at = rows.rowStarts[row]!; at < rows.rowStarts[row + 1]!; at++) {
      const to = rows.columns[at]! * K;
      for (let k = 0; k < K; k++) weights[to + k]! += rows.values[at]! * A[row * K + k]!;
    }
  }
  return weights;
}

function plainProduct(rows: CsrMatrix, weights: Float64Array, K: number): Float64Array {
  const width = padded(K);
  const wide = new Float64Array(rows.columnCount * width);
  weights.forEach((own, at) => {
    wide[Math.floor(at / K) * width + (at % K)] = own;
  });
  const product = sparseProduct(rows, wide, width);
  return product.filter((_, at) => at % width < K);
}

/** @param tolerance relative to the larger of the number and 1 */
function assertNear(actual: Float64Array, expected: Float64Array, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((own, at) => {
    const far = Math.abs(actual[at]! - own) > tolerance * Math.max(1, Math.abs(own));
    assert.ok(!far, `${actual[at]} is not ${own}, at ${at}`);
  });
}
