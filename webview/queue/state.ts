/**
 * The queue page's state, as a pure function of what happened.
 *
 *   waiting card ──answer, skip, unsure──► unsaved ──saved──► history
 *        ▲                                    │
 *        └────────────failed (with why)───────┘
 *
 * The next card is shown as soon as one is answered; the answer stays in `unsaved` until the engine has
 * acknowledged it. A fresh snapshot never changes the card under the reader: that card is held in `front`.
 */

import type { Guidelines } from '../../src/protocol/guidelines.ts';
import type {
  Answer,
  Card,
  CardLabel,
  Mark,
  QueueCounts,
  QueueSnapshot,
  WordWeight,
} from '../../src/protocol/queue.ts';
import { say, sayOf } from '../ui/say.ts';
import { excerpt } from './text.ts';

export interface PageState {
  /** The newest state the engine has sent; undefined until the first. */
  readonly snapshot: QueueSnapshot | undefined;
  /** Cards that come before the snapshot's own order. The first is the one under the reader. */
  readonly front: readonly FrontCard[];
  /** What was sent and is not yet acknowledged, oldest first. */
  readonly unsaved: readonly Unsaved[];
  /** The answered record looked back at, instead of the waiting one. */
  readonly lookingAt: string | undefined;
  /** Where a record can have several labels: those put on a card so far, by its key, until Enter saves them. */
  readonly toggles: Readonly<Record<string, readonly string[]>>;
  /** When the visible card came on screen, in milliseconds. */
  readonly since: number;
  /** Why something was not saved or not done. */
  readonly failure: PageFailure | undefined;
  /** What just happened, for the status line; the announcement adds the next card for screen readers. */
  readonly status: string;
  /** The labels of the latest record labelled, by name. */
  readonly labelled: string;
  readonly announcement: string;
  /** After a reload: the card that was on screen, to be found again in the first snapshot. */
  readonly wanted: string | undefined;
  readonly showWhy: boolean;
  readonly showKeys: boolean;
  /** Whether the guidelines are beside the record. */
  readonly showGuide: boolean;
  /** As they came last. */
  readonly guidelines: Guidelines | undefined;
  /** Whether the field that finds records is open. */
  readonly searching: boolean;
  /** The words behind the guess of one card, once they were asked for. */
  readonly words: { readonly key: string; readonly words: readonly WordWeight[] } | undefined;
}

export interface FrontCard {
  readonly card: Card;
  /** It came back because its answer could not be saved. */
  readonly returned: boolean;
}

export type Unsaved = {
  /** Carried whole, so that it can come back when saving fails. */
  readonly card: Card;
  /** The record was answered before: this is a change. */
  readonly correction: boolean;
} & ({ readonly answer: Answer } | { readonly mark: Mark });

export interface PageFailure {
  /** The record concerned; absent when none is. */
  readonly key?: string;
  readonly message: string;
  readonly wayOut?: string | undefined;
}

/** Everything that can happen to the page; `at` is the time in milliseconds. */
export type Happening =
  | { readonly type: 'snapshot'; readonly snapshot: QueueSnapshot; readonly at: number }
  | {
      readonly type: 'answer';
      readonly event: string;
      readonly labels: readonly string[] | null;
      readonly at: number;
    }
  | { readonly type: 'toggle'; readonly label: string }
  | {
      readonly type: 'mark';
      readonly event: string;
      readonly op: 'skip' | 'unsure' | 'flag';
      readonly at: number;
    }
  | { readonly type: 'saved'; readonly event: string; readonly snapshot: QueueSnapshot; readonly at: number }
  | { readonly type: 'failed'; readonly event: string; readonly failure: PageFailure; readonly at: number }
  | { readonly type: 'refused'; readonly failure: PageFailure }
  | {
      readonly type: 'stepped';
      readonly step: 'undo' | 'redo';
      readonly snapshot: QueueSnapshot;
      readonly at: number;
    }
  | { readonly type: 'look'; readonly towards: 'previous' | 'next'; readonly at: number }
  | { readonly type: 'lookAt'; readonly key: string | undefined; readonly at: number }
  | { readonly type: 'say'; readonly status: string }
  | { readonly type: 'dismissFailure' }
  | { readonly type: 'toggleWhy' }
  | { readonly type: 'toggleGuide' }
  | { readonly type: 'guided'; readonly guidelines: Guidelines }
  | { readonly type: 'openSearch' }
  | { readonly type: 'searched'; readonly snapshot: QueueSnapshot; readonly at: number }
  | { readonly type: 'explained'; readonly key: string; readonly words: readonly WordWeight[] }
  | { readonly type: 'toggleKeys' };

