/** Rows that grow answer by answer, beside rows made anew each time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsrBuilder, type CsrMatrix } from '../../../src/core/features/csr.ts';
import { Random } from '../../../src/core/random.ts';
import { AnsweredRows } from '../../../src/engine/learner/answered-rows.ts';

const made: number[][] = [];

/** Row 7 holds 7, 8 and so on in as many columns as 7 leaves when divided by four. */
function make(rows: Int32Array): CsrMatrix {
  made.push([...rows]);
  const builder = new CsrBuilder();
  for (const row of rows) {
    builder.addRow(new Map(Array.from({ length: row % 4 }, (_, at) => [3 * at + (row % 3), row + at])));
  }
  return builder.finish(12);
}

function plain(rows: readonly number[]): CsrMatrix {
  const matrix = make(Int32Array.from(rows));
  made.pop();
  return matrix;
}

test('answers that come and go, over and over: their rows are those made anew, and rows in use stay as they are', () => {
  const random = new Random(3);
  const answered = new AnsweredRows(make);
  let rows: number[] = [];
  const inUse: [CsrMatrix, CsrMatrix][] = [];
  for (let step = 0; step < 300; step++) {
    const kept = random.below(4) === 0 ? random.below(rows.length + 1) : rows.length;
    rows = [...rows.slice(0, kept), ...Array.from({ length: random.below(5) }, () => random.below(900))];
    answered.teach(Int32Array.from(rows));
    const some = rows.slice(0, random.below(rows.length + 1));
    for (const wanted of [rows, some, [...some, 1000], some.toReversed(), []]) {
      const found = answered.of(Int32Array.from(wanted));
      assert.deepEqual(found, plain(wanted));
      inUse.push([found, plain(wanted)]);
    }
  }
  for (const [found, expected] of inUse) assert.deepEqual(found, expected);
});

test('one more answer makes one more row, and the first so many make none', () => {
  const answered = new AnsweredRows(make);
  answered.teach(Int32Array.of(5, 6, 7));
  made.length = 0;
  answered.teach(Int32Array.of(5, 6, 7, 9));
  answered.of(Int32Array.of(5, 6, 7, 9));
  answered.of(Int32Array.of(5, 6));
  assert.deepEqual(made, [[9]]);
  answered.teach(Int32Array.of(5, 7, 9));
  assert.deepEqual(made, [[9], [7, 9]]);
});
