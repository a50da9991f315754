/** The contract that every classifier keeps. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CsrBuilder, type CsrMatrix, selectRows } from '../../../src/core/features/csr.ts';
import type { Model } from '../../../src/core/model/classifier.ts';
import { classifierByName, classifiers } from '../../../src/core/model/registry.ts';
import { UserError } from '../../../src/core/user-error.ts';
import { randomProblem } from '../../support/problems.ts';

for (const classifier of classifiers) {
  describe(classifier.name, () => {
    for (const classCount of [2, 4, 12]) {
      test(`${classCount} classes: learns what the rows tell, in rows that are finite and sum to 1`, () => {
        const { rows, classes } = randomProblem({ rowCount: 240, columnCount: 120, classCount, seed: 1 });
        const model = classifier.fit(selectRows(rows, range(0, 200)), classes.subarray(0, 200), classCount);
        const probabilities = checkedProbabilities(model, selectRows(rows, range(200, 240)));
        let right = 0;
        for (let row = 0; row < 40; row++) {
          const own = probabilities.subarray(row * classCount, (row + 1) * classCount);
          if (own.indexOf(Math.max(...own)) === classes[200 + row]) right++;
        }
        assert.ok(right / 40 > 2 / classCount || right > 25, `${right} of 40 right`);
      });
    }

    test('the same rows give the same bytes', () => {
      const { rows, classes } = randomProblem({ rowCount: 50, columnCount: 40, classCount: 3, seed: 2 });
      const [first, second] = [0, 1].map(() => classifier.fit(rows, classes, 3).probabilities(rows));
      assert.deepEqual(first, second);
    });

    const small = randomProblem({ rowCount: 6, columnCount: 20, classCount: 3, seed: 3 }).rows;
    const degenerate: readonly [title: string, rows: CsrMatrix, classes: number[], classCount: number][] = [
      ['no answers', selectRows(small, new Int32Array(0)), [], 3],
      ['one answer', selectRows(small, Int32Array.of(0)), [1], 3],
      ['one class seen', small, [2, 2, 2, 2, 2, 2], 3],
      ['one of three classes never seen', small, [0, 2, 0, 2, 0, 2], 3],
      ['equal texts with different answers', selectRows(small, new Int32Array(6)), [0, 1, 2, 0, 1, 2], 3],
      ['equal texts, equal answers but one', selectRows(small, new Int32Array(6)), [0, 0, 0, 0, 0, 1], 2],
      ['only empty records', emptyRows(6, 20), [0, 1, 0, 1, 0, 0], 2],
      ['a class with a single answer', small, [0, 0, 0, 0, 0, 1], 2],
    ];
    for (const [title, rows, classes, classCount] of degenerate) {
      test(`${title}: a defined, finite answer`, () => {
        const model = classifier.fit(rows, Int32Array.from(classes), classCount);
        checkedProbabilities(model, small);
        checkedProbabilities(model, emptyRows(2, 20));
        checkedProbabilities(model, emptyRows(0, 20));
      });
    }

    test('without answers every class is as likely; with one class seen it is certain', () => {
      const none = classifier.fit(selectRows(small, new Int32Array(0)), new Int32Array(0), 4);
      assert.deepEqual(
        [...none.probabilities(selectRows(small, Int32Array.of(0)))],
        [0.25, 0.25, 0.25, 0.25],
      );
      const one = classifier.fit(small, new Int32Array(6).fill(1), 3);
      assert.deepEqual([...one.probabilities(selectRows(small, Int32Array.of(0)))], [0, 1, 0]);
    });

    test('200 classes with one answer each: a finite answer, and its own record speaks for each class', () => {
      const { rows } = randomProblem({ rowCount: 200, columnCount: 900, classCount: 200, seed: 5 });
      const model = classifier.fit(rows, range(0, 200), 200);
      checkedProbabilities(model, rows);
    });

    test('terms never seen in an answer do not disturb', () => {
      const { rows, classes } = randomProblem({ rowCount: 30, columnCount: 30, classCount: 2, seed: 6 });
      const wide = { ...rows, columnCount: 1000 };
      const stranger = new CsrBuilder();
      stranger.addRow(new Map([[999, 1]]));
      checkedProbabilities(classifier.fit(wide, classes, 2), stranger.finish(1000));
    });
  });
}

test('a misspelt classifier is named, with the names there are', () => {
  assert.throws(
    () => classifierByName('logistics'),
    (error) => error instanceof UserError && error.sentence.includes('logistic, ml-logistic-regression'),
  );
});

function checkedProbabilities(model: Model, rows: CsrMatrix): Float64Array {
  const probabilities = model.probabilities(rows);
  assert.equal(probabilities.length, rows.rowCount * model.classCount);
  for (let row = 0; row < rows.rowCount; row++) {
    const own = probabilities.subarray(row * model.classCount, (row + 1) * model.classCount);
    assert.ok(own.every((p) => p >= 0 && p <= 1));
    const sum = own.reduce((total, p) => total + p, 0);
    assert.ok(Math.abs(sum - 1) < 1e-9, `row ${row} sums to ${sum}`);
  }
  return probabilities;
}

function emptyRows(rowCount: number, columnCount: number): CsrMatrix {
  const builder = new CsrBuilder();
  for (let row = 0; row < rowCount; row++) builder.addRow(new Map());
  return builder.finish(columnCount);
}

function range(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, index) => from + index);
}
