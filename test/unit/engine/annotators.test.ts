import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision, RecordState } from '../../../src/core/records/decision.ts';
import { annotatorAgreement } from '../../../src/engine/annotators.ts';

/** Records as lists of who said what. */
function states(
  ...records: readonly (readonly (readonly [by: string, ...labels: string[]])[])[]
): RecordState[] {
  return records.map((given, row) => ({
    standing: 'attached',
    answers: given.map(
      ([by, ...labels]): Decision => ({
        by,
        labels,
        at: '',
        lam: row,
        eventId: `${row} ${by}`,
        standing: 'attached',
      }),
    ),
    skipped: false,
    unsure: false,
    flagged: false,
    last: { v: 1, id: `${row}`, lam: row, at: '', by: 'x', op: 'label' },
  }));
}

const ownText = (eventId: string) => eventId.split(' ')[0];

test('records that several answered give alpha and the kappa of each pair, most records first', async () => {
  const found = await annotatorAgreement(
    states(
      [
        ['Ada', 'x'],
        ['Bob', 'x'],
      ],
      [
        ['Bob', 'y'],
        ['Ada', 'y'],
        ['Cleo', 'x'],
      ],
      [['Ada', 'x']],
      [
        ['Ada', 'x'],
        ['Bob', 'y'],
      ],
      [
        ['Ada', 'y'],
        ['Bob', 'y'],
      ],
    ),
    ownText,
  );
  assert.equal(found?.records, 4);
  assert.deepEqual(
    found?.pairs.map(({ a, b, records }) => [a, b, records]),
    [
      ['Ada', 'Bob', 4],
      ['Ada', 'Cleo', 1],
      ['Bob', 'Cleo', 1],
    ],
  );
  // Ada x y x y, Bob x y y y: 3 of 4 alike, 1/2 by chance.
  assert.equal(found?.pairs[0]?.kappa, 0.5);
  assert.ok(found!.alpha! > 0 && found!.alpha! < 1);
  assert.deepEqual(found?.themselves, []);
});

test('who answered equal texts alike agrees with themselves', async () => {
  const records = states([['Ada', 'x']], [['Ada', 'x']], [['Ada', 'x']], [['Ada', 'y']], [['Ada', 'z']]);
  const textOf = (eventId: string) => ['one', 'one', 'two', 'two', 'three'][Number.parseInt(eventId, 10)];
  assert.deepEqual(await annotatorAgreement(records, textOf), {
    records: 0,
    pairs: [],
    themselves: [{ by: 'Ada', texts: 2, same: 1 }],
  });
});

test('sets of labels are alike in any order', async () => {
  const found = await annotatorAgreement(
    states(
      [
        ['Ada', 'x', 'y'],
        ['Bob', 'y', 'x'],
      ],
      [['Ada'], ['Bob']],
    ),
    ownText,
  );
  assert.equal(found?.alpha, 1);
});

test('where nothing was answered twice there is nothing to compare', async () => {
  assert.equal(await annotatorAgreement(states([['Ada', 'x']], [['Bob', 'y']]), ownText), undefined);
});
