import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fold } from '../../../src/core/records/fold.ts';
import { type RecordLookup, type Resolution, resolveAll } from '../../../src/core/records/identity.ts';
import type { IndexedRecord, RecordRef } from '../../../src/core/records/record.ts';
import { event, eventId, journals, ref } from './acts.ts';

/** An index of these records; rows count from 1. */
function indexOf(refs: readonly RecordRef[]): RecordLookup {
  const records: IndexedRecord[] = refs.map((ref, position) => ({
    ...ref,
    row: position + 1,
    offset: 0,
    length: 1,
    auditRank: 0,
  }));
  return {
    byHash: (hash) => records.filter((record) => record.hash === hash),
    bySourceId: (src, id) => records.filter((record) => record.src === src && record.id === id),
  };
}

/** Labels the records with L0, L1, …, in order, and resolves them onto the index. */
function labelled(refs: readonly RecordRef[], index: readonly RecordRef[]): Resolution {
  const fold = new Fold();
  fold.add(refs.map((rec, number) => event(number, { op: 'label', rec, labels: [`L${number}`] })));
  return resolveAll(fold, indexOf(index));
}

/** `row standing label` of every row that has a state, then `orphan label`. */
function summary(resolution: Resolution): string[] {
  const rows = [...resolution.states].map(([row, { standing, labels }]) => `${row} ${standing} ${labels}`);
  return [...rows.sort(), ...resolution.orphans().map(({ state }) => `orphan ${state.labels}`)];
}

const cases: Record<string, { labelled: RecordRef[]; index: RecordRef[]; expected: string[] }> = {
  'a record that did not change keeps its label': {
    labelled: [ref('a', { id: '7' })],
    index: [ref('a', { id: '7' })],
    expected: ['1 attached L0'],
  },
  'a row inserted above moves nothing': {
    labelled: [ref('a', { line: 1 }), ref('b', { line: 2 })],
    index: [ref('c', { line: 1 }), ref('a', { line: 2 }), ref('b', { line: 3 })],
    expected: ['2 attached L0', '3 attached L1'],
  },
  'labels follow their texts into another file': {
    labelled: [ref('a', { id: '7' }), ref('b')],
    index: [ref('b', { src: 'new.jsonl' }), ref('a', { src: 'new.jsonl', id: '7' })],
    expected: ['1 follows L1', '2 follows L0'],
  },
  'an edited text makes the label of its id stale': {
    labelled: [ref('a', { id: '7' })],
    index: [ref('b', { id: '7' })],
    expected: ['1 stale L0'],
  },
  'an edited text without an id leaves an orphan': {
    labelled: [ref('a')],
    index: [ref('b')],
    expected: ['orphan L0'],
  },
  'a deleted row leaves an orphan': { labelled: [ref('a', { id: '7' })], index: [], expected: ['orphan L0'] },
  'equal texts keep their own labels': {
    labelled: [ref('a', { n: 0 }), ref('a', { n: 1 })],
    index: [ref('a', { n: 0 }), ref('a', { n: 1 })],
    expected: ['1 attached L0', '2 attached L1'],
  },
  'equal texts with ids keep their own labels when their order changes': {
    labelled: [ref('a', { id: '1', n: 0 }), ref('a', { id: '2', n: 1 })],
    index: [ref('a', { id: '2', n: 0 }), ref('a', { id: '1', n: 1 })],
    expected: ['1 attached L1', '2 attached L0'],
  },
  'equal texts that moved claim a row each': {
    labelled: [ref('a', { n: 0 }), ref('a', { n: 1 })],
    index: [ref('a', { src: 'new.jsonl', n: 0 }), ref('a', { src: 'new.jsonl', n: 1 })],
    expected: ['1 follows L0', '2 follows L1'],
  },
  'of two equal texts one of which is gone, the later label holds for the other': {
    labelled: [ref('a', { n: 0 }), ref('a', { n: 1 })],
    index: [ref('a', { n: 0 })],
    expected: ['1 follows L1'],
  },
  'an edited copy is stale under its own id, not merged into the other copy': {
    labelled: [ref('a', { id: '1', n: 0 }), ref('a', { id: '2', n: 1 })],
    index: [ref('a', { id: '1', n: 0 }), ref('b', { id: '2' })],
    expected: ['1 attached L0', '2 stale L1'],
  },
  'an id that two rows have now decides nothing': {
    labelled: [ref('a', { id: '7' })],
    index: [ref('b', { id: '7' }), ref('c', { id: '7' })],
    expected: ['orphan L0'],
  },
  'what was said of the text as it is now outranks what was said later of another': {
    labelled: [ref('a', { id: '7' }), ref('b', { id: '7' })],
    index: [ref('a', { id: '7' })],
    expected: ['1 attached L0'],
  },
};

