/** What needs a second look: answers to a text that has changed, that differ, whose label was split, whose record is gone. */
import type { Decision, RecordState } from '../core/records/decision.ts';
import type { JournalEvent } from '../core/records/event.ts';
import { type Label, labelNames } from '../core/records/label-set.ts';
import type { IndexedRecord, Row } from '../core/records/record.ts';
import { say } from '../core/say.ts';

export interface ReviewItem {
  /**
   * `disputed`: annotators differ; `split`: the label was split since; `stale`: the text has changed since; `orphan`:
   * the record is nowhere any more; `suspect`: models that have not seen the answer would have given another.
   */
  readonly state: 'disputed' | 'split' | 'stale' | 'orphan' | 'suspect';
  /** To answer or confirm with; orphans have none. */
  readonly key?: string;
  readonly src: string;
  readonly line: number;
  readonly id?: string;
  /** As it is now. */
  readonly text?: string;
  /** What was said, in order, with the names of the labels. */
  readonly answers: readonly {
    readonly by: string;
    readonly at: string;
    readonly labels: readonly string[];
  }[];
  /** Of a suspect answer: the label in its place, and how sure of it the model is. */
  readonly likely?: { readonly label: string; readonly p: number };
  /** Of a stale record: the text that was answered. */
  readonly was?: WasText;
}

export interface WasText {
  readonly hash: string;
  readonly src: string;
  readonly line: number;
  /** Where it is known: the journal holds the hash only. */
  readonly text?: string;
  /** Where that text is still found, as another record. */
  readonly now?: { readonly src: string; readonly line: number };
}

/** What the reviewing needs of the engine's parts. */
export interface ReviewFacts {
  readonly labels: readonly Label[];
  event(id: string): JournalEvent | undefined;
  byHash(hash: string): readonly IndexedRecord[];
}

/**
 * Why a record is asked once more, in a sentence or two; undefined when there is nothing to review.
 *
 * @param isShown whether the text that was answered is shown beside the one of now
 */
export function whyReview(
  row: Row,
  state: RecordState,
  facts: ReviewFacts,
  isShown: boolean,
): string | undefined {
  if (state.disagreement) {
    const said = state.disagreement.map(({ by, labels }) =>
      say('{0} says {1}', by, quoted(labels, facts.labels)),
    );
    return say('{0}: your answer settles it.', said.join(', '));
  }
  const { decision } = state;
  const split = decision && splitLabel(decision, facts.labels);
  if (split) {
    const into = labelNames(facts.labels, split.splitInto ?? []).map((name) => say('"{0}"', name));
    return say(
      '{0} answered "{1}", which was split since: is it {2}?',
      decision.by,
      split.name,
      into.reduce((before, name) => say('{0} or {1}', before, name)),
    );
  }
  if (decision?.standing !== 'stale') return undefined;
  const was = wasOf(row, state, facts);
  const earlier = was?.now
    ? say('The earlier text is still at {0}:{1}.', was.now.src, was.now.line)
    : isShown
      ? say('What is struck out was there then; what is underlined has come since.')
      : say('The earlier text is gone: only its hash was kept.');
  const changed = say(
    'The text has changed since {0} answered {1} ({2}): the same answer confirms it.',
    decision.by,
    quoted(decision.labels, facts.labels),
    decision.at.slice(0, 10),
  );
  return `${changed} ${earlier}`;
}

/** @param record the record that was found for the answers; absent for an orphan */
export function reviewItem(
  state: RecordState,
  facts: ReviewFacts,
  place: {
    src: string;
    line: number;
    id?: string;
    row?: Row;
    key?: string;
    text?: string;
    /** The text that was answered, where the answer is stale and that is known. */
    before?: string;
    likely?: ReviewItem['likely'];
  },
): ReviewItem {
  const { row, src, line, id, key, text, before, likely } = place;
  const was = row === undefined ? undefined : wasOf(row, state, facts);
  return {
    state: row === undefined ? 'orphan' : likely ? 'suspect' : stateName(state, facts.labels),
    ...(key === undefined ? {} : { key }),
    src,
    line,
    ...(id === undefined ? {} : { id }),
    ...(text === undefined ? {} : { text }),
    ...(likely ? { likely } : {}),
    answers: (state.disagreement ?? state.answers).map(({ by, at, labels }) => ({
      by,
      at,
      labels: labelNames(facts.labels, labels),
    })),
    ...(was && !state.disagreement ? { was: wasText(was, before) } : {}),
  };
}

/** What a stale answer was given to, and the record that has this text now, if there is one. */
export function wasOf(
  row: Row,
  { decision }: Pick<RecordState, 'decision'>,
  facts: ReviewFacts,
): { hash: string; src: string; line: number; now?: IndexedRecord } | undefined {
  const ref = decision?.standing === 'stale' ? facts.event(decision.eventId)?.rec : undefined;
  if (!ref) return undefined;
  const { hash, src, line } = ref;
  const now = facts.byHash(hash).find((record) => record.row !== row);
  return { hash, src, line, ...(now ? { now } : {}) };
}

function wasText(
  { hash, src, line, now }: NonNullable<ReturnType<typeof wasOf>>,
  text: string | undefined,
): WasText {
  return {
    hash,
    src,
    line,
    ...(text === undefined ? {} : { text }),
    ...(now ? { now: { src: now.src, line: now.line } } : {}),
  };
}

function stateName(state: RecordState, labels: readonly Label[]): ReviewItem['state'] {
  if (state.disagreement) return 'disputed';
  return state.decision && splitLabel(state.decision, labels) ? 'split' : 'stale';
}

function splitLabel(decision: Decision, labels: readonly Label[]): Label | undefined {
  return labels.find(({ id, splitInto }) => splitInto && decision.labels.includes(id));
}

function quoted(labels: readonly string[], all: readonly Label[]): string {
  if (labels.length === 0) return say('that none of the labels applies');
  return labelNames(all, labels)
    .map((name) => say('"{0}"', name))
    .reduce((before, name) => say('{0} and {1}', before, name));
}
