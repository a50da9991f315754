/** Several labels in one value, as other tools write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLabelList, labelsIn } from '../../../src/core/records/label-list.ts';

const isKnown = (name: string) => ['news', 'sport', 'food, drink'].includes(name);

const cases: readonly (readonly [text: string, names: readonly string[], isList: boolean])[] = [
  ['news', ['news'], false],
  ['news;sport', ['news', 'sport'], true],
  [' news | sport | ', ['news', 'sport'], true],
  ['["news", "sport"]', ['news', 'sport'], true],
  ["['news', 'sport']", ['news', 'sport'], true],
  ['[]', [], true],
  ['[1, 2]', ['1', '2'], true],
  ['news, sport', ['news', 'sport'], false],
  ['food, drink', ['food, drink'], false],
  ['rain, wind', ['rain, wind'], false],
  ['news;news', ['news'], false],
  ['[sic]', ['[sic]'], false],
];

for (const [text, names, isList] of cases) {
  test(`${JSON.stringify(text)} names ${names.length} and is ${isList ? '' : 'not '}surely a list`, () => {
    assert.deepEqual(labelsIn(text, isKnown), names);
    assert.equal(isLabelList(text), isList);
  });
}
