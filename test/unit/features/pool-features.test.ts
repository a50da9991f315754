import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsrBuilder, selectRows } from '../../../src/core/features/csr.ts';
import { type DenseRows, dotOfRows } from '../../../src/core/features/dense-rows.ts';
import { Neighbourhoods, neighbourIndex } from '../../../src/core/features/density.ts';
import type { KnownTerms } from '../../../src/core/features/general-vectors.ts';
import { normaliseRows } from '../../../src/core/features/linear-algebra.ts';
import {
  denseLengths,
  denseParts,
  denseSpace,
  learnPoolFeatures,
  termShares,
  withDenseParts,
} from '../../../src/core/features/pool-features.ts';
import { wordVectors } from '../../../src/core/features/word-vectors.ts';
import { FoldedModel } from '../../../src/core/model/folded-model.ts';
import { LinearModel } from '../../../src/core/model/linear-model.ts';
import { logisticRegression } from '../../../src/core/model/logistic-regression.ts';
import { Random } from '../../../src/core/random.ts';
import { tfidfRows } from '../../support/parity.ts';

/** Two topics; `kettle` and `teapot` are never in one record, but keep the same company. */
const texts = Array.from({ length: 40 }, (_, at) => {
  const random = new Random(at);
  const words =
    at % 2 === 0
      ? ['boil', 'water', 'leaves', 'cup', at % 4 === 0 ? 'kettle' : 'teapot']
      : ['rails', 'signal', 'station', 'guard', at % 4 === 1 ? 'train' : 'tram'];
  return Array.from(random.sample(5, 5), (word) => words[word]).join(' ');
});

test('words that keep the same company are alike, though they never meet', () => {
  const { vocabulary, sequences } = pool();
  const { vectors, dimensions } = wordVectors(sequences, vocabulary.size, new Random(1));
  const rows = { rowCount: vocabulary.size, dimensions, values: Float64Array.from(vectors) };
  const cosine = (a: string, b: string) => dotOfRows(rows, vocabulary.idOf(a)!, rows, vocabulary.idOf(b)!);
  assert.ok(cosine('kettle', 'teapot') > 0.7);
  assert.ok(cosine('train', 'tram') > 0.7);
  assert.ok(cosine('kettle', 'train') < 0.3);
});

test('records of one topic are near each other, of two topics far apart', () => {
  const { features, rows } = learned();
  const space = denseSpace(denseParts(features, rows));
  assert.ok(dotOfRows(space, 0, space, 2) > 0.8);
  assert.ok(dotOfRows(space, 0, space, 1) < 0);
});

test('each dense part has length 1, and a record without a known word is zero there, not NaN', () => {
  const { features, rows } = learned();
  const parts = denseParts(features, rows);
  const width = features.latent.dimensions;
  for (let row = 0; row < parts.rowCount; row++) {
    const own = parts.values.subarray(row * parts.dimensions, (row + 1) * parts.dimensions);
    assert.ok(Math.abs(Math.hypot(...own.subarray(0, width)) - 1) < 1e-9);
    assert.ok(Math.abs(Math.hypot(...own.subarray(width)) - 1) < 1e-9);
  }
  const strange = new CsrBuilder();
  strange.addRow(new Map());
  strange.addRow(new Map([[rows.columnCount + 5, 1]]));
  const unknown = denseParts(features, strange.finish(rows.columnCount + 6));
  assert.ok(unknown.values.every(Number.isFinite));
});

test('a feature row is the tf-idf row with the dense parts after it', () => {
  const { features, rows } = learned();
  const parts = denseParts(features, rows);
  const whole = withDenseParts(rows, parts);
  assert.equal(whole.columnCount, rows.columnCount + parts.dimensions);
  const end = whole.rowStarts[1]!;
  assert.deepEqual(
    whole.values.subarray(end - parts.dimensions, end),
    parts.values.subarray(0, parts.dimensions),
  );
  assert.equal(whole.columns[end - 1], whole.columnCount - 1);
});

for (const known of [undefined, everyTerm()]) {
  test(`the shares of the words of a record add up to its score, but for the part of the mean record${joined(known)}`, () => {
    const { features, rows } = learned(known);
    const row = selectRows(rows, Int32Array.of(6));
    const random = new Random(9);
    const weights = Float64Array.from({ length: rows.columnCount + 200 }, () => random.normal());
    const centreless = { ...features, centre: features.centre.map(() => 0) };
    const whole = withDenseParts(row, denseParts(centreless, row));
    let score = 0;
    whole.columns.forEach((column, at) => {
      score += whole.values[at]! * weights[column]!;
    });
    const shares = termShares(centreless, row, (column) => weights[column]!);
    // Lengths are held in 32 bits.
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - score) < 1e-5);
  });
}

