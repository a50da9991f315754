import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changedShare,
  cohensKappa,
  krippendorffsAlpha,
  predictedChangeOfF,
} from '../../../src/core/evaluate/agreement.ts';

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} against ${expected}`);
const repeated = (...parts: readonly (readonly [value: number, times: number])[]) =>
  Int32Array.from(parts.flatMap(([value, times]) => new Array<number>(times).fill(value)));

test('kappa of the textbook table (20, 5, 10, 15) is .4', () => {
  const a = repeated([0, 25], [1, 25]);
  const b = repeated([0, 20], [1, 5], [0, 10], [1, 15]);
  close(cohensKappa(a, b, 2), 0.4);
});

test('kappa is 1 for the same predictions, even of one class, and 0 where agreement is chance', () => {
  assert.equal(cohensKappa(repeated([1, 9]), repeated([1, 9]), 3), 1);
  close(cohensKappa(repeated([0, 2], [1, 2]), Int32Array.of(0, 1, 0, 1), 2), 0);
  assert.equal(cohensKappa(new Int32Array(0), new Int32Array(0), 2), 0);
});

test('the predicted change of F is 1 − 2a/(2a + b + c), the mean over the classes that occur', () => {
  // Class 0: a = 3, b = 1, c = 0, so 1/7. Class 1: a = 1, b = 0, c = 1, so 1/3. Class 2 does not occur.
  const before = Int32Array.of(0, 0, 0, 0, 1);
  const after = Int32Array.of(0, 0, 0, 1, 1);
  close(predictedChangeOfF(before, after, 3), (1 / 7 + 1 / 3) / 2);
  assert.equal(predictedChangeOfF(before, before, 3), 0);
  // A class that only the later model predicts has changed wholly: 1, beside class 0 with a = 1, b = 1.
  close(predictedChangeOfF(Int32Array.of(0, 0), Int32Array.of(0, 1), 2), (1 / 3 + 1) / 2);
});

test('the changed share counts records', () => {
  assert.equal(changedShare(Int32Array.of(0, 1, 2, 2), Int32Array.of(0, 1, 2, 1)), 0.25);
  assert.equal(changedShare(new Int32Array(0), new Int32Array(0)), 0);
});

test("alpha of Krippendorff's own example, with four annotators who left records out, is .743", () => {
  // A . where nobody answered.
  const annotators = ['123321412...', '1233224125.3', '.3332342251.', '12332441251.'];
  const units = Array.from({ length: 12 }, (_, unit) =>
    annotators.map((given) => given.charAt(unit)).filter((value) => value !== '.'),
  );
  const alpha = krippendorffsAlpha(units);
  assert.equal(alpha?.toFixed(3), '0.743');
});

test('alpha is 1 where all agree, even on one value, and undefined where no record has two answers', () => {
  assert.equal(
    krippendorffsAlpha([
      ['a', 'a'],
      ['a', 'a', 'a'],
    ]),
    1,
  );
  assert.equal(
    krippendorffsAlpha([
      ['a', 'a'],
      ['b', 'b'],
    ]),
    1,
  );
  assert.equal(krippendorffsAlpha([['a'], []]), undefined);
  assert.ok(
    krippendorffsAlpha([
      ['a', 'b'],
      ['b', 'a'],
    ])! < 0,
  );
});
