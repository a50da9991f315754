import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageOf, stemmerOf } from '../../../src/core/text/stemming.ts';
import { tokenize } from '../../../src/core/text/tokenize.ts';

const pools: readonly [language: string | undefined, texts: readonly string[]][] = [
  ['en', ['the kettle is on the table', 'what is it that you want', 'a tea for me and for you']],
  ['de', ['der Zug ist nicht pünktlich und ich warte', 'das ist auch gut so', 'wir haben es nur für dich']],
  ['fr', ["le train n'est pas à l'heure et je suis dans la gare", 'elle est avec nous pour les vacances']],
  ['nl', ['de trein is niet op tijd en ik wacht er al een uur op', 'het is maar goed dat wij dit hebben']],
  [undefined, ['股缩量 港股首秀', '中青宝现场抓拍']],
  [undefined, ['x1 17 99', 'a7 12 44', 'b9']],
  [undefined, []],
];

for (const [language, texts] of pools) {
  test(`"${texts[0] ?? ''}" is taken for ${language ?? 'no language'}`, () => {
    const records = texts.map((text) => new Set(tokenize(text)));
    const frequency = (term: string) => records.filter((terms) => terms.has(term)).length;
    assert.equal(languageOf(frequency, records.length), language);
  });
}

test('forms of one word share a stem in German; English and other languages are left as they are', () => {
  const german = stemmerOf('de')!;
  assert.equal(german('zügen'), german('züge'));
  assert.equal(stemmerOf('en'), undefined);
  assert.equal(stemmerOf('fr'), undefined);
  assert.equal(stemmerOf(undefined), undefined);
});
