/** The current answers: the journal's events folded, matched to the records of the index, and counted. */
import type { Decision, RecordState } from '../core/records/decision.ts';
import type { JournalEvent } from '../core/records/event.ts';
import { Fold, type Redo } from '../core/records/fold.ts';
import { type Orphan, type RecordLookup, type Resolution, resolveAll } from '../core/records/identity.ts';
import { activeLabels, currentLabelId, type Label } from '../core/records/label-set.ts';
import type { IndexedRecord, Row } from '../core/records/record.ts';
import type { LabelCount } from '../protocol/curve.ts';

/** Answers as the learner takes them: row i has class i, a position among the active labels; in the order given. */
export interface AnsweredRows {
  readonly rows: Int32Array;
  readonly classes: Int32Array;
}

/** Everything that follows from the answers of one moment. Computed once a change, in one pass. */
export interface Digest {
  readonly labelled: number;
  readonly audited: number;
  readonly skipped: number;
  readonly stale: number;
  readonly orphans: number;
  readonly disagreements: number;
  /** Answers to train on: not audit, not stale, agreed, with a label that is still in use. */
  readonly training: AnsweredRows;
  /** Answers to measure with, likewise. */
  readonly audit: AnsweredRows;
  /** Rows not to be asked about: answered, disputed, skipped, unsure. */
  readonly closed: Int32Array;
  /** Skipped rows, oldest first, then the unsure ones. */
  readonly later: readonly Row[];
  readonly labels: readonly LabelCount[];
  /** Whether the model's guess before each training answer was right, where it had one. */
  readonly guesses: readonly { readonly labels: number; readonly right: boolean }[];
}

/** What the answers need of the index. */
export interface AnswerLookup extends RecordLookup {
  record(row: Row): IndexedRecord | undefined;
}

const NOWHERE: AnswerLookup = { byHash: () => [], bySourceId: () => [], record: () => undefined };

export class Answers {
  #fold = new Fold();
  readonly #annotator: string;
  #labels: readonly Label[] = [];
  #lookup: AnswerLookup = NOWHERE;
  #auditThreshold = 0;
  #resolution: Resolution;
  #digest: Digest | undefined;
  #revision = 0;
  readonly #isAudit = new Map<Row, boolean>();

  constructor(annotator: string) {
    this.#annotator = annotator;
    this.#resolution = resolveAll(this.#fold, NOWHERE);
  }

  /** Another number after every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Takes events in; copies change nothing. @returns whether anything changed */
  add(events: Iterable<JournalEvent>): boolean {
    const { added, groups } = this.#fold.add(events);
    if (added === 0 && groups.size === 0) return false;
    this.#resolution.refresh(groups);
    this.#digest = undefined;
    this.#revision++;
    return true;
  }

