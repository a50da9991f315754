/** How a text is cut, marked and summed up without being changed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchLabels } from '../../../webview/queue/match-labels.ts';
import { excerpt, folded, runsOf } from '../../../webview/queue/text.ts';
import { uuidv7 } from '../../../webview/ui/uuid.ts';
import { sharedFile, skipUnlessShared } from '../../support/shared.ts';

test('marking control characters never changes the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(
        runsOf(text)
          .map((run) => run.text)
          .join(''),
        text,
      );
    }),
    { seed: 1 },
  );
});

const symbols: readonly [text: string, symbols: readonly string[]][] = [
  ['\0', ['NUL']],
  ['a\x07b\x1bc', ['BEL', 'ESC']],
  ['\x7f\x85', ['DEL', 'U+0085']],
  ['\u202eevil\u202c', ['RLO', 'PDF']],
  ['tab\tand\nline\r\nends', []],
  ['old\rMac', ['CR']],
  ['می\u200cخواهم 👩\u200d👩\u200d👧', []],
  ['is\u200bAdmin is\u200cAdmin is\u200dAdmin', ['ZWSP', 'ZWNJ', 'ZWJ']],
  ['\ufeffa\u200eb\u200fc\u2060', ['ZWNBSP', 'LRM', 'RLM', 'WJ']],
];
for (const [text, expected] of symbols) {
  test(`${JSON.stringify(text)} shows ${expected.length === 0 ? 'no symbols' : expected.join(' and ')}`, () => {
    assert.deepEqual(
      runsOf(text).flatMap((run) => run.symbol ?? []),
      expected,
    );
  });
}

test(
  'every invisible or reordering character of the trojan-source files is shown by a symbol',
  skipUnlessShared('suites', 'trojan-source/manifest.jsonl'),
  () => {
    const lines = readFileSync(sharedFile('suites', 'trojan-source/manifest.jsonl')!, 'utf8')
      .trimEnd()
      .split('\n');
    let marked = 0;
    for (const line of lines) {
      const { file, bidi_or_invisible } = JSON.parse(line) as { file: string; bidi_or_invisible: number };
      const text = readFileSync(sharedFile('suites', `trojan-source/${file}`)!, 'utf8');
      const symbols = runsOf(text).filter(({ symbol }) => symbol !== undefined);
      assert.ok(symbols.length >= bidi_or_invisible, `${file}: ${symbols.length} of ${bidi_or_invisible}`);
      marked += symbols.length;
    }
    assert.ok(marked > 100, `${marked} in all`);
  },
);

test('a long text folds to at most 40 lines and 4,000 characters of its beginning', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 3000, maxLength: 9000 }), (text) => {
      const part = folded(text);
      if (part === undefined) return;
      assert.ok(text.startsWith(part));
      assert.ok(part.length <= 4000 && part.split('\n').length <= 40);
      assert.ok(!/[\uD800-\uDBFF]$/.test(part) || /[\uD800-\uDBFF]$/.test(text));
    }),
    { seed: 1, numRuns: 50 },
  );
  assert.equal(folded('line\n'.repeat(60))?.split('\n').length, 40);
  assert.equal(folded('x'.repeat(5000))?.length, 4000);
});

test('a text that would hide only a few words is not folded', () => {
  assert.equal(folded('x'.repeat(4100)), undefined);
  assert.equal(folded('line\n'.repeat(42)), undefined);
  assert.equal(folded('short'), undefined);
});

test('an excerpt is one line, and never half an emoji', () => {
  assert.equal(excerpt(' a\n\n b\tc ', 10), 'a b c');
  assert.equal(excerpt('😀😀😀', 2), '😀😀…');
});

test('names that start with what was typed come first, then words, then parts; accents and case do not matter', () => {
  const labels = ['card lost', 'my card', 'discard', 'Größe', 'other'].map((name) => ({ id: name, name }));
  const found = (filter: string) => matchLabels(labels, filter).map((label) => label.name);
  assert.deepEqual(found('card'), ['card lost', 'my card', 'discard']);
  assert.deepEqual(found('GRO'), ['Größe']);
  assert.deepEqual(found('nope'), []);
  assert.equal(found('').length, 5);
});

test('event ids are UUIDs of version 7 that carry their time', () => {
  const id = uuidv7(0x0123456789ab);
  assert.match(id, /^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(id, uuidv7(0x0123456789ab));
});
