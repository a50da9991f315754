/** What the queue page shows after what has happened. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Card, CardLabel, QueueSnapshot } from '../../../src/protocol/queue.ts';
import {
  chosenLabels,
  countsOf,
  emptyPage,
  eventOf,
  type Happening,
  historyOf,
  lookedAt,
  type PageState,
  recall,
  reduce,
  remember,
  visibleCard,
  visibleGuess,
} from '../../../webview/queue/state.ts';

const labels: readonly CardLabel[] = [
  { id: 'La', name: 'billing', key: '1' },
  { id: 'Lb', name: 'refund', key: '2' },
];

test('the next card is on screen before the answer is saved', () => {
  const state = play(open('a', 'b', 'c'), answer('e1'));
  assert.equal(visibleCard(state)?.key, 'b');
  assert.deepEqual(state.unsaved.map(eventOf), ['e1']);
  assert.deepEqual(
    historyOf(state).map((card) => card.key),
    ['a'],
  );
  assert.equal(countsOf(state)?.labelled, 1);
});

test('an answer says how long its card was on screen and whether the guess was seen', () => {
  const guessed = { ...card('a'), guess: { label: 'Lb', p: 0.9 } };
  const [sent] = play(
    [{ type: 'snapshot', snapshot: snapshot([guessed]), at: 100 }],
    answer('e1', 'La', 350),
  ).unsaved;
  assert.deepEqual(sent && 'answer' in sent && sent.answer, {
    event: 'e1',
    key: 'a',
    labels: ['La'],
    shown: true,
    ms: 250,
  });
});

test('a fresh snapshot never changes the card under the reader', () => {
  const state = play(open('a', 'b'), snapshotOf(2, ['c', 'd']));
  assert.equal(visibleCard(state)?.key, 'a');
  assert.equal(visibleCard(play([], answer('e1'), state))?.key, 'c');
});

test('a fresh snapshot of the card under the reader changes its flag and answer, never its text, guess or reason', () => {
  const fresh = {
    ...card('a'),
    text: 'other',
    why: 'other',
    guess: { label: 'La', p: 0.5 },
    flagged: true,
    answer: ['Lb'],
  };
  const state = play(open('a'), { type: 'snapshot', snapshot: { ...snapshot([fresh]), revision: 2 }, at: 0 });
  assert.deepEqual(visibleCard(state), { ...card('a'), flagged: true, answer: ['Lb'] });
});

test('an older snapshot is ignored', () => {
  const state = play(open('a'), snapshotOf(5, ['a'], ['z']), snapshotOf(4, ['a']));
  assert.equal(state.snapshot?.revision, 5);
});

test('a snapshot from before an answer does not ask for the same record again', () => {
  const state = play(open('a', 'b'), answer('e1'), answer('e2'), snapshotOf(2, ['a', 'b', 'c']));
  assert.equal(visibleCard(state)?.key, 'c');
});

test('when every prefetched card is answered, nothing is on screen until more arrive', () => {
  const waiting = play(open('a'), answer('e1'));
  assert.equal(visibleCard(waiting), undefined);
  assert.equal(visibleCard(play([], saved('e1', 2, ['b']), waiting))?.key, 'b');
});

test('an answer that could not be saved brings its card back, with the reason', () => {
  const state = play(open('a', 'b', 'c'), answer('e1'), failed('e1', 'The disk is full.'));
  assert.equal(visibleCard(state)?.key, 'a');
  assert.equal(state.failure?.message, 'The disk is full.');
  assert.deepEqual(historyOf(state), []);
  assert.equal(
    visibleCard(play([], answer('e2'), state))?.key,
    'b',
    'the card that was on screen comes next',
  );
});

test('several failures bring their cards back in order, without changing the first under the reader', () => {
  const sent = [answer('e1'), answer('e2'), answer('e3')];
  let state = play(open('a', 'b', 'c', 'd'), ...sent, failed('e1'), failed('e2'), failed('e3'));
  const seen: (string | undefined)[] = [];
  for (const event of ['f1', 'f2', 'f3', 'f4']) {
    seen.push(visibleCard(state)?.key);
    state = play([], answer(event), state);
  }
  assert.deepEqual(seen, ['a', 'b', 'c', 'd']);
});

test('the reason goes away when its own record is saved, not when another one is', () => {
  const state = play(
    open('a', 'b', 'c'),
    answer('e1'),
    answer('e2'),
    failed('e1'),
    saved('e2', 2, ['a', 'c'], ['b']),
  );
  assert.ok(state.failure);
  const again = play([], answer('e3'), state);
  assert.equal(play([], saved('e3', 3, ['c'], ['b', 'a']), again).failure, undefined);
});

test('looking back goes through the answers and returns to the same waiting card', () => {
  const steps = [answer('e1'), saved('e1', 2, ['b', 'c'], ['a']), answer('e2')];
  let state = play(open('a', 'b', 'c'), ...steps);
  const seen: (string | undefined)[] = [];
  for (const towards of ['previous', 'previous', 'previous', 'next', 'next', 'next'] as const) {
    state = reduce(state, { type: 'look', towards, at: 0 });
    seen.push(visibleCard(state)?.key);
  }
  assert.deepEqual(seen, ['b', 'a', 'a', 'b', 'c', 'c']);
});

test('changing an old answer returns to the waiting card and counts no record twice', () => {
  const before = play(open('a', 'b'), answer('e1'), saved('e1', 2, ['b'], ['a']));
  const looking = reduce(before, { type: 'look', towards: 'previous', at: 0 });
  assert.equal(visibleGuess(looking), undefined, 'Enter accepts nothing while looking back');
  const state = play([], answer('e2', 'Lb'), looking);
  assert.equal(visibleCard(state)?.key, 'b');
  assert.deepEqual(historyOf(state)[0]?.answer, ['Lb']);
  assert.equal(countsOf(state)?.labelled, before.snapshot?.counts.labelled);
});

test('a change that could not be saved is looked back at again, with its old answer', () => {
  const before = play(open('a', 'b'), answer('e1'), saved('e1', 2, ['b'], ['a']));
  const looking = reduce(before, { type: 'look', towards: 'previous', at: 0 });
  const state = play([], answer('e2', 'Lb'), reduce(looking, { type: 'say', status: '' }));
  const back = reduce(state, failed('e2'));
  assert.equal(lookedAt(back)?.key, 'a');
  assert.deepEqual(lookedAt(back)?.answer, ['La']);
});

test('undo brings the undone record on screen, and the other one after it', () => {
  const state = play(
    open('a', 'b', 'c'),
    answer('e1'),
    saved('e1', 2, ['b', 'c'], ['a']),
    stepped('undo', 3, ['c', 'b', 'a']),
  );
  assert.equal(visibleCard(state)?.key, 'a');
  assert.equal(visibleCard(play([], answer('e2'), state))?.key, 'b');
});

test('undo of a skip brings the skipped record on screen when the engine puts it first', () => {
  const skip: Happening = { type: 'mark', event: 'e1', op: 'skip', at: 0 };
  const state = play(
    open('a', 'b', 'c'),
    skip,
    saved('e1', 2, ['b', 'c']),
    stepped('undo', 3, ['a', 'b', 'c']),
  );
  assert.equal(visibleCard(state)?.key, 'a');
});

test('redo takes the record away again', () => {
  const undone = play(
    open('a', 'b'),
    answer('e1'),
    saved('e1', 2, ['b'], ['a']),
    stepped('undo', 3, ['a', 'b']),
  );
  assert.equal(visibleCard(play([], stepped('redo', 4, ['b'], ['a']), undone))?.key, 'b');
});

test('undo does not bring back a record whose answer is still on its way', () => {
  const state = play(
    open('a', 'b', 'c'),
    answer('e1'),
    saved('e1', 2, ['b', 'c'], ['a']),
    answer('e2'),
    stepped('undo', 3, ['a', 'b', 'c']),
  );
  assert.equal(visibleCard(state)?.key, 'a');
  assert.deepEqual(state.unsaved.map(eventOf), ['e2']);
});

test('undoing a change of answer is said, because nothing on screen shows it', () => {
  const answered = snapshotOf(2, ['b'], ['a'], 'Lb');
  const state = play(open('a', 'b'), answered, stepped('undo', 3, ['b'], ['a'], 'La'));
  assert.match(state.status, /Text of a.*is billing/);
});

test('a flag shows at once, stays on the card, and goes when it could not be saved', () => {
  const flag: Happening = { type: 'mark', event: 'e1', op: 'flag', at: 0 };
  const state = play(open('a', 'b'), flag);
  assert.deepEqual([visibleCard(state)?.key, visibleCard(state)?.flagged], ['a', true]);
  assert.equal(visibleCard(reduce(state, failed('e1')))?.flagged, false);
  const second = reduce(state, { ...flag, event: 'e2' });
  const sent = second.unsaved[1];
  assert.equal(sent && 'mark' in sent && sent.mark.op, 'unflag');
});

test('an audit card shows no guess, even when one is sent', () => {
  const audit: Card = { ...card('a'), purpose: 'audit', guess: { label: 'La', p: 0.99 } };
  assert.equal(visibleGuess(play([{ type: 'snapshot', snapshot: snapshot([audit]), at: 0 }])), undefined);
});

test('after a reload the same card is on screen and what was unsaved is still known', () => {
  const before = play(open('a', 'b', 'c'), answer('e1'));
  const kept: unknown = JSON.parse(JSON.stringify(remember(before)));
  const after = reduce(recall(kept), snapshotOf(1, ['c', 'b', 'a']));
  assert.equal(visibleCard(after)?.key, 'b');
  assert.deepEqual(after.unsaved, before.unsaved);
});

for (const remembered of [undefined, null, 7, 'x', {}, { version: 2, unsaved: [] }, { version: 1 }]) {
  test(`a memory that is ${JSON.stringify(remembered)} starts an empty page`, () => {
    assert.equal(recall(remembered), emptyPage);
  });
}

test('whatever happens in whatever order, one event is sent once and no unsaved record is asked again', () => {
  const happening = fc.oneof(
    fc.constant('answer'),
    fc.constant('skip'),
    fc.constant('flag'),
    fc.constant('saved'),
    fc.constant('failed'),
    fc.constant('show'),
    fc.constant('previous'),
    fc.constant('next'),
  );
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (names) => {
      let state = play(open('a', 'b', 'c', 'd', 'e', 'f'));
      const done: string[] = [];
      let revision = 1;
      names.forEach((name, index) => {
        const event = `e${index}`;
        const left = ['a', 'b', 'c', 'd', 'e', 'f'].filter((key) => !done.includes(key));
        const first = state.unsaved[0];
        if (name === 'answer') state = reduce(state, answer(event));
        else if (name === 'skip' || name === 'flag')
          state = reduce(state, { type: 'mark', event, op: name, at: 0 });
        else if (name === 'show') state = reduce(state, snapshotOf(revision, left, done));
        else if (name === 'previous' || name === 'next')
          state = reduce(state, { type: 'look', towards: name, at: 0 });
        else if (first && name === 'failed') state = reduce(state, failed(eventOf(first)));
        else if (first && name === 'saved') {
          if ('answer' in first && !done.includes(first.card.key)) done.push(first.card.key);
          const upcoming = left.filter((key) => !done.includes(key));
          state = reduce(state, saved(eventOf(first), ++revision, upcoming, done));
        }
        const events = state.unsaved.map(eventOf);
        assert.equal(new Set(events).size, events.length);
        const onScreen = visibleCard(state);
        const leaving = state.unsaved.filter((each) => 'answer' in each || each.mark.op === 'skip');
        if (onScreen && !lookedAt(state)) {
          assert.ok(!leaving.some((each) => each.card.key === onScreen.key && !each.correction));
        }
        const front = state.front.map((each) => each.card.key);
        assert.equal(new Set(front).size, front.length);
      });
    }),
    { seed: 7, numRuns: 300 },
  );
});

/** Plays happenings after each other: a list, then one more or several, from a state or from an empty page. */
const several = (state: readonly Happening[]) =>
  state.map((each) =>
    'snapshot' in each ? { ...each, snapshot: { ...each.snapshot, multiLabel: true as const } } : each,
  );
