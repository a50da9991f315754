import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tokenize } from '../../../src/core/text/tokenize.ts';

const cases: readonly [title: string, text: string, terms: readonly string[]][] = [
  [
    'words are lower-cased runs of two characters or more',
    'A big, RED fox_1 (99%)',
    ['big', 'red', 'fox_1', '99'],
  ],
  ['an apostrophe ends a word, as in scikit-learn', "don't", ['don']],
  ['letters with accents are letters', 'Göttingen ÉTÉ naïve', ['göttingen', 'été', 'naïve']],
  ['a letter typed as base and accent is the same term', 'cafe\u0301', ['café']],
  ['vowel signs stay inside their word', 'हिन्दी', ['हिन्दी']],
  ['characters beyond the basic plane count once', '𝒳 𝒳𝒴 😀 🙂🙃', ['𝒳𝒴']],
  ['Chinese gives characters and pairs', '股缩量', ['股', '缩', '量', '股缩', '缩量']],
  ['one text may mix scripts', '中青sg现场 v2', ['中', '青', 'sg', '现', '场', 'v2', '中青', '现场']],
  ['digits beside Chinese are a word of their own', '2012年', ['2012', '年']],
  [
    'in a Chinese text a mark is a character, too',
    '谁？《三体》 v2',
    ['谁', '？', '《', '三', '体', '》', 'v2', '谁？', '？《', '《三', '三体', '体》'],
  ],
  [
    'beside a Chinese name an English text keeps its words only',
    'Mr. 李 (64), writer',
    ['mr', '李', '64', 'writer'],
  ],
  ['Korean puts spaces between words', '오늘 날씨가', ['오늘', '날씨가']],
  ['an empty text has no terms', '', []],
  ['only punctuation has no terms', '?!… — 。', []],
];

for (const [title, text, terms] of cases) {
  test(title, () => {
    assert.deepEqual(tokenize(text), terms);
  });
}

test('words of three characters or more that a segmenter sees are terms too', () => {
  assert.ok(tokenize('テストです').includes('テスト'));
});

test('a run without end becomes one short term', () => {
  assert.deepEqual(tokenize('x'.repeat(5000)), ['x'.repeat(100)]);
  const cut = tokenize(`y${'𝒳'.repeat(5000)}`);
  assert.equal(cut.length, 1);
  assert.ok(cut[0]!.isWellFormed() && cut[0]!.length <= 100);
});

test('ASCII texts read the same on the fast path and beside other letters', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.deepEqual(tokenize(`${text} ·`), tokenize(text));
    }),
    { seed: 1 },
  );
});

test('any text gives short, well-formed, lower-case terms', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const term of tokenize(text)) {
        assert.ok(term.length > 0 && term.length <= 100);
        assert.ok(term.isWellFormed());
      }
    }),
    { seed: 1 },
  );
});
