import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packVectors } from '../../../scripts/english-vectors.mjs';
import { CsrBuilder, type CsrMatrix } from '../../../src/core/features/csr.ts';
import { dotOfRows } from '../../../src/core/features/dense-rows.ts';
import {
  type GeneralVectors,
  generalWeight,
  joinedVectors,
  knownTerms,
  readGeneralVectors,
} from '../../../src/core/features/general-vectors.ts';
import { denseParts, denseSpace, learnPoolFeatures } from '../../../src/core/features/pool-features.ts';
import type { TermVectors } from '../../../src/core/features/word-vectors.ts';
import { Random } from '../../../src/core/random.ts';
import { tfidfRows } from '../../support/parity.ts';

test('vectors in a byte a dimension point where they did, and each is found by its word', () => {
  const random = new Random(1);
  const words = ['tea', 'straße', 'x2', 'nothing'];
  const vectors = Float64Array.from({ length: 400 }, (_, at) => (at < 300 ? random.normal() : 0));
  const read = packed(words, vectors);
  assert.deepEqual(
    [...read.places],
    [
      ['tea', 0],
      ['straße', 1],
      ['x2', 2],
      ['nothing', 3],
    ],
  );
  for (const word of [0, 1, 2]) {
    const [was, is] = [vectors, read.vectors].map((all) => [...all.subarray(word * 100, (word + 1) * 100)]);
    const cosine =
      is!.reduce((sum, value, j) => sum + value * was![j]!, 0) / Math.hypot(...is!) / Math.hypot(...was!);
    assert.ok(cosine > 0.9999, `${cosine}`);
  }
  assert.ok(read.vectors.subarray(300).every((value) => value === 0));
});

test('of the terms of a pool the known ones have a vector of length 1, and the others none', () => {
  const general = packed(['tea', 'cup'], Float64Array.of(3, 4, 0, 2));
  const terms = ['no17', 'cup', 'tea', 'constructor'];
  const { places, dimensions, vectors } = knownTerms(general, 4, (column) => terms[column]!);
  assert.deepEqual([...places], [-1, 0, 1, -1]);
  assert.equal(dimensions, 2);
  assert.deepEqual([...vectors.subarray(0, 2)], [0, 1]);
  // 3 : 4 as 95 : 127.
  assert.ok(Math.abs(vectors[2]! - 0.599) < 0.001 && Math.abs(vectors[3]! - 0.801) < 0.001);
});

test('the more text a pool has, the less general text says of its words', () => {
  assert.equal(generalWeight(0), 1);
  assert.equal(generalWeight(300_000), 1 / 2);
  assert.equal(generalWeight(2_700_000), 1 / 10);
});

test('joined vectors are both side by side, seen along the directions in which records differ', () => {
  const own = vectorsOf([1], [-1], [1], [0]);
  const general = vectorsOf([1], [-1], [0], [1]);
  // Two records, a term each: (1, 1) / √2 and its opposite are all that they differ by.
  const line = joinedVectors(records(4, 0, 1), own, general, 1, 2, new Random(1));
  assert.equal(line.dimensions, 1);
  const sign = Math.sign(line.vectors[0]!);
  near(
    [...line.vectors].map((value) => value * sign),
    [Math.SQRT2, -Math.SQRT2, Math.SQRT1_2, Math.SQRT1_2],
  );

  // Where nothing is left out, the terms stand to each other as they did: own·own + λ general·general.
  for (const weight of [1, 0.25]) {
    const plane = joinedVectors(records(4, 0, 1, 2, 2, 3), own, general, weight, 2, new Random(1));
    assert.equal(plane.dimensions, 2);
    const rows = { rowCount: 4, dimensions: 2, values: Float64Array.from(plane.vectors) };
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < 4; b++) {
        const expected =
          own.vectors[a]! * own.vectors[b]! + weight * general.vectors[a]! * general.vectors[b]!;
        near([dotOfRows(rows, a, rows, b)], [expected]);
      }
    }
  }
});

