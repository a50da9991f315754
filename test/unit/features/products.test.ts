/** The kernel's products beside plain ones in 64-bit floats. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsrBuilder, type CsrMatrix } from '../../../src/core/features/csr.ts';
import { Products } from '../../../src/core/features/products.ts';
import { Random } from '../../../src/core/random.ts';

for (const columns of [5, 32, 100]) {
  for (const rowCount of [1, 63, 130]) {
    const title = `${rowCount} rows of ${columns} numbers`;

    test(`${title}: a sparse matrix of several blocks of columns times them`, () => {
      const { products, random } = made(columns);
      // Two blocks of columns and a part of a third; rows of one block only, and rows without entries.
      const sparse = someSparse(rowCount, 9000, random);
      const X = products.tall(9000);
      fill(products.numbersOf(X), random);
      const target = products.tall(rowCount);
      // What was there before counts for nothing.
      fill(products.numbersOf(target), random);
      products.multiply(products.sparse(sparse), X, target);
      assertClose(
        products.numbersOf(target),
        plainSparse(sparse, products.numbersOf(X), products.width),
        1e-5,
      );
    });

    test(`${title}: they times a square matrix, and their products among each other`, () => {
      const { products, random } = made(columns);
      const { width } = products;
      const X = products.tall(rowCount);
      fill(products.numbersOf(X), random);
      const square = new Float64Array(width * width);
      fill(square, random);
      const target = products.tall(rowCount);
      products.transform(X, square, target);
      assertClose(
        products.numbersOf(target),
        plainDense(products.numbersOf(X), square, rowCount, width),
        1e-5,
      );
      // To 64-bit floats: that is how rounding is told from a direction.
      assertClose(products.cross(X, X), plainCross(products.numbersOf(X), rowCount, width), 1e-13);
    });
  }
}

function made(columns: number) {
  return { products: new Products(columns), random: new Random(columns) };
}

function fill(numbers: Float32Array | Float64Array, random: Random): void {
  for (let at = 0; at < numbers.length; at++) numbers[at] = random.normal();
}

function someSparse(rowCount: number, columnCount: number, random: Random): CsrMatrix {
  const builder = new CsrBuilder();
  for (let row = 0; row < rowCount; row++) {
    const within = row % 3 === 0 ? 100 : columnCount;
    const columns = row % 5 === 1 ? [] : [...random.sample(within, 20)];
    builder.addRow(new Map(columns.map((column) => [column, random.normal()])));
  }
  return builder.finish(columnCount);
}

function plainSparse({ rowCount, rowStarts, columns, values }: CsrMatrix, X: Float32Array, width: number) {
  const result = new Float64Array(rowCount * width);
  for (let row = 0; row < rowCount; row++) {
    for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at++) {
      for (let j = 0; j < width; j++) result[row * width + j]! += values[at]! * X[columns[at]! * width + j]!;
    }
  }
  return result;
}

function plainDense(X: Float32Array, square: Float64Array, rowCount: number, width: number): Float64Array {
  const result = new Float64Array(rowCount * width);
  for (let at = 0; at < result.length; at++) {
    const [row, j] = [Math.floor(at / width), at % width];
    for (let i = 0; i < width; i++) result[at]! += X[row * width + i]! * square[i * width + j]!;
  }
  return result;
}

function plainCross(X: Float32Array, rowCount: number, width: number): Float64Array {
  const result = new Float64Array(width * width);
  for (let at = 0; at < result.length; at++) {
    const [i, j] = [Math.floor(at / width), at % width];
    for (let row = 0; row < rowCount; row++) result[at]! += X[row * width + i]! * X[row * width + j]!;
  }
  return result;
}

/** @param tolerance beside the largest number there is */
function assertClose(actual: Float32Array | Float64Array, expected: Float64Array, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  const most = expected.reduce((high, value) => Math.max(high, Math.abs(value)), 1);
  expected.forEach((value, at) => {
    assert.ok(Math.abs(actual[at]! - value) <= tolerance * most, `${actual[at]} against ${value} at ${at}`);
  });
}