  /** Starts over from these events: lines that were there are gone. */
  replace(events: Iterable<JournalEvent>): void {
    this.#fold = new Fold();
    this.#fold.add(events);
    this.resolve(this.#lookup, this.#labels, this.#auditThreshold);
  }

  /** Matches everything anew: after the index, the label set or the audit share has changed. */
  resolve(lookup: AnswerLookup | undefined, labels: readonly Label[], auditThreshold: number): void {
    this.#lookup = lookup ?? NOWHERE;
    this.#labels = labels;
    this.#auditThreshold = auditThreshold;
    this.#isAudit.clear();
    this.#digest = undefined;
    this.#revision++;
    this.#resolution = resolveAll(this.#fold, this.#lookup, (id) => currentLabelId(labels, id));
  }

  state(row: Row): RecordState | undefined {
    return this.#resolution.states.get(row);
  }

  states(): ReadonlyMap<Row, RecordState> {
    return this.#resolution.states;
  }

  orphans(): Orphan[] {
    return this.#resolution.orphans();
  }

  event(id: string): JournalEvent | undefined {
    return this.#fold.event(id);
  }

  undoable(): JournalEvent | undefined {
    return this.#fold.undoable(this.#annotator);
  }

  redoable(): Redo | undefined {
    return this.#fold.redoable(this.#annotator);
  }

  /** Whether a record belongs to the audit set. */
  isAudit(row: Row): boolean {
    let known = this.#isAudit.get(row);
    if (known === undefined) {
      const record = this.#lookup.record(row);
      known = record !== undefined && record.auditRank < this.#auditThreshold;
      this.#isAudit.set(row, known);
    }
    return known;
  }

  /** Whether nothing speaks against asking about a record. */
  isOpen(row: Row): boolean {
    const state = this.state(row);
    return !state || isOpen(state);
  }

  /** Rows this annotator answered last, oldest first. */
  latest(limit: number): Row[] {
    const own: { row: Row; decision: Decision }[] = [];
    for (const [row, { answers }] of this.#resolution.states) {
      const decision = answers.find(({ by }) => by === this.#annotator);
      if (!decision) continue;
      // A short sorted list: nearly every answer is older than its oldest.
      if (own.length === limit && before(decision, own[0]!.decision)) continue;
      const place = own.findIndex((other) => before(decision, other.decision));
      own.splice(place < 0 ? own.length : place, 0, { row, decision });
      if (own.length > limit) own.shift();
    }
    return own.map(({ row }) => row);
  }

  digest(): Digest {
    this.#digest ??= this.#compute();
    return this.#digest;
  }

  #compute(): Digest {
    const active = activeLabels(this.#labels);
    const classOf = new Map(active.map(({ id }, position) => [id, position]));
    const counts = active.map(({ id, name, color }) => ({
      id,
      name,
      ...(color === undefined ? {} : { color }),
      trained: 0,
      audited: 0,
    }));
    const training: Answered[] = [];
    const audit: Answered[] = [];
    const closed: Row[] = [];
    const skipped: [Row, RecordState][] = [];
    const unsure: [Row, RecordState][] = [];
    let labelled = 0;
    let audited = 0;
    let disagreements = 0;
    for (const [row, state] of this.#resolution.states) {
      if (!isOpen(state)) closed.push(row);
      if (state.disagreement) disagreements++;
      const { decision } = state;
      if (!decision) {
        if (state.skipped) skipped.push([row, state]);
        else if (state.unsure) unsure.push([row, state]);
        continue;
      }
      const isAudit = this.isAudit(row);
      labelled++;
      if (isAudit) audited++;
      const classIndex = classOf.get(decision.labels[0] ?? '');
      if (classIndex === undefined || state.standing === 'stale') continue;
      const count = counts[classIndex]!;
      if (isAudit) count.audited++;
      else count.trained++;
      (isAudit ? audit : training).push({ row, classIndex, decision });
    }
    const inOrder = (a: Answered, b: Answered) => (before(a.decision, b.decision) ? -1 : 1);
    training.sort(inOrder);
    audit.sort(inOrder);
    const byTime = (a: [Row, RecordState], b: [Row, RecordState]) => a[1].last.lam - b[1].last.lam;
    return {
      labelled,
      audited,
      skipped: skipped.length,
      stale: this.#resolution.stale.size,
      orphans: this.#resolution.orphanCount,
      disagreements,
      training: answeredRows(training),
      audit: answeredRows(audit),
      closed: Int32Array.from(closed).sort(),
      later: [...skipped.sort(byTime), ...unsure.sort(byTime)].map(([row]) => row),
      labels: counts,
      guesses: training.flatMap(({ decision }, position) => {
        const guess = this.#fold.event(decision.eventId)?.why?.guess;
        if (guess === undefined) return [];
        return [
          { labels: position + 1, right: decision.labels.includes(currentLabelId(this.#labels, guess)) },
        ];
      }),
    };
  }
}

interface Answered {
  readonly row: Row;
  readonly classIndex: number;
  readonly decision: Decision;
}

function answeredRows(answers: readonly Answered[]): AnsweredRows {
  return {
    rows: Int32Array.from(answers, ({ row }) => row),
    classes: Int32Array.from(answers, ({ classIndex }) => classIndex),
  };
}

function isOpen(state: RecordState): boolean {
  return !state.decision && !state.disagreement && !state.skipped && !state.unsure;
}

function before(a: Decision, b: Decision): boolean {
  return a.lam < b.lam || (a.lam === b.lam && a.eventId < b.eventId);
}