export const emptyPage: PageState = {
  snapshot: undefined,
  front: [],
  unsaved: [],
  lookingAt: undefined,
  toggles: {},
  since: 0,
  failure: undefined,
  status: '',
  labelled: '',
  announcement: '',
  wanted: undefined,
  showWhy: false,
  showKeys: false,
  showGuide: false,
  guidelines: undefined,
  searching: false,
  words: undefined,
};

/** The card on screen: the one looked back at, else the one to answer; undefined when there is none. */
export function visibleCard(state: PageState): Card | undefined {
  return lookedAt(state) ?? state.front[0]?.card;
}

/** The answered card looked back at, when that is what is on screen. */
export function lookedAt(state: PageState): Card | undefined {
  return state.lookingAt === undefined
    ? undefined
    : historyOf(state).find((card) => card.key === state.lookingAt);
}

/** The guess that Enter accepts: only one that can be seen, never on an audit card. */
export function visibleGuess(
  state: PageState,
): { readonly label: CardLabel; readonly p: number } | undefined {
  const card = visibleCard(state);
  if (!card?.guess || card.purpose === 'audit' || lookedAt(state)) return undefined;
  const label = labelOf(state, card.guess.label);
  return label && { label, p: card.guess.p };
}

/** All that the model would give the card, where a record can have several labels; undefined where it is not to be seen. */
export function visibleGuesses(
  state: PageState,
): readonly { readonly label: CardLabel; readonly p: number }[] | undefined {
  const card = visibleCard(state);
  if (!card?.guesses || card.purpose === 'audit' || lookedAt(state)) return undefined;
  return card.guesses.flatMap(({ label: id, p }) => {
    const label = labelOf(state, id);
    return label ? [{ label, p }] : [];
  });
}

/** The label whose reasons can be asked for: the guess, or the surest of several. */
export function explainedLabel(state: PageState): CardLabel | undefined {
  return (visibleGuess(state) ?? visibleGuesses(state)?.[0])?.label;
}

/** The labels of the card on screen: what it was answered with, or what was put on it since. */
export function chosenLabels(state: PageState): readonly string[] {
  const card = visibleCard(state);
  if (!card) return [];
  return (state.snapshot?.multiLabel ? state.toggles[card.key] : undefined) ?? card.answer ?? [];
}

export function labelOf(state: PageState, id: string | undefined): CardLabel | undefined {
  return state.snapshot?.labels.find((label) => label.id === id);
}

/** The latest answers, oldest first, with those not yet saved as if they were. */
export function historyOf(state: PageState): readonly Card[] {
  const history = [...(state.snapshot?.history ?? [])];
  for (const unsaved of state.unsaved) {
    const place = history.findIndex((card) => card.key === unsaved.card.key);
    const before = history[place];
    if ('answer' in unsaved) {
      const card = answered(before ?? unsaved.card, unsaved.answer.labels);
      if (before) history[place] = card;
      else history.push(card);
    } else if (before) {
      history[place] = marked(before, unsaved.mark);
    }
  }
  return history.slice(-20);
}

/** The counts, with what is not yet saved as if it were. */
export function countsOf(state: PageState): QueueCounts | undefined {
  const { snapshot, unsaved } = state;
  if (!snapshot) return undefined;
  const known = new Set(snapshot.history.map((card) => card.key));
  const answered = new Map<string, Card>();
  let skipped = snapshot.counts.skipped;
  for (const each of unsaved) {
    if ('answer' in each) {
      if (!each.correction && !known.has(each.card.key)) answered.set(each.card.key, each.card);
    } else if (each.mark.op === 'skip') skipped++;
  }
  // What was searched for measures nothing.
  const audited = snapshot.search
    ? 0
    : [...answered.values()].filter((card) => card.purpose === 'audit').length;
  return {
    ...snapshot.counts,
    labelled: snapshot.counts.labelled + answered.size,
    audited: snapshot.counts.audited + audited,
    skipped,
  };
}

