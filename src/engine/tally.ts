/** What follows from the states of all records, kept up to date a record at a time: counts, and lists in order. */
import { defined } from '../core/defined.ts';
import { type LabelSets, labelSets } from '../core/model/label-sets.ts';
import type { AnswerOrigin } from '../core/query/strategy.ts';
import type { Decision, RecordState } from '../core/records/decision.ts';
import { activeLabels, currentLabelId, type Label } from '../core/records/label-set.ts';
import type { Row } from '../core/records/record.ts';
import type { LabelCount } from '../protocol/curve.ts';
import { sortInSlices } from './slices.ts';

/** Answers as the learner takes them: row i has class i, a position among the active labels; in the order given. */
export interface AnsweredRows {
  readonly rows: Int32Array;
  readonly classes: Int32Array;
}

/** The same where a record can have several labels: row i has the classes of set i. */
export interface AnsweredSets {
  readonly rows: Int32Array;
  readonly sets: LabelSets;
}

export interface TallyOptions {
  readonly annotator: string;
  readonly labels: readonly Label[];
  /** Whether a record can have several labels; else the first of its answer counts. */
  readonly multiLabel: boolean;
  isAudit(row: Row): boolean;
  /** The label that the model guessed before this answer, if it had one. */
  guessBefore(eventId: string): string | undefined;
  /** What asked for this answer, if something did. */
  strategyOf(eventId: string): string | undefined;
  /** Milliseconds the card was on screen before this answer, where it was given on a card. */
  timeOf(eventId: string): number | undefined;
}

/** A card left on screen over lunch took no hour: more than two minutes count as two. */
const MOST_MS = 120_000;

/**
 * Filled once, by `load` for every record and then `sort`; from then on a change costs what it changes. A million
 * answers are counted in slices, and one more answer in microseconds.
 */
