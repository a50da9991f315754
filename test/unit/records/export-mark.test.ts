import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOwnExport } from '../../../src/core/records/export-mark.ts';

const CASES: readonly (readonly [boolean, string])[] = [
  [true, '{"text":"a","label":"spam","meta":{"src":"a.jsonl","inkling":1}}\n{"text":"b"}\n'],
  [true, `{"meta":{"inkling":1,"src":"a"},"text":"${'long '.repeat(100)}`],
  [true, 'text,label,inkling\r\nhello,spam,1\r\n'],
  [true, '"text";"label";"inkling"\n'],
  [false, ''],
  [false, '{"text":"about inkling","meta":{"source":"web"}}\n'],
  [false, '{"text":"{\\"meta\\":{\\"inkling\\":1}}"}\n'],
  [false, '{"text":"a","meta":null}\n'],
  [false, '{"text":"a","meta":"inkling"}\n'],
  [false, 'text,label\ninkling,1\n'],
  [false, 'I had an inkling\n'],
];

for (const [expected, content] of CASES) {
  test(`${expected ? 'an export' : 'a source'} is told by its first line: ${content.slice(0, 40).trim()}`, () => {
    assert.equal(isOwnExport(Buffer.from(content)), expected);
  });
}