export function reduce(state: PageState, happening: Happening): PageState {
  switch (happening.type) {
    case 'snapshot':
      return withSnapshot(state, happening.snapshot, happening.at);
    case 'answer':
      return answer(state, happening);
    case 'toggle':
      return toggle(state, happening.label);
    case 'mark':
      return mark(state, happening);
    case 'saved':
      return saved(state, happening);
    case 'failed':
      return failed(state, happening);
    case 'refused':
      return { ...state, failure: happening.failure, announcement: sentenceOf(happening.failure) };
    case 'stepped':
      return stepped(state, happening);
    case 'look':
      return look(state, happening);
    case 'lookAt':
      return lookAt(state, happening.key, happening.at);
    case 'say':
      return { ...state, status: happening.status, announcement: happening.status };
    case 'dismissFailure':
      return { ...state, failure: undefined };
    case 'toggleWhy':
      return { ...state, showWhy: !state.showWhy };
    case 'toggleGuide':
      return { ...state, showGuide: !state.showGuide };
    case 'guided':
      return { ...state, guidelines: happening.guidelines };
    case 'openSearch':
      return { ...state, searching: true };
    case 'searched':
      return searched(state, happening);
    case 'explained':
      return { ...state, words: { key: happening.key, words: happening.words } };
    case 'toggleKeys':
      return { ...state, showKeys: !state.showKeys };
  }
}

/** What VS Code keeps for the page: enough to lose no answer and to find the same card again. */
export interface Remembered {
  readonly version: 1;
  readonly unsaved: readonly Unsaved[];
  readonly onScreen: string | undefined;
  readonly toggles?: PageState['toggles'];
  readonly showWhy: boolean;
  readonly showGuide: boolean;
}

export function remember(state: PageState): Remembered {
  return {
    version: 1,
    unsaved: state.unsaved,
    onScreen: state.front[0]?.card.key ?? state.wanted,
    toggles: state.toggles,
    showWhy: state.showWhy,
    showGuide: state.showGuide,
  };
}

/** The page as it starts, with what an earlier load of it left behind. */
export function recall(remembered: unknown): PageState {
  const before = remembered as Partial<Remembered> | null | undefined;
  if (before?.version !== 1 || !Array.isArray(before.unsaved)) return emptyPage;
  return {
    ...emptyPage,
    unsaved: before.unsaved,
    wanted: before.onScreen,
    toggles: before.toggles ?? {},
    showWhy: before.showWhy === true,
    showGuide: before.showGuide === true,
  };
}

/** The id under which something unsaved was sent. */
export function eventOf(unsaved: Unsaved): string {
  return 'answer' in unsaved ? unsaved.answer.event : unsaved.mark.event;
}

function withSnapshot(state: PageState, snapshot: QueueSnapshot, at: number): PageState {
  if (state.snapshot && snapshot.revision < state.snapshot.revision) return state;
  const fresh = new Map([...snapshot.upcoming, ...snapshot.history].map((card) => [card.key, card]));
  const front = state.front.map((each) => ({
    ...each,
    card: refreshed(each.card, fresh.get(each.card.key)),
  }));
  return settle({ ...state, snapshot, front }, at);
}

/** Only marks and answers of the card under the reader follow the engine: its text, guess and reason stay. */
function refreshed(card: Card, fresh: Card | undefined): Card {
  if (!fresh || (fresh.flagged === card.flagged && fresh.answer === card.answer)) return card;
  const { answer: _, ...rest } = card;
  return { ...rest, flagged: fresh.flagged, ...(fresh.answer ? { answer: fresh.answer } : {}) };
}

/** Brings the next waiting card on screen when there is none. */
function settle(state: PageState, at: number): PageState {
  const { snapshot } = state;
  if (!snapshot || state.front.length > 0) return state;
  const left = new Set(state.unsaved.filter(leavesQueue).map((unsaved) => unsaved.card.key));
  const waiting = snapshot.upcoming.filter((card) => !left.has(card.key));
  const next = waiting.find((card) => card.key === state.wanted) ?? waiting[0];
  if (!next) return state;
  const front = [{ card: withUnsavedMarks(next, state), returned: false }];
  return { ...state, front, wanted: undefined, since: at };
}

