import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalEvent } from '../../../src/core/records/event.ts';
import type { IndexedRecord } from '../../../src/core/records/record.ts';
import { Answers } from '../../../src/engine/answers.ts';

const LABELS = [
  { id: 'La', name: 'a' },
  { id: 'Lb', name: 'b' },
  { id: 'Lold', name: 'old', retired: true },
];
/** Records 1…20; the ranks of 1…4 fall below the audit threshold of 100. */
const records = Array.from(
  { length: 20 },
  (_, i): IndexedRecord => ({
    row: i + 1,
    hash: String(i + 1).padStart(32, '0'),
    src: 'a.jsonl',
    line: i + 1,
    n: 0,
    offset: i * 10,
    length: 9,
    auditRank: i < 4 ? i : 1000,
  }),
);
const lookup = {
  record: (row: number) => records[row - 1],
  byHash: (hash: string) => records.filter((record) => record.hash === hash),
  bySourceId: () => [],
};

let lam = 0;
function act(op: JournalEvent['op'], row: number, more: Partial<JournalEvent> = {}): JournalEvent {
  const { hash, src, line, n } = records[row - 1]!;
  lam++;
  return {
    v: 1,
    id: `e${String(lam).padStart(6, '0')}`,
    lam,
    at: '2026-01-01T00:00:00Z',
    by: 'ada',
    op,
    rec: { hash, src, line, n },
    ...more,
  };
}
const label = (row: number, id: string, more: Partial<JournalEvent> = {}) =>
  act('label', row, { labels: [id], ...more });

function answers(...events: JournalEvent[]): Answers {
  const made = new Answers('ada');
  made.add(events);
  made.resolve(lookup, LABELS, 100);
  return made;
}

test('audit answers measure and never train', () => {
  const { training, audit, labelled, audited } = answers(
    label(1, 'La'),
    label(5, 'Lb'),
    label(6, 'La'),
  ).digest();
  assert.deepEqual([...training.rows], [5, 6]);
  assert.deepEqual([...training.classes], [1, 0]);
  assert.deepEqual([...audit.rows], [1]);
  assert.deepEqual([labelled, audited], [3, 1]);
});

test('an answer with a retired label counts as labelled but trains nothing', () => {
  const { training, labelled } = answers(label(5, 'Lold'), label(6, 'La')).digest();
  assert.deepEqual([...training.rows], [6]);
  assert.equal(labelled, 2);
});

test('skipped records come back in the order skipped, before the unsure ones', () => {
  const made = answers(act('unsure', 5), act('skip', 7), act('skip', 6));
  assert.deepEqual(made.digest().later, [7, 6, 5]);
  assert.deepEqual(
    [...made.digest().closed].sort((a, b) => a - b),
    [5, 6, 7],
  );
  assert.equal(made.isOpen(7), false);
  assert.equal(made.isOpen(8), true);
});

test('training answers come in the order given, whatever the order of arrival', () => {
  const events = [label(9, 'La'), label(5, 'Lb'), label(7, 'La')];
  const forward = answers(...events).digest();
  const backward = answers(...events.toReversed()).digest();
  assert.deepEqual([...forward.training.rows], [9, 5, 7]);
  assert.deepEqual(backward, forward);
});

test('the history shows the latest answers of this annotator, oldest first', () => {
  const made = answers(
    label(5, 'La'),
    label(6, 'La'),
    label(7, 'La', { by: 'bob' }),
    label(5, 'Lb'),
    label(8, 'La'),
  );
  assert.deepEqual(made.latest(10), [6, 5, 8]);
  assert.deepEqual(made.latest(2), [5, 8]);
});

test('a record two people answer differently is disputed: closed, and not trained on', () => {
  const { training, closed, disagreements } = answers(label(5, 'La'), label(5, 'Lb', { by: 'bob' })).digest();
  assert.deepEqual([training.rows.length, closed.length, disagreements], [0, 1, 1]);
});

test('the guess before each answer is judged by the answer', () => {
  const { guesses } = answers(
    label(5, 'La', { why: { guess: 'La' } }),
    label(6, 'La'),
    label(7, 'La', { why: { guess: 'Lb' } }),
  ).digest();
  assert.deepEqual(guesses, [
    { labels: 1, right: true },
    { labels: 3, right: false },
  ]);
});

test('taking back and doing again change the digest and restore it', () => {
  const made = answers(label(5, 'La'));
  const before = made.digest();
  const { revision } = made;
  made.add([act('undo', 5, { of: made.undoable()!.id })]);
  assert.equal(made.digest().labelled, 0);
  assert.notEqual(made.revision, revision);
  const redo = made.redoable()!;
  made.add([act('undo', 5, { of: redo.undo.id })]);
  assert.deepEqual(made.digest(), before);
});

test('when lines are gone from the journal, their answers are gone too', () => {
  const kept = label(5, 'La');
  const made = answers(kept, label(6, 'La'));
  made.replace([kept]);
  assert.equal(made.digest().labelled, 1);
});