const toggle = (label: string): Happening => ({ type: 'toggle', label });

test('label keys put labels on and take them off, said in the order of the label set', () => {
  const state = play(several(open('a', 'b')), toggle('Lb'), toggle('La'));
  assert.deepEqual(chosenLabels(state), ['La', 'Lb']);
  assert.equal(state.announcement, 'billing on: billing, refund');
  const off = play([], toggle('La'), toggle('Lb'), state);
  assert.deepEqual(chosenLabels(off), []);
  assert.equal(off.announcement, 'refund off: nothing chosen');
});

test('Enter saves what is on the card, none of them too, and the next card begins with nothing on', () => {
  const state = play(several(open('a', 'b', 'c')), toggle('La'));
  const first = reduce(state, { type: 'answer', event: 'e1', labels: chosenLabels(state), at: 0 });
  assert.equal(first.status, 'Labelled billing');
  assert.deepEqual(chosenLabels(first), []);
  const second = reduce(first, { type: 'answer', event: 'e2', labels: chosenLabels(first), at: 0 });
  assert.equal(second.status, 'Labelled none of them');
  assert.deepEqual(
    historyOf(second).map((card) => card.answer),
    [['La'], []],
  );
});

test('a card that comes back, by undo or because it was not saved, has its labels on again', () => {
  const labelled = play(several(open('a', 'b')), toggle('Lb'), answer('e1', 'Lb'));
  assert.deepEqual(chosenLabels(play([], failed('e1'), labelled)), ['Lb']);
  const [acknowledged, undone] = several([saved('e1', 2, ['b'], ['a']), stepped('undo', 3, ['a', 'b'])]);
  const back = play([], acknowledged!, undone!, labelled);
  assert.equal(visibleCard(back)?.key, 'a');
  assert.deepEqual(chosenLabels(back), ['La']);
});