test('of a long record as many words speak against general text as word vectors are learned from', () => {
  const texts = Array.from(
    { length: 60 },
    (_, at) => `tea ${at % 2 ? 'cup' : 'pot'} ${at % 3 ? 'hot' : 'cold'}`,
  );
  const { rows, vocabulary } = tfidfRows(texts, [], { sublinear: true });
  const general = packed(['tea', 'hot'], Float64Array.of(1, 2, 2, -1));
  const known = knownTerms(general, vocabulary.size, (column) => vocabulary.termOf(column)!);
  const wordsOf = (length: number) => {
    const sequences = texts.map((text) => {
      const padded = new Int32Array(length).fill(-1);
      padded.set(text.split(' ').map((word) => vocabulary.idOf(word)!));
      return padded;
    });
    return learnPoolFeatures(rows, sequences, new Random(1), known).words.vectors;
  };
  assert.deepEqual(wordsOf(1000), wordsOf(400));
  assert.notDeepEqual(wordsOf(400), wordsOf(10));
});

test('words of the same company are told apart where general text tells them apart', () => {
  const praise = ['superb', 'charming'];
  const blame = ['awful', 'dreadful'];
  const nouns = ['film', 'plot', 'actor', 'scene', 'music', 'story'];
  const random = new Random(5);
  const texts = Array.from({ length: 200 }, (_, at) => {
    const opinion = (at % 2 === 0 ? praise : blame)[random.below(2)]!;
    return [opinion, ...Array.from(random.sample(6, 3), (noun) => nouns[noun]!)].join(' ');
  });
  const { rows, vocabulary } = tfidfRows(texts, [], { sublinear: true });
  const sequences = texts.map((text) => Int32Array.from(text.split(' '), (word) => vocabulary.idOf(word)!));
  const general = packed([...praise, ...blame], Float64Array.of(1, 0.1, 1, -0.1, -1, 0.1, -1, -0.1));
  const known = knownTerms(general, vocabulary.size, (column) => vocabulary.termOf(column)!);
  const apart = (features: ReturnType<typeof learnPoolFeatures>) => {
    const space = denseSpace(denseParts(features, rows));
    const cosine = (step: number) => {
      let sum = 0;
      for (let at = 0; at < 190; at++) sum += dotOfRows(space, at, space, at + step) / 190;
      return sum;
    };
    // Records of one opinion are two apart, of two opinions one.
    return cosine(2) - cosine(1);
  };
  const alone = apart(learnPoolFeatures(rows, sequences, new Random(1)));
  const joined = apart(learnPoolFeatures(rows, sequences, new Random(1), known));
  assert.ok(joined > alone + 0.2, `${joined} against ${alone}`);
});

for (const [title, texts] of [
  ['a single record', ['one two three']],
  ['equal records', ['same words here', 'same words here', 'same words here']],
  ['empty records', ['', '', '']],
] as const) {
  for (const words of [['one', 'same'], ['other']]) {
    test(`${title}: features joined with what is known of "${words}" are finite, however few`, () => {
      const { vocabulary, rows } = tfidfRows(texts, [], { sublinear: true });
      const sequences = texts.map((text) =>
        Int32Array.from(text.split(' '), (word) => vocabulary.idOf(word) ?? -1),
      );
      const general = packed(
        words,
        Float64Array.from({ length: 3 * words.length }, (_, at) => at + 1),
      );
      const known = knownTerms(general, vocabulary.size, (column) => vocabulary.termOf(column)!);
      const features = learnPoolFeatures(rows, sequences, new Random(1), known);
      assert.ok(denseParts(features, rows).values.every(Number.isFinite));
    });
  }
}

function packed(words: readonly string[], vectors: Float64Array): GeneralVectors {
  // What lies before the content is checked by who reads the file.
  return readGeneralVectors(Uint8Array.from(packVectors(words, vectors).subarray(8)));
}

function vectorsOf(...rows: number[][]): TermVectors {
  return { dimensions: rows[0]!.length, vectors: Float32Array.from(rows.flat()) };
}

/** Records of a term each. */
function records(columnCount: number, ...terms: number[]): CsrMatrix {
  const builder = new CsrBuilder();
  for (const term of terms) builder.addRow(new Map([[term, 1]]));
  return builder.finish(columnCount);
}

function near(found: readonly number[], expected: readonly number[]): void {
  assert.equal(found.length, expected.length);
  found.forEach((value, at) => {
    assert.ok(Math.abs(value - expected[at]!) < 1e-6, `${found} against ${expected}`);
  });
}