function answer(state: PageState, { event, labels, at }: Extract<Happening, { type: 'answer' }>): PageState {
  const card = visibleCard(state);
  if (!card) return state;
  const correction = lookedAt(state) !== undefined;
  const sent: Answer = {
    event,
    key: card.key,
    labels,
    shown: (visibleGuess(state) ?? visibleGuesses(state)) !== undefined,
    ms: Math.max(0, Math.round(at - state.since)),
  };
  const labelled = namesOf(state, labels ?? []);
  const status = isClear(state, labels)
    ? say('Cleared')
    : correction
      ? say('Changed to {0}', labelled)
      : say('Labelled {0}', labelled);
  const unsaved = [...state.unsaved, { card, correction, answer: sent }];
  return leave({ ...state, unsaved, labelled, toggles: without(state.toggles, card.key) }, status, at);
}

/** Puts a label on the card, or takes it off. */
function toggle(state: PageState, label: string): PageState {
  const card = visibleCard(state);
  if (!card) return state;
  const before = chosenLabels(state);
  const isOn = !before.includes(label);
  const known = state.snapshot?.labels.map(({ id }) => id) ?? [];
  const after = isOn ? [...before, label] : before.filter((id) => id !== label);
  // In the order of the label set, whatever the order of the keys; labels no longer in use stay, at the end.
  const labels = [...known.filter((id) => after.includes(id)), ...after.filter((id) => !known.includes(id))];
  const names = labels.length > 0 ? namesOf(state, labels) : say('nothing chosen');
  const name = namesOf(state, [label]);
  const status = isOn ? say('{0} on: {1}', name, names) : say('{0} off: {1}', name, names);
  return { ...state, toggles: { ...state.toggles, [card.key]: labels }, status, announcement: status };
}

/** Where a record has one label, no label is no answer. */
function isClear(state: PageState, labels: readonly string[] | null): labels is null {
  return labels === null || (labels.length === 0 && !state.snapshot?.multiLabel);
}

function answered(card: Card, labels: readonly string[] | null): Card {
  if (labels) return { ...card, answer: labels };
  const { answer: _, ...rest } = card;
  return rest;
}

function without(toggles: PageState['toggles'], key: string): PageState['toggles'] {
  const { [key]: _, ...rest } = toggles;
  return rest;
}

/** The labels by name, in a sentence. */
function namesOf(state: PageState, labels: readonly string[]): string {
  if (labels.length === 0) return state.snapshot?.multiLabel ? say('none of them') : say('cleared');
  return labels.map((id) => labelOf(state, id)?.name ?? id).join(', ');
}

function mark(state: PageState, { event, op, at }: Extract<Happening, { type: 'mark' }>): PageState {
  const card = visibleCard(state);
  if (!card) return state;
  if (op !== 'flag' && lookedAt(state)) {
    const status = say('Choose a label, or go back to the queue first');
    return { ...state, status, announcement: status };
  }
  const sent: Mark = {
    event,
    key: card.key,
    op: op === 'flag' && card.flagged ? 'unflag' : op,
    ms: Math.max(0, Math.round(at - state.since)),
  };
  const correction = lookedAt(state) !== undefined;
  const next = { ...state, unsaved: [...state.unsaved, { card, correction, mark: sent }] };
  if (op !== 'flag') {
    const left = { ...next, toggles: without(state.toggles, card.key) };
    return leave(left, op === 'skip' ? say('Skipped') : say('Marked unsure'), at);
  }
  const status = card.flagged ? say('No longer flagged') : say('Flagged');
  const front = state.front.map((each) =>
    each.card.key === card.key ? { ...each, card: marked(each.card, sent) } : each,
  );
  return { ...next, front, status, announcement: status };
}

