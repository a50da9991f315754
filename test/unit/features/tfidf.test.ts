import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CsrMatrix } from '../../../src/core/features/csr.ts';
import type { Vocabulary } from '../../../src/core/text/vocabulary.ts';
import { parityFixture, tfidfRows } from '../../support/parity.ts';

interface Fixture {
  texts: string[];
  newTexts: string[];
  cases: { sublinear: boolean; rows: Record<string, number>[]; newRows: Record<string, number>[] }[];
}

const fixture = parityFixture<Fixture>('tfidf');

for (const { sublinear, rows, newRows } of fixture.cases) {
  test(`tf-idf equals scikit-learn's to 1e-6 ${sublinear ? 'with' : 'without'} sublinear counts`, () => {
    const ours = tfidfRows(fixture.texts, fixture.newTexts, { sublinear });
    assertRows(ours.rows, ours.vocabulary, rows);
    assertRows(ours.newRows, ours.vocabulary, newRows);
  });
}

test('a pool of one word in every record still has usable rows', () => {
  const { rows } = tfidfRows(['same', 'same', 'same'], [], { sublinear: true });
  assert.deepEqual([...rows.values], [1, 1, 1]);
});

test('a record without terms is an empty row, and no pool at all is no rows', () => {
  const { rows } = tfidfRows(['', 'a word'], [], { sublinear: true });
  assert.deepEqual([...rows.rowStarts], [0, 0, 1]);
  assert.equal(tfidfRows([], [], { sublinear: true }).rows.rowCount, 0);
});

function assertRows(
  matrix: CsrMatrix,
  vocabulary: Vocabulary,
  expected: readonly Record<string, number>[],
): void {
  assert.equal(matrix.rowCount, expected.length);
  expected.forEach((values, row) => {
    const start = matrix.rowStarts[row]!;
    const columns = matrix.columns.subarray(start, matrix.rowStarts[row + 1]);
    const terms = Array.from(columns, (column) => vocabulary.termOf(column)!);
    assert.deepEqual(terms.toSorted(), Object.keys(values).toSorted());
    terms.forEach((term, at) => {
      const difference = Math.abs(matrix.values[start + at]! - values[term]!);
      assert.ok(difference < 1e-6, `${term} differs by ${difference}`);
    });
  });
}
