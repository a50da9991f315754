import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suspectAnswers } from '../../../src/core/evaluate/label-errors.ts';
import { CsrBuilder } from '../../../src/core/features/csr.ts';
import { heldOutProbabilities } from '../../../src/core/model/held-out.ts';
import { classifierByName } from '../../../src/core/model/registry.ts';
import { Random } from '../../../src/core/random.ts';

const said = (rows: readonly (readonly number[])[]) => Float64Array.from(rows.flat());

test('an answer is suspect where the model is surer of another class than of those given that class on average', () => {
  // Class 1 is believed .6 on average of its own: .7 passes, .55 does not.
  const probabilities = said([
    [0.9, 0.1],
    [0.8, 0.2],
    [0.3, 0.7],
    [0.45, 0.55],
    [0.4, 0.6],
    [0.4, 0.6],
  ]);
  const suspects = suspectAnswers(probabilities, Int32Array.of(0, 0, 0, 0, 1, 1), 2);
  assert.deepEqual(suspects, [{ at: 2, likely: 1, belief: 0.7, selfConfidence: 0.3 }]);
});

test('the surest suspects come first, equal ones in the order of their answers', () => {
  const probabilities = said([
    [0.8, 0.2],
    [0.3, 0.7],
    [0.1, 0.9],
    [0.3, 0.7],
    [0.4, 0.6],
  ]);
  const suspects = suspectAnswers(probabilities, Int32Array.of(0, 0, 0, 0, 1), 2);
  assert.deepEqual(
    suspects.map(({ at }) => at),
    [2, 1, 3],
  );
});

const nothing: readonly [
  title: string,
  probabilities: Float64Array,
  classes: Int32Array,
  classCount: number,
][] = [
  ['no answers', said([]), Int32Array.of(), 3],
  ['a single class', said([[1], [1]]), Int32Array.of(0, 0), 1],
  [
    'a model that knows nothing',
    said([
      [0.5, 0.5],
      [0.5, 0.5],
    ]),
    Int32Array.of(0, 1),
    2,
  ],
  [
    'a class nobody answered with',
    said([
      [0.1, 0.1, 0.8],
      [0.2, 0.7, 0.1],
    ]),
    Int32Array.of(0, 1),
    3,
  ],
];
for (const [title, probabilities, classes, classCount] of nothing) {
  test(`${title}: nothing is suspect`, () => {
    assert.deepEqual(suspectAnswers(probabilities, classes, classCount), []);
  });
}

test('answers turned round on purpose are found among the first suspects', () => {
  const random = new Random(3);
  const builder = new CsrBuilder();
  const truth = Int32Array.from({ length: 200 }, (_, at) => at % 2);
  for (const own of truth) {
    const words = new Map<number, number>();
    for (let word = 0; word < 6; word++) {
      const from = random.uniform() < 0.9 ? own : 1 - own;
      words.set(from * 10 + random.below(10), 0.4);
    }
    builder.addRow(words);
  }
  const rows = builder.finish(20);
  const wrong = new Set([7, 20, 55, 90, 133, 150, 177, 191]);
  const given = truth.map((own, at) => (wrong.has(at) ? 1 - own : own));
  const probabilities = heldOutProbabilities(classifierByName('logistic'), rows, given, 2, 5, new Random(1));
  const first = suspectAnswers(probabilities, given, 2).slice(0, 10);
  const found = first.filter(({ at }) => wrong.has(at)).length;
  assert.ok(found >= 6, `${found} of 8 among the first ten`);
});

test('held-out probabilities are sums of 1, and uniform where nothing can be learned', () => {
  const builder = new CsrBuilder();
  for (let at = 0; at < 12; at++) builder.addRow(new Map([[at % 3, 1]]));
  const rows = builder.finish(3);
  const classes = Int32Array.from({ length: 12 }, (_, at) => at % 3);
  const logistic = classifierByName('logistic');
  const probabilities = heldOutProbabilities(logistic, rows, classes, 3, 4, new Random(1));
  for (let at = 0; at < 12; at++) {
    const own = probabilities.subarray(at * 3, at * 3 + 3);
    assert.ok(Math.abs(own.reduce((sum, p) => sum + p, 0) - 1) < 1e-9);
    assert.equal(own.indexOf(Math.max(...own)), classes[at]);
  }
  const alike = heldOutProbabilities(logistic, rows, new Int32Array(12), 3, 4, new Random(1));
  assert.ok(alike.every((p) => p === 1 / 3));
});
