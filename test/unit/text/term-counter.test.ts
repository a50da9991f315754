import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TermCounter } from '../../../src/core/text/term-counter.ts';
import { tokenize } from '../../../src/core/text/tokenize.ts';

function counterWithVocabulary() {
  const counter = new TermCounter();
  return (text: string) => {
    counter.count(text);
    const terms = counter.termsFrom(0).split('\n');
    return [...counter.termIds].map((id, i) => [terms[id]!, counter.counts[i]!] as const);
  };
}

/** The terms of `tokenize` in the order of first use, each with its number. */
function expected(text: string): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const term of tokenize(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return [...counts];
}

test('the terms counted are those of the tokenizer, for any text after any other', () => {
  const count = counterWithVocabulary();
  const text = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.stringMatching(/^[aAbB_9 .']{0,80}$/),
    fc.constantFrom('x'.repeat(99), 'x'.repeat(100), 'x'.repeat(101), 'Å straße', '漢字かな', 'a\0b'),
    fc
      .array(fc.constantFrom('the', 'The', 'cat', 'é', ' ', '-', '漢'), { maxLength: 20 })
      .map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(text, (one) => {
      assert.deepEqual(count(one), expected(one));
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('a large vocabulary keeps every word apart', () => {
  const count = counterWithVocabulary();
  const words = Array.from({ length: 100_000 }, (_, i) => `w${i.toString(36)}`);
  count(words.join(' '));
  assert.deepEqual(count(words.join(' ')), expected(words.join(' ')));
});

test('counts end at what 16 bits hold', () => {
  const count = counterWithVocabulary();
  assert.deepEqual(count('no '.repeat(70_000)), [['no', 65_535]]);
});

test('terms learned from lists, short or of any length, have their places as numbers', () => {
  const terms = Array.from({ length: 50_000 }, (_, i) => `term${i.toString(36)}`);
  const counter = new TermCounter();
  counter.learn([terms.slice(0, 3).join('\n'), terms.slice(3).join('\n')]);
  assert.equal(counter.size, terms.length);
  assert.equal(counter.termsFrom(0), terms.join('\n'));
  for (const at of [0, 2, 3, 4_000, 49_999]) assert.equal(counter.idOf(terms[at]!), at);
});

test('a long list takes no more memory to learn than short ones do', () => {
  const terms = Array.from({ length: 50_000 }, (_, i) => `term${i.toString(36)}`);
  const memoryAfter = (lists: readonly string[]) => {
    const counter = new TermCounter();
    counter.learn(lists);
    return counter.memory.memory.buffer.byteLength;
  };
  const short = Array.from({ length: 50 }, (_, at) => terms.slice(1000 * at, 1000 * (at + 1)).join('\n'));
  assert.ok(memoryAfter([terms.join('\n')]) < 1.5 * memoryAfter(short));
});
