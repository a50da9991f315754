import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../src/core/random.ts';
import type { JournalEvent } from '../../../src/core/records/event.ts';
import type { IndexedRecord } from '../../../src/core/records/record.ts';
import { Answers } from '../../../src/engine/answers.ts';

const LABELS = [
  { id: 'La', name: 'a' },
  { id: 'Lb', name: 'b' },
  { id: 'Lold', name: 'old', retired: true },
];
/** Records 1…300; the ranks of 1…4 fall below the audit threshold of 100. */
const records = Array.from(
  { length: 300 },
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

/** Takes its time, so that matching is done in several slices. */
const slowLookup = {
  ...lookup,
  byHash: (hash: string) => {
    for (const end = performance.now() + 0.1; performance.now() < end; );
    return lookup.byHash(hash);
  },
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

async function answers(...events: JournalEvent[]): Promise<Answers> {
  const made = new Answers('ada');
  made.add(events);
  await made.resolve(lookup, { labels: LABELS, multiLabel: false }, 100);
  return made;
}

/** Everything that follows from the answers. */
function digestOf(made: Answers) {
  const { tally } = made;
  return {
    labelled: tally.labelled,
    audited: tally.audited,
    skipped: tally.skipped,
    stale: made.stale().size,
    orphans: made.orphanCount,
    disputed: [...tally.disputed].sort((a, b) => a - b),
    training: tally.training(),
    audit: tally.audit(),
    closed: tally.closed(),
    later: tally.later(),
    labels: tally.labels(),
    guesses: tally.guesses(),
    latest: tally.latest(100),
  };
}

test('audit answers measure and never train', async () => {
  const { training, audit, labelled, audited } = digestOf(
    await answers(label(1, 'La'), label(5, 'Lb'), label(6, 'La')),
  );
  assert.deepEqual([...training.rows], [5, 6]);
  assert.deepEqual([...training.classes], [1, 0]);
  assert.deepEqual([...audit.rows], [1]);
  assert.deepEqual([labelled, audited], [3, 1]);
});

test('answers read while the index is opened are matched to it, however few they are', async () => {
  const made = new Answers('ada');
  const folded = made.replace([label(5, 'La')]);
  await Promise.resolve();
  await made.resolve(lookup, { labels: LABELS, multiLabel: false }, 100);
  await folded;
  assert.deepEqual([made.tally.labelled, made.orphanCount], [1, 0]);
});

test('an audit record that was searched for neither measures nor trains, since nobody drew it at random', async () => {
  const why = { purpose: 'search' } as const;
  const { tally } = await answers(label(1, 'La', { why }), label(5, 'Lb', { why }));
  assert.deepEqual([[...tally.audit().rows], [...tally.training().rows], tally.labelled], [[], [5], 2]);
  assert.equal(tally.audited, 0);
  const [a, b] = tally.labels();
  assert.deepEqual([a!.trained, a!.audited, a!.aside], [0, 0, 1]);
  assert.deepEqual([b!.trained, b!.audited, b!.aside], [1, 0, undefined]);
});

test('an answer with a retired label counts as labelled but trains nothing', async () => {
  const { training, labelled } = digestOf(await answers(label(5, 'Lold'), label(6, 'La')));
  assert.deepEqual([...training.rows], [6]);
  assert.equal(labelled, 2);
});

test('skipped records come back in the order skipped, before the unsure ones', async () => {
  const made = await answers(act('unsure', 5), act('skip', 7), act('skip', 6));
  assert.deepEqual(digestOf(made).later, [7, 6, 5]);
  assert.deepEqual(
    [...digestOf(made).closed].sort((a, b) => a - b),
    [5, 6, 7],
  );
  assert.equal(made.isOpen(7), false);
  assert.equal(made.isOpen(8), true);
});

test('training answers come in the order given, whatever the order of arrival', async () => {
  const events = [label(9, 'La'), label(5, 'Lb'), label(7, 'La')];
  const forward = digestOf(await answers(...events));
  const backward = digestOf(await answers(...events.toReversed()));
  assert.deepEqual([...forward.training.rows], [9, 5, 7]);
  assert.deepEqual(backward, forward);
});

test('the history shows the latest answers of this annotator, oldest first', async () => {
  const made = await answers(
    label(5, 'La'),
    label(6, 'La'),
    label(7, 'La', { by: 'bob' }),
    label(5, 'Lb'),
    label(8, 'La'),
  );
  assert.deepEqual(made.tally.latest(10), [6, 5, 8]);
  assert.deepEqual(made.tally.latest(2), [5, 8]);
});

test('a record two people answer differently is disputed: closed, and not trained on', async () => {
  const { training, closed, disputed } = digestOf(
    await answers(label(5, 'La'), label(5, 'Lb', { by: 'bob' })),
  );
  assert.deepEqual([training.rows.length, closed.length, disputed], [0, 1, [5]]);
});

test('the guess before each answer is judged by the answer', async () => {
  const { guesses } = digestOf(
    await answers(
      label(5, 'La', { why: { guess: 'La' } }),
      label(6, 'La'),
      label(7, 'La', { why: { guess: 'Lb' } }),
    ),
  );
  assert.deepEqual(guesses, [
    { labels: 1, right: true },
    { labels: 3, right: false },
  ]);
});

test('taking back and doing again change the digest and restore it', async () => {
  const made = await answers(label(5, 'La'));
  const before = digestOf(made);
  const { revision } = made;
  made.add([act('undo', 5, { of: made.undoable()!.id })]);
  assert.equal(digestOf(made).labelled, 0);
  assert.notEqual(made.revision, revision);
  const redo = made.redoable()!;
  made.add([act('undo', 5, { of: redo.undo.id })]);
  assert.deepEqual(digestOf(made), before);
});

test('when lines are gone from the journal, their answers are gone too', async () => {
  const kept = label(5, 'La');
  const made = await answers(kept, label(6, 'La'));
  await made.replace([kept]);
  assert.equal(digestOf(made).labelled, 1);
});

test('answers that come one by one, also while all are matched anew, come to the same as all at once', async () => {
  for (let seed = 0; seed < 3; seed++) {
    const random = new Random(seed);
    const events: JournalEvent[] = [];
    for (let count = 0; count < 500; count++) events.push(randomAct(random, events));
    // Some arrive before what they are about, or after what came later.
    const arriving = [...events];
    for (let swaps = 0; swaps < 100; swaps++) {
      const [a, b] = [random.below(arriving.length), random.below(arriving.length)];
      [arriving[a], arriving[b]] = [arriving[b]!, arriving[a]!];
    }
    const made = new Answers('ada');
    const matchings: Promise<void>[] = [];
    let sawMatching = false;
    for (const event of arriving) {
      sawMatching ||= made.isMatching;
      made.add([event]);
      if (random.below(40) === 0)
        matchings.push(made.resolve(slowLookup, { labels: LABELS, multiLabel: false }, 100));
      if (random.below(60) === 0)
        matchings.push(made.replace(arriving.slice(0, arriving.indexOf(event) + 1)));
      if (random.below(5) === 0) await new Promise((done) => setImmediate(done));
    }
    assert.ok(sawMatching, 'some came while all were matched');
    matchings.push(made.resolve(lookup, { labels: LABELS, multiLabel: false }, 100));
    await Promise.all(matchings);
    assert.deepEqual(digestOf(made), digestOf(await answers(...events)), `seed ${seed}`);
    for (const event of [label(6, 'La'), act('skip', 9), act('undo', 6, { of: events[3]!.id })]) {
      made.add([event]);
      events.push(event);
    }
    assert.deepEqual(digestOf(made), digestOf(await answers(...events)), `seed ${seed}, afterwards`);
  }
});

test('an index that cannot be read while answers are matched leaves the answers in use', async () => {
  const made = await answers(label(5, 'La'));
  const before = digestOf(made);
  const broken = { ...lookup, byHash: () => assert.fail('the index is damaged') };
  await assert.rejects(made.resolve(broken, { labels: LABELS, multiLabel: false }, 100), /damaged/);
  assert.equal(made.isMatching, false);
  assert.deepEqual(digestOf(made), before);
});

function randomAct(random: Random, earlier: readonly JournalEvent[]): JournalEvent {
  const row = 1 + random.below(200);
  const by = random.below(3) === 0 ? 'bob' : 'ada';
  const id = ['La', 'Lb', 'Lold'][random.below(3)]!;
  const kind = random.below(10);
  if (kind < 5) return label(row, id, { by, ...(kind < 2 ? { why: { guess: 'La' } } : {}) });
  if (kind === 5) return label(row, id, { by, why: { purpose: 'review' } });
  if (kind === 9 && earlier.length > 0)
    return act('undo', row, { by, of: earlier[random.below(earlier.length)]!.id });
  return act((['clear', 'skip', 'unsure', 'flag'] as const)[random.below(4)]!, row, { by });
}

test('time is counted once an answer that holds, and a card left on screen counts two minutes', async () => {
  const made = await answers(
    label(5, 'La', { why: { ms: 4000 } }),
    label(6, 'La', { why: { ms: 3_600_000 } }),
    label(7, 'La'),
    act('skip', 8, { why: { ms: 9000 } }),
  );
  assert.deepEqual({ ...made.tally.timed }, { answers: 2, ms: 124_000 });
  made.add([label(5, 'Lb', { why: { ms: 1000 } })]);
  assert.deepEqual({ ...made.tally.timed }, { answers: 2, ms: 121_000 });
  made.add([act('clear', 6)]);
  assert.deepEqual({ ...made.tally.timed }, { answers: 1, ms: 1000 });
});

test('where a record can have several labels, an answer is a set of those in use, and "none" is an answer', async () => {
  const made = new Answers('ada');
  made.add([
    label(5, 'Lb', { labels: ['Lb', 'La'] }),
    label(6, '', { labels: [] }),
    label(7, 'Lold', { labels: ['Lold', 'Lb'] }),
    label(1, '', { labels: [] }),
  ]);
  await made.resolve(lookup, { labels: LABELS, multiLabel: true }, 100);
  const { rows, sets } = made.tally.trainingSets();
  assert.deepEqual([...rows], [5, 6, 7]);
  assert.deepEqual(
    [[...sets.starts], [...sets.members]],
    [
      [0, 2, 2, 3],
      [0, 1, 1],
    ],
  );
  assert.deepEqual([...made.tally.auditSets().rows], [1]);
  assert.deepEqual(made.tally.none, { trained: 1, audited: 1 });
  assert.deepEqual(
    made.tally.labels().map(({ name, trained }) => [name, trained]),
    [
      ['a', 1],
      ['b', 2],
    ],
  );
  assert.equal(made.isOpen(6), false);
  made.add([act('clear', 6)]);
  assert.equal(made.isOpen(6), true);
});
