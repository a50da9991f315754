import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leastSure, oppositePairs, recombined } from '../../../src/core/query/synthesis.ts';
import { isSynthetic } from '../../../src/core/records/synthetic.ts';

test('each record is paired with its nearest one of another label, the nearest pairs first, each once', () => {
  const places = [0, 1, 4, 6, 20];
  const classes = Int32Array.of(0, 0, 1, 1, 2);
  const cosine = (a: number, b: number) => -Math.abs(places[a]! - places[b]!);
  assert.deepEqual(oppositePairs(classes, cosine, 10), [
    { a: 1, b: 2 },
    { a: 0, b: 2 },
    { a: 1, b: 3 },
    { a: 3, b: 4 },
  ]);
  assert.deepEqual(oppositePairs(classes, cosine, 1), [{ a: 1, b: 2 }]);
  assert.deepEqual(oppositePairs(Int32Array.of(1, 1, 1), cosine, 10), []);
});

test('texts are made of whole sentences of both records, and none is a record itself', () => {
  assert.deepEqual(recombined('One. Two!', 'Three?\n  Four'), [
    'One. Three?',
    'One. Four',
    'Two! Three?',
    'Two! Four',
  ]);
  assert.deepEqual(recombined('just words', 'other words'), ['just words. other words']);
  assert.deepEqual(recombined('Same.', 'Same.'), []);
  assert.deepEqual(recombined('', 'Text.'), []);
});

test('halves are put together too where there are enough sentences', () => {
  const texts = recombined('A. B. C.', 'D. E. F.');
  assert.ok(texts.includes('A. B. E. F.'));
  assert.ok(texts.includes('D. E. B. C.'));
});

test('Chinese sentences are found without spaces', () => {
  assert.ok(recombined('天气很好。我们走吧。', '价格上涨。').includes('天气很好。 价格上涨。'));
});

test('of each pair the text is taken that the model is least sure of, the least sure pair first', () => {
  const probabilities = Float64Array.of(0.9, 0.1, 0.7, 0.3, 0.55, 0.45, 0.6, 0.4);
  assert.deepEqual([...leastSure(Int32Array.of(0, 0, 1, 1), probabilities, 2, 5)], [2, 1]);
  assert.deepEqual([...leastSure(Int32Array.of(0, 0, 1, 1), probabilities, 2, 1)], [2]);
  assert.deepEqual([...leastSure(new Int32Array(0), new Float64Array(0), 2, 5)], []);
});

test('a file says by its name that its records are synthetic', () => {
  for (const src of ['inkling-ada.synthetic.jsonl', 'data/x.synthetic.jsonl']) assert.ok(isSynthetic(src));
  for (const src of ['synthetic.jsonl', 'data/synthetic/x.jsonl', 'a.synthetic.csv'])
    assert.ok(!isSynthetic(src));
});
