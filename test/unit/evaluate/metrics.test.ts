import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accuracy,
  classScores,
  confusionMatrix,
  likeliestClasses,
  macroF1,
} from '../../../src/core/evaluate/metrics.ts';
import { parityFixture } from '../../support/parity.ts';

interface Case {
  classCount: number;
  truth: number[];
  predicted: number[];
  confusion: number[];
  accuracy: number;
  macroF1: number;
  precision: number[];
  recall: number[];
  f1: number[];
  support: number[];
}

for (const fixture of parityFixture<{ cases: Case[] }>('metrics').cases) {
  test(`${fixture.classCount} classes: accuracy, macro-F1 and each class's figures are scikit-learn's`, () => {
    const matrix = confusionMatrix(
      Int32Array.from(fixture.truth),
      Int32Array.from(fixture.predicted),
      fixture.classCount,
    );
    assert.deepEqual([...matrix.counts], fixture.confusion);
    assertClose(accuracy(matrix), fixture.accuracy);
    assertClose(macroF1(matrix), fixture.macroF1);
    classScores(matrix).forEach((scores, k) => {
      assertClose(scores.precision, fixture.precision[k]!);
      assertClose(scores.recall, fixture.recall[k]!);
      assertClose(scores.f1, fixture.f1[k]!);
      assert.equal(scores.support, fixture.support[k]);
    });
  });
}

test('nothing measured is 0, never NaN', () => {
  const nothing = confusionMatrix(new Int32Array(0), new Int32Array(0), 3);
  assert.equal(accuracy(nothing), 0);
  assert.equal(macroF1(nothing), 0);
  assert.deepEqual(classScores(nothing)[0], { precision: 0, recall: 0, f1: 0, support: 0 });
});

test('the likeliest class of equals is the first', () => {
  assert.deepEqual([...likeliestClasses(Float64Array.of(0.2, 0.8, 0.5, 0.5), 2)], [1, 0]);
});

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} against ${expected}`);
}