test('words too rare to be judged take no room among the word vectors, and add nothing to a record', () => {
  const withRare = texts.map((text, at) => `${text} rare${at >> 1}`);
  const { vocabulary, rows } = tfidfRows(withRare, [], { sublinear: true });
  const sequences = withRare.map((text) =>
    Int32Array.from(text.split(' '), (word) => vocabulary.idOf(word)!),
  );
  const features = learnPoolFeatures(rows, sequences, new Random(1));
  const { words, latent, places } = features;
  assert.equal(words.vectors.length, 12 * words.dimensions);
  assert.equal(latent.vectors.length, vocabulary.size * latent.dimensions);
  assert.deepEqual(
    places.toSorted(),
    Int32Array.from({ length: vocabulary.size }, (_, at) => at),
  );
  const wordPartOf = (terms: readonly string[]) => {
    const row = new CsrBuilder();
    row.addRow(new Map(terms.map((term) => [vocabulary.idOf(term)!, 1])));
    return denseParts(features, row.finish(rows.columnCount)).values.subarray(latent.dimensions);
  };
  assert.deepEqual(wordPartOf(['kettle', 'rare7']), wordPartOf(['kettle']));
  assert.notDeepEqual(wordPartOf(['kettle']), wordPartOf(['train']));
});

for (const [title, some] of [
  ['a single record', ['one two three']],
  ['equal records', ['same words here', 'same words here', 'same words here', 'same words here']],
  ['empty records', ['', '', '']],
] as const) {
  test(`${title}: features are finite, however few`, () => {
    const { vocabulary, rows } = tfidfRows(some, [], { sublinear: true });
    const sequences = some.map((text) =>
      Int32Array.from(text.split(' '), (word) => vocabulary.idOf(word) ?? -1),
    );
    const features = learnPoolFeatures(rows, sequences, new Random(1));
    const parts = denseParts(features, rows);
    assert.ok(parts.values.every(Number.isFinite));
  });
}

test('the same pool gives the same features, byte for byte', () => {
  assert.deepEqual(learned().features, learned().features);
  assert.deepEqual(learned(everyTerm()).features, learned(everyTerm()).features);
});

test('density is the mean cosine to the nearest others, and a record is not its own neighbour', () => {
  const rows = atAngles([0, 0, 0.1, 0.2, 3]);
  const everyone = Int32Array.from({ length: 5 }, (_, at) => at);
  const found = new Neighbourhoods(neighbourIndex(rows, new Random(1))).densities(rows, everyone);
  const expected = [0, 0.1, 0.2, 3].reduce((sum, angle) => sum + Math.cos(angle), 0) / 4;
  // Cosines are 32-bit floats.
  assert.ok(Math.abs(found[0]! - expected) < 1e-6);
  assert.equal(found[4], 0, 'what lies opposite to all others is not typical at all');
});

test('looking in the cells around a record finds nearly its true density', () => {
  const random = new Random(4);
  const angles = Array.from({ length: 3000 }, () => random.uniform() ** 2 * 6);
  const rows = atAngles(angles);
  const everyone = Int32Array.from({ length: 3000 }, (_, at) => at);
  const found = new Neighbourhoods(neighbourIndex(rows, new Random(1))).densities(rows, everyone);
  for (let row = 0; row < 3000; row += 100) {
    const cosines = angles.map((angle, at) => (at === row ? -1 : Math.cos(angle - angles[row]!)));
    const exact =
      cosines
        .toSorted((a, b) => b - a)
        .slice(0, 20)
        .reduce((sum, cosine) => sum + cosine, 0) / 20;
    assert.ok(Math.abs(found[row]! - exact) < 0.01, `${found[row]} against ${exact}`);
  }
});

function atAngles(angles: readonly number[]): DenseRows {
  const values = Float64Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
  return { rowCount: angles.length, dimensions: 2, values };
}

function pool() {
  const { vocabulary, rows } = tfidfRows(texts, [], { sublinear: true });
  const sequences = texts.map((text) => Int32Array.from(text.split(' '), (word) => vocabulary.idOf(word)!));
  return { vocabulary, rows, sequences };
}

function learned(known?: KnownTerms) {
  const { rows, sequences } = pool();
  return { rows, features: learnPoolFeatures(rows, sequences, new Random(1), known) };
}

/** A vector of its own for each term. */
function everyTerm(): KnownTerms {
  const { columnCount } = pool().rows;
  const random = new Random(2);
  const vectors = Float32Array.from({ length: 20 * columnCount }, () => random.normal());
  return {
    places: Int32Array.from({ length: columnCount }, (_, column) => column),
    dimensions: 20,
    vectors: normaliseRows(vectors, 20),
  };
}

function joined(known: KnownTerms | undefined): string {
  return known ? ', joined with general vectors too' : '';
}

for (const [classCount, known] of [
  [2, undefined],
  [5, undefined],
  [5, everyTerm()],
] as const) {
  test(`a model of ${classCount} classes with the dense parts folded in gives the same probabilities${joined(known)}`, () => {
    const { features, rows } = learned(known);
    const classes = Int32Array.from({ length: rows.rowCount }, (_, at) => at % classCount);
    const whole = withDenseParts(rows, denseParts(features, rows));
    const last = { count: features.latent.dimensions + features.words.dimensions, weight: 0.5 };
    const model = logisticRegression({ C: 6, balanced: true, last }).fit(whole, classes, classCount);
    assert.ok(model instanceof LinearModel);
    const folded = new FoldedModel(model, features, rows.columnCount).probabilities(
      rows,
      denseLengths(features, rows),
    );
    model.probabilities(whole).forEach((p, at) => {
      assert.ok(Math.abs(folded[at]! - p) < 1e-6, `${folded[at]} against ${p}`);
    });
  });
}