test('looking back shows the answer, a change to it that was not saved is left behind, and the waiting card keeps its labels', () => {
  const state = play(several([snapshotOf(1, ['b'], ['a'])]), toggle('Lb'), {
    type: 'look',
    towards: 'previous',
    at: 0,
  });
  assert.deepEqual(chosenLabels(state), ['La']);
  const tried = play([], toggle('La'), { type: 'lookAt', key: undefined, at: 0 }, state);
  assert.deepEqual(chosenLabels(tried), ['Lb']);
  assert.deepEqual(chosenLabels(play([], { type: 'look', towards: 'previous', at: 0 }, tried)), ['La']);
});

test('what was put on a card survives a reload of the page', () => {
  const state = play(several(open('a')), toggle('Lb'));
  const again = recall(JSON.parse(JSON.stringify(remember(state))));
  assert.deepEqual(chosenLabels(play(several(open('a')), again)), ['Lb']);
});

function play(first: readonly Happening[], ...rest: readonly (Happening | PageState)[]): PageState {
  const from = rest.find((each): each is PageState => 'front' in each) ?? emptyPage;
  return [...first, ...rest.filter((each): each is Happening => 'type' in each)].reduce(reduce, from);
}

function open(...keys: readonly string[]): readonly Happening[] {
  return [snapshotOf(1, keys)];
}