/** Goes on after an answer: from a waiting card to the next one, from an old one back to the waiting one. */
function leave(state: PageState, status: string, at: number): PageState {
  const wasLookingBack = lookedAt(state) !== undefined;
  const front = wasLookingBack ? state.front : state.front.slice(1);
  const next = settle({ ...state, front, lookingAt: undefined, since: at, status }, at);
  return { ...next, announcement: `${status}. ${introduction(next)}` };
}

function saved(state: PageState, { event, snapshot, at }: Extract<Happening, { type: 'saved' }>): PageState {
  const done = state.unsaved.find((each) => eventOf(each) === event);
  const unsaved = state.unsaved.filter((each) => each !== done);
  const failure = done && state.failure?.key === done.card.key ? undefined : state.failure;
  return withSnapshot({ ...state, unsaved, failure }, snapshot, at);
}

/** Takes an answer back that could not be saved: its card returns, ahead of everything but earlier ones. */
function failed(state: PageState, { event, failure, at }: Extract<Happening, { type: 'failed' }>): PageState {
  const lost = state.unsaved.find((each) => eventOf(each) === event);
  if (!lost) return state;
  const { key } = lost.card;
  const unsaved = state.unsaved.filter((each) => each !== lost);
  // What was put on the card comes back with it.
  const labels = 'answer' in lost ? lost.answer.labels : null;
  const next: PageState = {
    ...state,
    unsaved,
    ...(labels && { toggles: { ...state.toggles, [key]: labels } }),
    failure: { ...failure, key },
    status: say('Not saved'),
    announcement: say('Not saved: {0}', sentenceOf(failure)),
  };
  if ('mark' in lost && (lost.mark.op === 'flag' || lost.mark.op === 'unflag')) {
    const undone = { ...lost.mark, op: lost.mark.op === 'flag' ? 'unflag' : 'flag' } as const;
    const front = state.front.map((each) =>
      each.card.key === key ? { ...each, card: marked(each.card, undone) } : each,
    );
    return { ...next, front };
  }
  // A later answer to the same record is still on its way, and counts instead.
  if (unsaved.some((each) => each.card.key === key && leavesQueue(each))) return next;
  if (lost.correction) return { ...next, lookingAt: key, since: at };
  const returned = state.front.filter((each) => each.returned).length;
  const front = state.front.filter((each) => each.card.key !== key);
  front.splice(returned, 0, { card: lost.card, returned: true });
  return { ...next, front, lookingAt: undefined, since: returned === 0 ? at : state.since };
}

/** After undo or redo the reader sees the record concerned: on screen when it is open again, gone when not. */
function stepped(
  state: PageState,
  { step, snapshot, at }: Extract<Happening, { type: 'stepped' }>,
): PageState {
  const inFlight = new Set(state.unsaved.map((each) => each.card.key));
  const before = new Set(state.snapshot?.history.map((card) => card.key));
  const after = new Set(snapshot.history.map((card) => card.key));
  const status = saidOfStep(step, changedAnswer(state, snapshot));
  const next = withSnapshot({ ...state, lookingAt: undefined, failure: undefined, status }, snapshot, at);

  const known = new Set(state.snapshot?.upcoming.map((card) => card.key));
  const reopened =
    snapshot.upcoming.find(
      (card) => before.has(card.key) && !after.has(card.key) && !inFlight.has(card.key),
    ) ?? snapshot.upcoming.slice(0, 1).find((card) => !known.has(card.key) && !inFlight.has(card.key));
  let { front } = next;
  const open = front[0]?.card.key;
  if (reopened && reopened.key !== open) {
    front = [{ card: reopened, returned: false }, ...front.filter((each) => each.card.key !== reopened.key)];
  } else if (step === 'redo' && open !== undefined && open !== snapshot.upcoming[0]?.key) {
    // The card on screen was answered or skipped again, unless it was another record's turn.
    const again = (after.has(open) && !before.has(open)) || state.snapshot?.upcoming[0]?.key === open;
    if (again) front = front.slice(1);
  }
  // Undoing Enter brings the card back as it was before it: with its labels on.
  const taken = step === 'undo' && state.snapshot?.history.find(({ key }) => key === reopened?.key)?.answer;
  const toggles = reopened && taken ? { ...next.toggles, [reopened.key]: taken } : next.toggles;
  const moved = settle({ ...next, front, toggles, since: front === next.front ? next.since : at }, at);
  return { ...moved, announcement: `${status}. ${introduction(moved)}` };
}

