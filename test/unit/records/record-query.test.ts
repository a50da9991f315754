import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRecordQuery, type RecordQuery } from '../../../src/core/records/record-query.ts';

const LABELS = [
  { id: 'La', name: 'delivery' },
  { id: 'Lb', name: 'not sure' },
];

function check(text: string, expected: Partial<RecordQuery>): void {
  test(`reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseRecordQuery(text, LABELS), { words: '', labels: [], states: [], ...expected });
  });
}

check('', {});
check('  late   parcel ', { words: 'late parcel' });
check('late label:delivery is:flagged parcel', { words: 'late parcel', labels: ['La'], states: ['flagged'] });
check('label:"not sure" label:delivery', { labels: ['Lb', 'La'] });
check('file:2024/ is:unlabelled', { file: '2024/', states: ['unlabelled'] });
check('a:b http://x', { words: 'a:b http://x' });
check('日本語 größe', { words: '日本語 größe' });

test('an unknown label or state is named, with what there is', () => {
  assert.throws(() => parseRecordQuery('label:nobody', LABELS), { code: 'unknown-label' });
  assert.throws(
    () => parseRecordQuery('is:odd', LABELS),
    (error: Error & { wayOut?: string }) => /is:flagged/.test(error.wayOut ?? ''),
  );
});
