import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsrBuilder, selectRows } from '../../../src/core/features/csr.ts';
import {
  denseLengths,
  denseParts,
  learnPoolFeatures,
  withDenseParts,
} from '../../../src/core/features/pool-features.ts';
import { valenceWeights, withValence } from '../../../src/core/features/valence.ts';
import { FoldedModel } from '../../../src/core/model/folded-model.ts';
import { LinearModel } from '../../../src/core/model/linear-model.ts';
import { logisticRegression } from '../../../src/core/model/logistic-regression.ts';
import { Random } from '../../../src/core/random.ts';
import { valenceIn } from '../../../src/core/text/valence.ts';
import { tfidfRows } from '../../support/parity.ts';

test('English words of praise are good, of blame bad, and most are neither', () => {
  const valenceOf = valenceIn('en')!;
  assert.ok(valenceOf('superb') > 0 && valenceOf('awful') < 0);
  for (const word of ['table', 'constructor', '__proto__', '']) assert.equal(valenceOf(word), 0);
});

test('where words mean something else, nothing is known: the German "die" is no death', () => {
  assert.equal(valenceIn('de'), undefined);
  assert.equal(valenceIn(undefined), undefined);
});

test('the column is the weighted sum of the row, and only where that is not 0', () => {
  const builder = new CsrBuilder();
  builder.addRow(
    new Map([
      [0, 0.5],
      [1, 0.5],
    ]),
  );
  builder.addRow(new Map([[2, 1]]));
  builder.addRow(new Map());
  builder.addRow(new Map([[3, 1]]));
  const rows = builder.finish(4);
  // Column 3 is a term that came after the weights.
  const weights = valenceWeights(3, (column) => [3, -1, 0][column]!)!;
  const more = withValence(rows, weights);
  assert.equal(more.columnCount, 5);
  assert.deepEqual([...more.rowStarts], [0, 3, 4, 4, 5]);
  assert.equal(more.columns[2], 4);
  assert.ok(Math.abs(more.values[2]! - (weights[0]! * 0.5 + weights[1]! * 0.5)) < 1e-12);
});

test('a pool without such words has no such column', () => {
  assert.equal(
    valenceWeights(3, () => 0),
    undefined,
  );
});

test('a folded model says of such rows what the model itself says', () => {
  const random = new Random(5);
  const words = ['good', 'bad', 'film', 'plot', 'actor', 'scene', 'music', 'story'];
  const texts = Array.from({ length: 60 }, (_, at) =>
    [words[at % 2]!, ...Array.from({ length: 5 }, () => words[2 + random.below(6)]!)].join(' '),
  );
  const { rows, vocabulary } = tfidfRows(texts, [], { sublinear: true });
  const sequences = texts.map((text) => Int32Array.from(text.split(' '), (word) => vocabulary.idOf(word)!));
  const features = learnPoolFeatures(rows, sequences, random);
  const valenceOf = valenceIn('en')!;
  const weights = valenceWeights(vocabulary.size, (id) => valenceOf(vocabulary.termOf(id)!))!;
  const sparse = withValence(rows, weights);
  const all = withDenseParts(sparse, denseParts(features, rows));
  const labelled = Int32Array.from({ length: 20 }, (_, at) => at);
  const classes = labelled.map((at) => at % 2);
  const model = logisticRegression({ C: 6, balanced: true }).fit(selectRows(all, labelled), classes, 2);
  assert.ok(model instanceof LinearModel);
  const folded = new FoldedModel(model, features, sparse.columnCount);
  const [own, same] = [model.probabilities(all), folded.probabilities(sparse, denseLengths(features, rows))];
  own.forEach((p, at) => {
    assert.ok(Math.abs(p - same[at]!) < 1e-6);
  });
});