export class Tally {
  readonly #options: TallyOptions;
  readonly #classOf: ReadonlyMap<string, number>;
  /** By class: the list of it alone, which most answers share. */
  readonly #alone: readonly (readonly number[])[];
  readonly #none = { trained: 0, audited: 0 };
  readonly #labels: {
    id: string;
    name: string;
    color?: string;
    trained: number;
    audited: number;
    aside?: number;
  }[];
  readonly #states = new Map<Row, RecordState>();
  readonly #training: Answered[] = [];
  readonly #audit: Answered[] = [];
  readonly #own: Answered[] = [];
  readonly #closed = new Set<Row>();
  readonly #skipped = new Set<Row>();
  readonly #unsure = new Set<Row>();
  readonly #disputed = new Set<Row>();
  readonly #split = new Set<Row>();
  readonly #splitLabels: ReadonlySet<string>;
  #later: readonly Row[] | undefined;
  #labelled = 0;
  #audited = 0;
  readonly #timed = { answers: 0, ms: 0 };

  constructor(options: TallyOptions) {
    this.#options = options;
    const active = activeLabels(options.labels);
    this.#splitLabels = new Set(options.labels.filter(({ splitInto }) => splitInto).map(({ id }) => id));
    this.#classOf = new Map(active.map(({ id }, position) => [id, position]));
    this.#alone = active.map((_, position) => [position]);
    this.#labels = active.map(({ id, name, color }) => ({
      id,
      name,
      ...(color === undefined ? {} : { color }),
      trained: 0,
      audited: 0,
    }));
  }

  /** Takes in a record that is not here yet, without keeping the lists in order. */
  load(row: Row, state: RecordState): void {
    this.#states.set(row, state);
    this.#count(row, state, 1);
    const { listed, own } = this.#answersOf(row, state);
    if (listed) this.#listOf(row).push(listed);
    if (own) this.#own.push(own);
  }

  /** Puts the lists in order, interruptible. */
  *sort(): Generator<void> {
    for (const list of [this.#training, this.#audit, this.#own]) yield* sortInSlices(list, inOrder);
  }

  /** Takes in what holds for a record now; undefined when nothing does. */
  set(row: Row, state: RecordState | undefined): void {
    const before = this.#states.get(row);
    if (before) {
      this.#states.delete(row);
      this.#count(row, before, -1);
      const { listed, own } = this.#answersOf(row, before);
      if (listed) remove(this.#listOf(row), listed);
      if (own) remove(this.#own, own);
    }
    if (!state) return;
    this.#states.set(row, state);
    this.#count(row, state, 1);
    const { listed, own } = this.#answersOf(row, state);
    if (listed) insert(this.#listOf(row), listed);
    if (own) insert(this.#own, own);
  }

  get labelled(): number {
    return this.#labelled;
  }

  /** How many of the labelled measure. */
  get audited(): number {
    return this.#audited;
  }

  /** How many of the labelled were answered on cards, and how long these took. */
  get timed(): { readonly answers: number; readonly ms: number } {
    return this.#timed;
  }

  get skipped(): number {
    return this.#skipped.size;
  }

  /** Rows whose annotators differ. */
  get disputed(): ReadonlySet<Row> {
    return this.#disputed;
  }

  /** Rows whose label was split since: they have to be asked about again. */
  get split(): ReadonlySet<Row> {
    return this.#split;
  }

  /** Answers to train on: not audit, not stale, agreed, with a label that is still in use. */
  training(): AnsweredRows {
    return answeredRows(this.#training);
  }

  /** Answers to measure with, likewise. */
  audit(): AnsweredRows {
    return answeredRows(this.#audit);
  }

  /** The answers to train on, where a record can have several labels. */
  trainingSets(): AnsweredSets {
    return answeredSets(this.#training);
  }

  /** Those to measure with, likewise. */
  auditSets(): AnsweredSets {
    return answeredSets(this.#audit);
  }

  /** How many answers say that none of the labels applies. */
  get none(): { readonly trained: number; readonly audited: number } {
    return { ...this.#none };
  }

  /** Rows not to be asked about: answered, disputed, skipped, unsure. Ascending. */
  closed(): Int32Array {
    return Int32Array.from(this.#closed).sort();
  }

  /** Skipped rows, oldest first, then the unsure ones. */
  later(): readonly Row[] {
    const byTime = (a: Row, b: Row) => this.#states.get(a)!.last.lam - this.#states.get(b)!.last.lam;
    this.#later ??= [...[...this.#skipped].sort(byTime), ...[...this.#unsure].sort(byTime)];
    return this.#later;
  }

  labels(): LabelCount[] {
    return this.#labels.map((count) => ({ ...count }));
  }

  /** Whether the model's guess before each training answer was right, where it had one. */
  guesses(): { labels: number; right: boolean }[] {
    const guesses: { labels: number; right: boolean }[] = [];
    for (const [position, { right }] of this.#training.entries())
      if (right !== undefined) guesses.push({ labels: position + 1, right });
    return guesses;
  }

  /** How each training answer came about, in their order. */
  origins(): AnswerOrigin[] {
    return this.#training.map(({ decision, right }) =>
      defined({ strategy: this.#options.strategyOf(decision.eventId), right }),
    );
  }

  /** Rows this annotator answered last, oldest first. */
  latest(limit: number): Row[] {
    return this.#own.slice(-limit).map(({ row }) => row);
  }

  #count(row: Row, state: RecordState, by: 1 | -1): void {
    const put = (rows: Set<Row>, isIn: boolean) => {
      if (isIn && by === 1) rows.add(row);
      else if (isIn) rows.delete(row);
    };
    put(this.#closed, !isOpen(state));
    put(this.#disputed, state.disagreement !== undefined);
    const { decision } = state;
    if (!decision) {
      put(this.#skipped, state.skipped);
      put(this.#unsure, state.unsure && !state.skipped);
      if (state.skipped || state.unsure) this.#later = undefined;
      return;
    }
    put(
      this.#split,
      decision.labels.some((label) => this.#splitLabels.has(label)),
    );
    const isAudit = this.#options.isAudit(row);
    this.#labelled += by;
    const measuresNothing = isAudit && decision.purpose === 'search';
    if (isAudit && !measuresNothing) this.#audited += by;
    const ms = this.#options.timeOf(decision.eventId);
    if (ms !== undefined) {
      this.#timed.answers += by;
      this.#timed.ms += by * Math.min(ms, MOST_MS);
    }
    const classes = this.#classesOf(state, decision);
    const counts: { trained: number; audited: number; aside?: number }[] =
      classes?.length === 0 ? [this.#none] : (classes ?? []).map((k) => this.#labels[k]!);
    for (const count of counts) {
      if (measuresNothing) count.aside = (count.aside ?? 0) + by;
      else if (isAudit) count.audited += by;
      else count.trained += by;
    }
  }

  #listOf(row: Row): Answered[] {
    return this.#options.isAudit(row) ? this.#audit : this.#training;
  }

  /** The record's places in the lists: as an answer to learn from or measure with, and as this annotator's own. */
  #answersOf(row: Row, state: RecordState): { listed?: Answered; own?: Answered } {
    const { decision } = state;
    // What was searched for is no random sample: an audit record found that way neither measures nor trains.
    const measuresNothing = decision?.purpose === 'search' && this.#options.isAudit(row);
    const classes = decision && !measuresNothing ? this.#classesOf(state, decision) : undefined;
    const listed =
      decision && classes ? { row, classes, decision, right: this.#wasRight(decision) } : undefined;
    const answer = state.answers.find(({ by }) => by === this.#options.annotator);
    const own =
      answer &&
      (listed?.decision === answer ? listed : { row, classes: [], decision: answer, right: undefined });
    return { ...(listed && { listed }), ...(own && { own }) };
  }

  /** What an answer says, as positions of labels in use, ascending; undefined where it says nothing of these. */
  #classesOf(state: RecordState, { labels }: Decision): readonly number[] | undefined {
    if (state.standing === 'stale') return undefined;
    if (!this.#options.multiLabel) return this.#alone[this.#classOf.get(labels[0] ?? '') ?? -1];
    const classes = labels.map((id) => this.#classOf.get(id)).filter((k) => k !== undefined);
    return classes.length === 1 ? this.#alone[classes[0]!] : classes.sort((a, b) => a - b);
  }

  #wasRight({ eventId, labels }: Decision): boolean | undefined {
    const guess = this.#options.guessBefore(eventId);
    return guess === undefined ? undefined : labels.includes(currentLabelId(this.#options.labels, guess));
  }
}

/** Whether nothing speaks against asking about a record. */
export function isOpen(state: RecordState): boolean {
  return !state.decision && !state.disagreement && !state.skipped && !state.unsure;
}

interface Answered {
  readonly row: Row;
  readonly classes: readonly number[];
  readonly decision: Decision;
  readonly right: boolean | undefined;
}

function answeredRows(answers: readonly Answered[]): AnsweredRows {
  return {
    rows: Int32Array.from(answers, ({ row }) => row),
    classes: Int32Array.from(answers, ({ classes }) => classes[0]!),
  };
}

function answeredSets(answers: readonly Answered[]): AnsweredSets {
  return {
    rows: Int32Array.from(answers, ({ row }) => row),
    sets: labelSets(answers.map(({ classes }) => classes)),
  };
}

function inOrder(a: Answered, b: Answered): number {
  const [left, right] = [a.decision, b.decision];
  return left.lam - right.lam || (left.eventId < right.eventId ? -1 : left.eventId > right.eventId ? 1 : 0);
}

function insert(list: Answered[], item: Answered): void {
  const last = list.at(-1);
  // A new answer is nearly always the latest.
  if (!last || inOrder(last, item) < 0) list.push(item);
  else list.splice(placeOf(list, item), 0, item);
}

function remove(list: Answered[], item: Answered): void {
  const place = placeOf(list, item);
  if (list[place]?.decision.eventId === item.decision.eventId) list.splice(place, 1);
}

/** Where the item is, or would be. */
function placeOf(list: readonly Answered[], item: Answered): number {
  let low = 0;
  for (let high = list.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if (inOrder(list[middle]!, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
