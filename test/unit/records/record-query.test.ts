import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRecordQuery, type RecordQuery } from '../../../src/core/records/record-query.ts';

const LABELS = [
  { id: 'La', name: 'delivery' },
  { id: 'Lb', name: 'not sure' },
  { id: 'Lc', name: 'late' },
  { id: 'Ld', name: 'late/very' },
  { id: 'Le', name: 'later' },
];

function check(text: string, expected: Partial<RecordQuery>): void {
  test(`reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseRecordQuery(text, LABELS), {
      words: '',
      labels: [],
      guesses: [],
      states: [],
      ...expected,
    });
  });
}

check('', {});
check('  late   parcel ', { words: 'late parcel' });
check('late label:delivery is:flagged parcel', { words: 'late parcel', labels: ['La'], states: ['flagged'] });
check('label:"not sure" label:delivery', { labels: ['Lb', 'La'] });
check('file:2024/ is:unlabelled', { file: '2024/', states: ['unlabelled'] });
check('guess:delivery p:<0.6 p:>.2', { guesses: ['La'], probability: { above: 0.2, below: 0.6 } });
check('p:>90% is:labelled', { probability: { above: 0.9, below: 2 }, states: ['labelled'] });
check('like:"my data/a.jsonl:12"', { like: { src: 'my data/a.jsonl', line: 12 } });
check('label:late', { labels: ['Lc', 'Ld'] });
check('a:b http://x', { words: 'a:b http://x' });
check('日本語 größe', { words: '日本語 größe' });

test('an unknown label or state is named, with what there is', () => {
  assert.throws(() => parseRecordQuery('label:nobody', LABELS), { code: 'unknown-label' });
  assert.throws(
    () => parseRecordQuery('is:odd', LABELS),
    (error: Error & { wayOut?: string }) => /is:flagged/.test(error.wayOut ?? ''),
  );
  for (const limit of ['0.5', '<2', '>', '<0.5.5'])
    assert.throws(() => parseRecordQuery(`p:${limit}`, LABELS), { code: 'unknown-probability' });
});
