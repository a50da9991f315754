import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareEvents, type JournalEvent } from '../../../src/core/records/event.ts';
import { Fold } from '../../../src/core/records/fold.ts';
import { event, eventId, hashOf, journals, ref } from './acts.ts';

/** Everything a fold says of its events. */
function stateOf(fold: Fold): unknown {
  const groups = [...fold.hashes()].sort().flatMap((hash) =>
    fold
      .groupsOfHash(hash)
      .map((group) => ({
        ref: { ...group.ref, line: 0 },
        acts: group.acts(),
        state: fold.stateOf(group.ref),
        several: fold.stateOf(group.ref, { labelNow: (id) => id, multiLabel: true }),
      }))
      .filter((group) => group.acts.length > 0)
      .sort((a, b) => (JSON.stringify(a.ref) < JSON.stringify(b.ref) ? -1 : 1)),
  );
  const stacks = ['ann', 'bob'].map((by) => [fold.undoable(by), fold.redoable(by)]);
  return { size: fold.size, groups, stacks };
}

function folded(events: Iterable<JournalEvent>): Fold {
  const fold = new Fold();
  fold.add(events);
  return fold;
}

test('any order, any duplication and any splitting of the lines give the same state', () => {
  const shuffled = journals.chain((events) =>
    fc.record({
      events: fc.constant(events),
      again: fc.shuffledSubarray([...events, ...events, ...events], { minLength: 0 }),
      order: fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
      cut: fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 20 }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ events, again, order, cut }) => {
      const fold = new Fold();
      const lines = [...order, ...again];
      for (let at = 0, turn = 0; at < lines.length; turn++) {
        const length = 1 + cut[turn % cut.length]!;
        fold.add(lines.slice(at, at + length));
        at += length;
        // Asking in between must change nothing.
        fold.undoable('ann');
        fold.redoable('bob');
      }
      assert.deepEqual(stateOf(fold), stateOf(folded(events)));
    }),
    { numRuns: 10_000, seed: 1 },
  );
});

test('an event counts exactly when no undo that counts comes after it', () => {
  fc.assert(
    fc.property(journals, (events) => {
      const fold = folded(events);
      // The definition, word for word, over the events that hold their ids.
      const held = [...new Set(events.map(({ id }) => fold.event(id)!))].sort(compareEvents);
      const counts = (event: JournalEvent): boolean =>
        !held.some(
          (undo) =>
            undo.op === 'undo' && undo.of === event.id && compareEvents(undo, event) > 0 && counts(undo),
        );
      const expected = held.filter((event) => event.op !== 'undo' && counts(event));
      const actual = [...fold.hashes()].flatMap((hash) =>
        fold.groupsOfHash(hash).flatMap((group) => group.acts()),
      );
      assert.deepEqual(actual.sort(compareEvents), expected);
    }),
    { numRuns: 2_000, seed: 1 },
  );
});

test('what `add` reports as changed is all that has changed', () => {
  fc.assert(
    fc.property(journals, journals, (first, second) => {
      const fold = folded(first);
      const before = new Map(
        [...fold.hashes()].flatMap((hash) => fold.groupsOfHash(hash)).map((group) => [group, group.acts()]),
      );
      const { groups } = fold.add(second);
      for (const [group, acts] of before) if (!groups.has(group)) assert.deepEqual(group.acts(), acts);
    }),
    { numRuns: 2_000, seed: 1 },
  );
});

const label = (number: number, by: string, id: string, more: Partial<JournalEvent> = {}) =>
  event(number, { by, op: 'label', rec: ref('a'), labels: [id], ...more });
const review = { why: { purpose: 'review' } } as const;

const none = (number: number, by: string) => event(number, { op: 'label', by, rec: ref('a'), labels: [] });
const several = (number: number, by: string, ...labels: string[]) =>
  event(number, { op: 'label', by, rec: ref('a'), labels });

interface Case {
  readonly events: JournalEvent[];
  readonly labels?: string[];
  readonly differ?: string[];
  readonly is?: string[];
  readonly multiLabel?: boolean;
}