for (const [name, { labelled: refs, index, expected }] of Object.entries(cases)) {
  test(name, () => {
    assert.deepEqual(summary(labelled(refs, index)), expected);
  });
}

test('a stale label holds again once it is confirmed, and is stale again after the next edit', () => {
  const fold = new Fold();
  fold.add([event(1, { op: 'label', rec: ref('a', { id: '7' }), labels: ['L1'] })]);
  const edited = indexOf([ref('b', { id: '7' })]);
  const resolution = resolveAll(fold, edited);
  assert.deepEqual([...resolution.stale], [1]);
  resolution.refresh(fold.add([event(2, { op: 'confirm', by: 'bob', rec: ref('b', { id: '7' }) })]).groups);
  assert.deepEqual(
    [resolution.states.get(1)!.labels, resolution.states.get(1)!.standing],
    [['L1'], 'attached'],
  );
  assert.equal(resolution.stale.size, 0);
  assert.deepEqual([...resolveAll(fold, indexOf([ref('c', { id: '7' })])).stale], [1]);
  resolution.refresh(fold.add([event(3, { op: 'undo', of: eventId(2) })]).groups);
  assert.deepEqual([...resolution.stale], [1]);
});

test('records of which every act is undone claim no row', () => {
  const fold = new Fold();
  fold.add([
    event(1, { op: 'label', rec: ref('a', { src: 'gone.jsonl' }), labels: ['L1'] }),
    event(2, { op: 'undo', of: eventId(1) }),
  ]);
  const resolution = resolveAll(fold, indexOf([ref('a')]));
  assert.equal(resolution.states.size, 0);
  assert.equal(resolution.orphanCount, 0);
});

const indexes = fc.array(
  fc
    .record({
      letter: fc.constantFrom('a', 'b', 'c'),
      src: fc.constantFrom('a.jsonl', 'b.jsonl'),
      id: fc.constantFrom(undefined, '1', '2', '3'),
      n: fc.integer({ min: 0, max: 2 }),
    })
    .map(({ letter, src, id, n }) => ref(letter, { src, n, ...(id && { id }) })),
  { maxLength: 8 },
);

test('following events one by one ends in the same state as resolving everything at once', () => {
  fc.assert(
    fc.property(journals, indexes, (events, index) => {
      const lookup = indexOf(index);
      const fold = new Fold();
      const resolution = resolveAll(fold, lookup);
      for (const event of events) {
        const before = new Map(resolution.states);
        const rows = resolution.refresh(fold.add([event]).groups);
        for (const row of new Set([...before.keys(), ...resolution.states.keys()])) {
          if (!rows.has(row))
            assert.deepEqual(resolution.states.get(row), before.get(row), 'a row not reported changed');
        }
      }
      const reversed = new Fold();
      reversed.add([...events].reverse());
      const anew = resolveAll(reversed, lookup);
      assert.deepEqual(new Map([...resolution.states].sort()), new Map([...anew.states].sort()));
      assert.deepEqual(new Set(resolution.stale), new Set(anew.stale));
      assert.deepEqual(orphansOf(resolution), orphansOf(anew));
    }),
    { numRuns: 2_000, seed: 1 },
  );
});

function orphansOf(resolution: Resolution): string[] {
  return resolution
    .orphans()
    .map((orphan) => JSON.stringify(orphan))
    .sort();
}

test('no record that was acted on is lost: each is on a row or among the orphans', () => {
  fc.assert(
    fc.property(journals, indexes, (events, index) => {
      const fold = new Fold();
      fold.add(events);
      const resolution = resolveAll(fold, indexOf(index));
      const live = [...fold.hashes()]
        .flatMap((hash) => fold.groupsOfHash(hash))
        .filter((group) => group.live);
      const acts = live.flatMap((group) => group.acts()).length;
      const rowsWithHash = new Set(live.filter((group) => index.some(({ hash }) => hash === group.ref.hash)));
      assert.ok(resolution.orphanCount <= live.length - rowsWithHash.size);
      assert.equal(live.length > 0, resolution.states.size + resolution.orphanCount > 0);
      assert.ok(acts >= resolution.states.size + resolution.orphanCount);
    }),
    { numRuns: 1_000, seed: 1 },
  );
});