function answer(event: string, label = 'La', at = 0): Happening {
  return { type: 'answer', event, labels: [label], at };
}

function saved(
  event: string,
  revision: number,
  upcoming: readonly string[],
  history: readonly string[] = [],
): Happening {
  const { snapshot } = snapshotOf(revision, upcoming, history);
  return { type: 'saved', event, snapshot, at: 0 };
}

function failed(event: string, message = 'It failed.'): Happening {
  return { type: 'failed', event, failure: { message }, at: 0 };
}

function stepped(
  step: 'undo' | 'redo',
  revision: number,
  upcoming: readonly string[],
  history: readonly string[] = [],
  label = 'La',
): Happening {
  const { snapshot } = snapshotOf(revision, upcoming, history, label);
  return { type: 'stepped', step, snapshot, at: 0 };
}

function snapshotOf(
  revision: number,
  upcoming: readonly string[],
  history: readonly string[] = [],
  label = 'La',
) {
  const answered = history.map((key) => ({ ...card(key), answer: [label] }));
  return {
    type: 'snapshot',
    snapshot: { ...snapshot(upcoming.map(card), answered), revision },
    at: 0,
  } as const;
}

function snapshot(upcoming: readonly Card[], history: readonly Card[] = []): QueueSnapshot {
  return {
    revision: 1,
    project: 'test',
    labels,
    upcoming,
    history,
    canUndo: true,
    canRedo: true,
    counts: { records: 100, labelled: history.length, audited: 0, skipped: 0, problems: 0 },
    sitting: { answered: history.length },
    training: { phase: 'cold', labelsNeeded: 2 },
  };
}

function card(key: string): Card {
  return {
    key,
    text: `Text of ${key}`,
    truncated: false,
    fields: [],
    src: 'a.jsonl',
    line: 1,
    purpose: 'train',
    why: 'Least sure.',
    flagged: false,
  };
}