const cases: Record<string, Case> = {
  'without labels a label clears, where a record has one': {
    events: [label(1, 'ann', 'L1'), none(2, 'ann')],
  },
  'without labels a label says that none applies, where a record can have several': {
    events: [label(1, 'ann', 'L1'), none(2, 'ann')],
    labels: [],
    multiLabel: true,
  },
  'a cleared answer is no answer, where a record can have several': {
    events: [none(1, 'ann'), event(2, { op: 'clear', rec: ref('a') })],
    multiLabel: true,
  },
  '"none" and a label differ': {
    events: [none(1, 'ann'), label(2, 'bob', 'L1')],
    differ: ['ann', 'bob'],
    multiLabel: true,
  },
  'the same labels in another order agree': {
    events: [several(1, 'ann', 'L1', 'L2'), several(2, 'bob', 'L2', 'L1')],
    labels: ['L2', 'L1'],
    multiLabel: true,
  },
  'a label and the one merged into it are one': {
    events: [several(1, 'ann', 'L1', 'merged', 'L2')],
    labels: ['L1', 'L2'],
    multiLabel: true,
  },
  '"none" ends a skip': {
    events: [event(1, { op: 'skip', rec: ref('a') }), none(2, 'ann')],
    labels: [],
    multiLabel: true,
  },
  'the last label of a person wins': {
    events: [label(1, 'ann', 'L1'), label(2, 'ann', 'L2')],
    labels: ['L2'],
  },
  'a cleared label is gone': { events: [label(1, 'ann', 'L1'), event(2, { op: 'clear', rec: ref('a') })] },
  'two who agree give one label': {
    events: [label(1, 'ann', 'L1'), label(2, 'bob', 'L1')],
    labels: ['L1'],
  },
  'two who differ give none': {
    events: [label(1, 'ann', 'L1'), label(2, 'bob', 'L2')],
    differ: ['ann', 'bob'],
  },
  'a review settles a disagreement': {
    events: [label(1, 'ann', 'L1'), label(2, 'bob', 'L2'), label(3, 'cyd', 'L2', review)],
    labels: ['L2'],
  },
  'a review by one of the two settles it': {
    events: [label(1, 'ann', 'L1'), label(2, 'bob', 'L2'), label(3, 'ann', 'L1', review)],
    labels: ['L1'],
  },
  'a label after the review opens the question again': {
    events: [label(1, 'ann', 'L1'), label(2, 'cyd', 'L2', review), label(3, 'bob', 'L1')],
    differ: ['cyd', 'bob'],
  },
  'an undone review settles nothing': {
    events: [
      label(1, 'ann', 'L1'),
      label(2, 'bob', 'L2'),
      label(3, 'cyd', 'L2', review),
      event(4, { op: 'undo', of: eventId(3) }),
    ],
    differ: ['ann', 'bob'],
  },
  'merged labels agree': { events: [label(1, 'ann', 'L1'), label(2, 'bob', 'merged')], labels: ['L1'] },
  'a label ends a skip': {
    events: [event(1, { op: 'skip', rec: ref('a') }), label(2, 'ann', 'L1')],
    labels: ['L1'],
  },
  'a skip after a label stands beside it': {
    events: [label(1, 'ann', 'L1'), event(2, { op: 'skip', rec: ref('a') })],
    labels: ['L1'],
    is: ['skipped'],
  },
  'unsure replaces a skip': {
    events: [event(1, { op: 'skip', rec: ref('a') }), event(2, { op: 'unsure', rec: ref('a') })],
    is: ['unsure'],
  },
  'a label leaves a flag where it is': {
    events: [event(1, { op: 'flag', rec: ref('a') }), label(2, 'ann', 'L1')],
    labels: ['L1'],
    is: ['flagged'],
  },
  'anybody may take a flag off': {
    events: [event(1, { op: 'flag', rec: ref('a') }), event(2, { op: 'unflag', by: 'bob', rec: ref('a') })],
  },
};