/** Other records than before: what was on screen makes way for the first of them. */
function searched(state: PageState, { snapshot, at }: Extract<Happening, { type: 'searched' }>): PageState {
  const { search } = snapshot;
  const status = search ? sayOf(search.found, '1 found', '{0} found') : say('Back in the queue');
  const empty = {
    ...state,
    snapshot,
    front: [],
    lookingAt: undefined,
    wanted: undefined,
    failure: undefined,
  };
  const next = settle({ ...empty, searching: search !== undefined, since: at, status }, at);
  return { ...next, announcement: `${status}. ${introduction(next)}` };
}

/** What undo or redo did to a record that stays answered, to be said: nothing on screen shows it. */
function changedAnswer(
  state: PageState,
  snapshot: QueueSnapshot,
): { readonly text: string; readonly answer: string } | undefined {
  const before = new Map(state.snapshot?.history.map((card) => [card.key, card.answer?.join()]));
  const changed = snapshot.history.find(
    (card) => before.has(card.key) && before.get(card.key) !== card.answer?.join(),
  );
  return (
    changed && {
      text: excerpt(changed.text, 30),
      answer: changed.answer ? namesOf(state, changed.answer) : say('cleared'),
    }
  );
}

function saidOfStep(step: 'undo' | 'redo', changed: ReturnType<typeof changedAnswer>): string {
  if (!changed) return step === 'undo' ? say('Undone') : say('Done again');
  const { text, answer } = changed;
  return step === 'undo'
    ? say('Undone: “{0}” is {1}', text, answer)
    : say('Done again: “{0}” is {1}', text, answer);
}

function look(state: PageState, { towards, at }: Extract<Happening, { type: 'look' }>): PageState {
  const history = historyOf(state);
  const place =
    state.lookingAt === undefined ? -1 : history.findIndex((card) => card.key === state.lookingAt);
  if (towards === 'previous') {
    const target = place === -1 ? history.at(-1) : history[place - 1];
    if (target) return lookAt(state, target.key, at);
    const status =
      history.length === 0
        ? say('There is no earlier answer')
        : say('Older answers are not kept on this page');
    return { ...state, status, announcement: status };
  }
  if (place === -1) {
    const status = say('This is the newest record');
    return { ...state, status, announcement: status };
  }
  return lookAt(state, history[place + 1]?.key, at);
}

function lookAt(state: PageState, key: string | undefined, at: number): PageState {
  // What was tried on an earlier record and not saved is left behind there.
  const toggles = state.lookingAt === undefined ? state.toggles : without(state.toggles, state.lookingAt);
  const next = { ...state, lookingAt: key, toggles, since: at };
  const status = key === undefined ? say('Back in the queue') : say('Looking back');
  return { ...next, status, announcement: `${status}. ${introduction(next)}` };
}

function leavesQueue(unsaved: Unsaved): boolean {
  return 'answer' in unsaved || unsaved.mark.op === 'skip' || unsaved.mark.op === 'unsure';
}

function withUnsavedMarks(card: Card, state: PageState): Card {
  return state.unsaved.reduce(
    (result, each) => ('mark' in each && each.card.key === card.key ? marked(result, each.mark) : result),
    card,
  );
}

function marked(card: Card, mark: Mark): Card {
  if (mark.op === 'flag') return { ...card, flagged: true };
  if (mark.op === 'unflag') return { ...card, flagged: false };
  return card;
}

/** The visible card in a sentence for a screen reader. */
function introduction(state: PageState): string {
  const card = visibleCard(state);
  if (!card) return state.snapshot?.nothingLeft ?? '';
  const text = excerpt(card.text, 160);
  if (lookedAt(state))
    return card.answer
      ? say('Your answer is {0}: {1}', namesOf(state, card.answer), text)
      : say('Your answer is empty: {0}', text);
  return card.purpose === 'audit' ? say('Next, to measure: {0}', text) : say('Next: {0}', text);
}

function sentenceOf({ message, wayOut }: PageFailure): string {
  return wayOut ? `${message} ${wayOut}` : message;
}
