/** What holds for one record: from its acts, in order, to its current label and the states beside it. */
import type { JournalEvent, Why } from './event.ts';

/**
 * How an act's record was found again: under its own name, at another place with the same text, or under its own id
 * with another text. `stale` labels are shown and kept, never trained on.
 */
export type Standing = 'attached' | 'follows' | 'stale';

/** An act that counts (not undone), with the way its record was found. */
export interface StandingAct {
  readonly event: JournalEvent;
  readonly standing: Standing;
}

/** One annotator's current answer. */
export interface Decision {
  readonly by: string;
  readonly at: string;
  readonly lam: number;
  readonly eventId: string;
  /** Current label ids (merges followed), without repetition. Empty: none of the labels applies. */
  readonly labels: readonly string[];
  readonly purpose?: Why['purpose'];
  readonly standing: Standing;
}

export interface RecordState {
  /** The label that holds. Absent: none was given, it was cleared, or annotators differ. */
  readonly decision?: Decision;
  /** Short for `decision.labels`. */
  readonly labels?: readonly string[];
  /** `stale` when the label that holds was given to another text under the same id. */
  readonly standing: Standing;
  /** The answers that differ, in order, until somebody adjudicates. */
  readonly disagreement?: readonly Decision[];
  /** Every annotator's own current answer, in order. */
  readonly answers: readonly Decision[];
  readonly skipped: boolean;
  readonly unsure: boolean;
  readonly flagged: boolean;
  readonly note?: string;
  /** The latest act of any kind, for histories. */
  readonly last: JournalEvent;
}

/** How a project reads its answers. */
export interface AnswerRules {
  /** The label that answers for an id today (merges followed). */
  labelNow(id: string): string;
  /** Whether a record can have several labels: then a `label` without labels says that none applies, else it clears. */
  readonly multiLabel: boolean;
}

/** One label a record, and none of them merged. */
export const PLAIN_RULES: AnswerRules = { labelNow: (id) => id, multiLabel: false };

/**
 * @param acts in the order of `compareEvents`; at least one
 *
 * Per annotator the last of label, clear and confirm wins. What was said of the text as it is now outranks what was
 * said of an earlier text, so that going back to an older branch brings its labels back. Skip, unsure, flag and note
 * are the record's: the last act of anybody holds, and an answer ends skip and unsure.
 */
export function recordState(acts: readonly StandingAct[], rules: AnswerRules): RecordState {
  return stateOfOneLabel(acts, rules) ?? stateOfActs(acts, rules);
}

/** What most records are: labelled once. Told apart because a million of them are resolved while somebody waits. */
function stateOfOneLabel(acts: readonly StandingAct[], rules: AnswerRules): RecordState | undefined {
  const [{ event, standing }] = acts as [StandingAct];
  if (acts.length > 1 || event.op !== 'label') return undefined;
  const decision = decisionOf(event, standing, event.labels ?? [], rules);
  if (!decision) return undefined;
  const { labels } = decision;
  return {
    decision,
    labels,
    standing,
    answers: [decision],
    skipped: false,
    unsure: false,
    flagged: false,
    last: event,
  };
}

function stateOfActs(acts: readonly StandingAct[], rules: AnswerRules): RecordState {
  const current = new Map<string, Decision | undefined>();
  const earlier = new Map<string, Decision | undefined>();
  let pending: 'skip' | 'unsure' | undefined;
  let flagged = false;
  let note: string | undefined;

  for (const { event, standing } of acts) {
    const answers = standing === 'stale' ? earlier : current;
    switch (event.op) {
      case 'label':
        answers.set(event.by, decisionOf(event, standing, event.labels ?? [], rules));
        if (standing !== 'stale') pending = undefined;
        break;
      case 'clear':
        answers.set(event.by, undefined);
        break;
      case 'confirm': {
        // A confirmation of a text that has changed again confirms nothing any more.
        if (standing === 'stale') break;
        const confirmed = event.labels ?? agreed(live(earlier)).decision?.labels;
        const decision = confirmed && decisionOf(event, standing, confirmed, rules);
        if (!decision) break;
        current.set(event.by, decision);
        pending = undefined;
        break;
      }
      case 'skip':
      case 'unsure':
        // The new text has not been seen by whoever skipped the old one.
        if (standing !== 'stale') pending = event.op;
        break;
      case 'flag':
      case 'unflag':
        flagged = event.op === 'flag';
        break;
      case 'note':
        note = event.text;
        break;
      case 'undo':
        break;
    }
  }

  const answers = live(new Map([...earlier, ...current]));
  const onThisText = answers.filter((answer) => answer.standing !== 'stale');
  const { decision, disagreement } = agreed(onThisText.length > 0 ? onThisText : answers);
  const last = acts.at(-1)!;
  return {
    ...(decision && { decision, labels: decision.labels }),
    standing: decision?.standing ?? disagreement?.at(-1)?.standing ?? last.standing,
    ...(disagreement && { disagreement }),
    answers,
    skipped: pending === 'skip',
    unsure: pending === 'unsure',
    flagged,
    ...(note && { note }),
    last: last.event,
  };
}

/** The label all agree on, or who differs. A later `review` answer settles what came before it. */
function agreed(answers: readonly Decision[]): { decision?: Decision; disagreement?: readonly Decision[] } {
  if (answers.length === 0) return {};
  const settledFrom = Math.max(
    0,
    answers.findLastIndex((answer) => answer.purpose === 'review'),
  );
  const counted = answers.slice(settledFrom);
  const decision = counted.at(-1)!;
  return counted.every((answer) => sameLabels(answer.labels, decision.labels))
    ? { decision }
    : { disagreement: counted };
}

/** The annotators' answers that are not cleared, in the order they were given. */
function live(answers: ReadonlyMap<string, Decision | undefined>): Decision[] {
  const given = [...answers.values()].filter((answer) => answer !== undefined);
  return given.sort((a, b) => a.lam - b.lam || (a.eventId < b.eventId ? -1 : 1));
}

/** A `label` without labels is an answer only where a record can have several; elsewhere it clears. */
function decisionOf(
  event: JournalEvent,
  standing: Standing,
  labels: readonly string[],
  { labelNow, multiLabel }: AnswerRules,
): Decision | undefined {
  if (labels.length === 0 && !multiLabel) return undefined;
  return {
    by: event.by,
    at: event.at,
    lam: event.lam,
    eventId: event.id,
    labels: namesNow(labels, labelNow),
    ...(event.why?.purpose && { purpose: event.why.purpose }),
    standing,
  };
}

/** Without a list of its own where nothing changes, which is nearly always. */
function namesNow(labels: readonly string[], labelNow: (id: string) => string): readonly string[] {
  if (labels.length === 0) return labels;
  const now = labelNow(labels[0]!);
  if (labels.length === 1) return now === labels[0] ? labels : [now];
  return [...new Set(labels.map(labelNow))];
}

function sameLabels(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((label) => b.includes(label));
}
