/** The current answers: the journal's events folded, matched to the records of the index, and counted. */
import type { RecordState } from '../core/records/decision.ts';
import type { JournalEvent } from '../core/records/event.ts';
import { Fold, type Redo } from '../core/records/fold.ts';
import { type Orphan, type RecordLookup, Resolution } from '../core/records/identity.ts';
import { currentLabelId } from '../core/records/label-set.ts';
import type { Project } from '../core/records/project.ts';
import type { IndexedRecord, Row } from '../core/records/record.ts';
import type { RightOfWay } from './right-of-way.ts';
import { inSlices, partsOf } from './slices.ts';
import { isOpen, Tally } from './tally.ts';

export type { AnsweredRows, AnsweredSets } from './tally.ts';

/** What the answers need of the index. */
export interface AnswerLookup extends RecordLookup {
  record(row: Row): IndexedRecord | undefined;
}

const NOWHERE: AnswerLookup = { byHash: () => [], bySourceId: () => [], record: () => undefined };

/** The label set, and whether a record can have several of it. */
export type LabelRules = Pick<Project, 'labels' | 'multiLabel'>;

/** Events folded, and records matched, between two looks at the clock. */
const EVENTS_A_STEP = 100;
const HASHES_A_STEP = 16;

/**
 * Matching everything anew takes seconds where there are many answers, so it is done beside the answers in use, which
 * hold until the new ones are complete; acts that come meanwhile count in both.
 */
export class Answers {
  readonly #annotator: string;
  #fold = new Fold();
  #labels: LabelRules = { labels: [], multiLabel: false };
  #lookup: AnswerLookup = NOWHERE;
  #auditThreshold = 0;
  #now: Matched;
  #next: Matched | undefined;
  #matching: Promise<void> | undefined;
  /** Events that are to replace the fold; they are folded with the next matching. */
  #incoming: { readonly fold: Fold; readonly parts: Iterator<readonly JournalEvent[]> } | undefined;
  #revision = 0;

  readonly #rightOfWay: RightOfWay | undefined;

  /** @param rightOfWay of new answers, which matching stands still for */
  constructor(annotator: string, rightOfWay?: RightOfWay) {
    this.#annotator = annotator;
    this.#rightOfWay = rightOfWay;
    this.#now = this.#matched(this.#fold);
  }

  /** Another number after every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Every event there is. */
  get fold(): Fold {
    return this.#fold;
  }

  /** Resolves once nothing is being matched anew. */
  get matched(): Promise<void> {
    return this.#matching ?? Promise.resolve();
  }

  /** Whether everything is being matched anew: what is said of records may be about to change. */
  get isMatching(): boolean {
    return this.#next !== undefined;
  }

  /** Takes events in; copies change nothing. @returns whether anything changed */
  add(events: Iterable<JournalEvent>): boolean {
    const given = [...events];
    const next = this.#next;
    const { added, groups } = this.#fold.add(given);
    if (next && next.fold !== this.#fold) next.refresh(next.fold.add(given).groups);
    else next?.refresh(groups);
    if (added === 0 && groups.size === 0) return false;
    this.#now.refresh(groups);
    this.#revision++;
    return true;
  }

  /** Starts over from these events: lines that were there may be gone. */
  replace(events: readonly JournalEvent[]): Promise<void> {
    this.#incoming = { fold: new Fold(), parts: partsOf(events, EVENTS_A_STEP) };
    return this.#matchAll();
  }

  /** Matches everything anew: after the index, the label set or the audit share has changed. */
  resolve(lookup: AnswerLookup, labels: LabelRules, auditThreshold: number): Promise<void> {
    this.#lookup = lookup;
    this.#labels = labels;
    this.#auditThreshold = auditThreshold;
    return this.#matchAll();
  }

  /** Lets go of the index, at once: what is matched from now on matches nothing. */
  forgetIndex(): void {
    this.#lookup = NOWHERE;
    this.#next = undefined;
    this.#now = this.#matched(new Fold());
    this.#revision++;
  }

  state(row: Row): RecordState | undefined {
    return this.#now.resolution.states.get(row);
  }

  states(): ReadonlyMap<Row, RecordState> {
    return this.#now.resolution.states;
  }

  /** Rows whose label was given to another text. */
  stale(): ReadonlySet<Row> {
    return this.#now.resolution.stale;
  }

  orphans(): Orphan[] {
    return this.#now.resolution.orphans();
  }

  get orphanCount(): number {
    return this.#now.resolution.orphanCount;
  }

  /** The counts and lists that follow from all answers. */
  get tally(): Tally {
    return this.#now.tally;
  }

  event(id: string): JournalEvent | undefined {
    return this.#fold.event(id);
  }

  undoable(): JournalEvent | undefined {
    return this.#fold.undoable(this.#annotator);
  }

  /** What one undo takes back: the latest act with all of the stroke it was part of, in order. */
  undoables(): readonly JournalEvent[] {
    return this.#fold.undoables(this.#annotator);
  }

  redoable(): Redo | undefined {
    return this.#fold.redoable(this.#annotator);
  }

  redoables(): readonly Redo[] {
    return this.#fold.redoables(this.#annotator);
  }

  /** Whether a record belongs to the audit set. */
  isAudit(row: Row): boolean {
    return this.#now.isAudit(row);
  }

  /** Whether nothing speaks against asking about a record. */
  isOpen(row: Row): boolean {
    const state = this.state(row);
    return !state || isOpen(state);
  }

  /** Whether any record of this text was acted on, wherever it is now. */
  knowsText(hash: string): boolean {
    return this.#fold.groupsOfHash(hash).some(({ live }) => live);
  }

  #matchAll(): Promise<void> {
    const next = this.#matched(this.#incoming?.fold ?? this.#fold);
    this.#next = next;
    // Whoever waits for an earlier matching waits for the one that has overtaken it.
    const matching = this.#match(next).then((isDone) => (isDone ? undefined : this.#matching));
    this.#matching = matching;
    return matching;
  }