for (const [name, { events, labels, differ, is = [], multiLabel = false }] of Object.entries(cases)) {
  test(name, () => {
    const labelNow = (id: string) => (id === 'merged' ? 'L1' : id);
    const state = folded(events).stateOf(ref('a'), { labelNow, multiLabel })!;
    assert.deepEqual(state.labels, labels);
    assert.deepEqual(
      state.disagreement?.map(({ by }) => by),
      differ,
    );
    assert.deepEqual(
      (['skipped', 'unsure', 'flagged'] as const).filter((name) => state[name]),
      is,
    );
  });
}

test('undo takes back the last act and redo brings back the last undo, until a new act', () => {
  const acts = [1, 2, 3].map((number) => label(number, 'ann', `L${number}`));
  const fold = folded(acts);
  assert.equal(fold.undoable('ann')?.id, eventId(3));
  assert.equal(fold.redoable('ann'), undefined);
  fold.add([event(4, { op: 'undo', of: eventId(3) })]);
  fold.add([event(5, { op: 'undo', of: eventId(2) })]);
  assert.equal(fold.undoable('ann')?.id, eventId(1));
  assert.equal(fold.redoable('ann')?.event.id, eventId(2));
  fold.add([event(6, { op: 'undo', of: fold.redoable('ann')!.undo.id })]);
  assert.equal(fold.undoable('ann')?.id, eventId(2));
  assert.equal(fold.redoable('ann')?.event.id, eventId(3));
  fold.add([label(7, 'ann', 'L9')]);
  assert.equal(fold.redoable('ann'), undefined);
  assert.equal(fold.undoable('bob'), undefined);
});

/** Runs something and checks that it takes seconds of this thread's work, not hours; other programs' do not count. */
function inSeconds(run: () => void): void {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  assert.ok(user + system < 5_000_000, `${(user + system) / 1000} ms`);
}

test('a chain of a hundred thousand undos of undos is settled in less than five seconds', () => {
  const chain = [label(0, 'ann', 'L1')];
  for (let number = 1; number <= 100_001; number++)
    chain.push(event(number, { op: 'undo', of: eventId(number - 1) }));
  inSeconds(() => assert.equal(folded(chain).stateOf(ref('a')), undefined));
});

test('a hundred thousand records of one text are folded in less than five seconds', () => {
  const events = Array.from({ length: 100_000 }, (_, n) =>
    event(n, { op: 'label', rec: ref('a', { n }), labels: ['L1'] }),
  );
  inSeconds(() => assert.equal(folded(events).groupsOfHash(hashOf('a')).length, 100_000));
});

test('the acts of one stroke are undone and redone together, and only those', () => {
  const stroke = (number: number, letter: string) =>
    event(number, { op: 'label', rec: ref(letter), labels: ['L1'], why: { batch: 'one' } });
  const fold = new Fold();
  fold.add([event(1, { op: 'label', rec: ref('a'), labels: ['L1'] }), stroke(2, 'b'), stroke(3, 'c')]);
  const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id);
  assert.deepEqual(ids(fold.undoables('ann')), [eventId(2), eventId(3)]);
  fold.add([event(4, { op: 'undo', of: eventId(2) }), event(5, { op: 'undo', of: eventId(3) })]);
  assert.deepEqual(ids(fold.undoables('ann')), [eventId(1)]);
  assert.deepEqual(ids(fold.redoables('ann').map(({ undo }) => undo)), [eventId(5), eventId(4)]);
  fold.add([event(6, { op: 'undo', of: eventId(1) })]);
  assert.deepEqual(ids(fold.redoables('ann').map(({ undo }) => undo)), [eventId(6)]);
  fold.add([event(7, { op: 'undo', of: eventId(6) })]);
  assert.deepEqual(ids(fold.redoables('ann').map(({ undo }) => undo)), [eventId(5), eventId(4)]);
  assert.deepEqual(fold.undoables('bob'), []);
});