  async #match(next: Matched): Promise<boolean> {
    const isWanted = () => this.#next === next;
    try {
      // Overtaken also when the last step was done just before another matching began.
      if (!(await inSlices(this.#steps(next), isWanted, this.#rightOfWay)) || !isWanted()) return !this.#next;
    } catch (error) {
      // The answers in use stay; the next change of the index tries again.
      if (isWanted()) this.#next = undefined;
      throw error;
    }
    this.#fold = next.fold;
    if (this.#incoming?.fold === next.fold) this.#incoming = undefined;
    this.#now = next;
    this.#next = undefined;
    this.#revision++;
    return true;
  }

  *#steps(next: Matched): Generator<void> {
    for (;;) {
      const part = this.#incoming?.fold === next.fold ? this.#incoming.parts.next() : undefined;
      if (!part || part.done) break;
      next.fold.add(part.value);
      yield;
    }
    yield* next.matchAll();
  }

  #matched(fold: Fold): Matched {
    return new Matched(fold, this.#lookup, this.#labels, this.#auditThreshold, this.#annotator);
  }
}

/** The answers as they fall on the records of one state of the index. */
class Matched {
  readonly fold: Fold;
  readonly resolution: Resolution;
  readonly tally: Tally;
  readonly #lookup: AnswerLookup;
  readonly #auditThreshold: number;
  readonly #isAudit = new Map<Row, boolean>();
  /** Rows that changed while they were counted for the first time; undefined before and after that. */
  #late: Set<Row> | undefined;
  #isCounted = false;

  constructor(
    fold: Fold,
    lookup: AnswerLookup,
    { labels, multiLabel }: LabelRules,
    auditThreshold: number,
    annotator: string,
  ) {
    this.fold = fold;
    this.#lookup = lookup;
    this.#auditThreshold = auditThreshold;
    const noted: RecordLookup = {
      byHash: (hash) => this.#note(lookup.byHash(hash)),
      bySourceId: (src, id) => this.#note(lookup.bySourceId(src, id)),
    };
    this.resolution = new Resolution(fold, noted, {
      labelNow: (id) => currentLabelId(labels, id),
      multiLabel,
    });
    this.tally = new Tally({
      annotator,
      labels,
      multiLabel,
      isAudit: (row) => this.isAudit(row),
      guessBefore: (eventId) => fold.event(eventId)?.why?.guess,
      strategyOf: (eventId) => fold.event(eventId)?.why?.strategy,
      timeOf: (eventId) => fold.event(eventId)?.why?.ms,
    });
  }

  *matchAll(): Generator<void> {
    let groups = [];
    let hashes = 0;
    for (const hash of this.fold.hashes()) {
      groups.push(...this.fold.groupsOfHash(hash));
      if (++hashes % HASHES_A_STEP > 0) continue;
      this.resolution.refresh(groups);
      groups = [];
      yield;
    }
    this.resolution.refresh(groups);
    this.#late = new Set();
    let rows = 0;
    for (const [row, state] of this.resolution.states) {
      if (!this.#late.has(row)) this.tally.load(row, state);
      if (++rows % HASHES_A_STEP === 0) yield;
    }
    yield* this.tally.sort();
    this.#isCounted = true;
    for (const row of this.#late) this.tally.set(row, this.resolution.states.get(row));
    this.#late = undefined;
  }

  refresh(groups: ReturnType<Fold['add']>['groups']): void {
    for (const row of this.resolution.refresh(groups)) {
      if (this.#isCounted) this.tally.set(row, this.resolution.states.get(row));
      else this.#late?.add(row);
    }
  }

  isAudit(row: Row): boolean {
    let known = this.#isAudit.get(row);
    if (known === undefined) {
      const record = this.#lookup.record(row);
      known = record !== undefined && record.auditRank < this.#auditThreshold;
      this.#isAudit.set(row, known);
    }
    return known;
  }

  /** Spares the index the question for each of these. */
  #note(records: readonly IndexedRecord[]): readonly IndexedRecord[] {
    for (const { row, auditRank } of records) this.#isAudit.set(row, auditRank < this.#auditThreshold);
    return records;
  }
}
