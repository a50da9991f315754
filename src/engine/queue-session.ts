/** The queue as one view sees it: which cards are next, what was answered, and what undo brings back. */

import { randomUUID } from 'node:crypto';
import { defined } from '../core/defined.ts';
import { Random } from '../core/random.ts';
import type { Why } from '../core/records/event.ts';
import type { Row } from '../core/records/record.ts';
import { say } from '../core/say.ts';
import { UserError } from '../core/user-error.ts';
import type { Answer, Card, Mark, QueueSnapshot, WordWeight } from '../protocol/queue.ts';
import { cardLabels } from './card-labels.ts';
import type { Engine } from './engine.ts';
import { type FoundFacts, FoundRecords, type Rest } from './found-records.ts';
import { type Asked, arrange } from './queue-order.ts';
import { Sitting } from './sitting.ts';

/** Cards sent ahead: enough for a burst of answers between two snapshots. */
const UPCOMING = 12;
/** Cards that keep their places when the model chooses anew: the one on screen and the ones a fast hand reaches. */
const PINNED = 3;
const HISTORY = 20;
const TEXT_LIMIT = 64 * 1024;
/** Cards whose reason to be asked is remembered after they left the queue, for late answers. */
const REMEMBERED = 500;

export interface QueueOptions {
  /** Whether cards may show the model's guess. */
  showGuess(): boolean;
  /** Answers this person means to give in a sitting; 0: none. */
  sittingGoal(): number;
}

export class QueueSession {
  readonly #engine: Engine;
  readonly #options: QueueOptions;
  readonly #listeners = new Set<(snapshot: QueueSnapshot) => void>();
  readonly #asked = new Map<Row, Asked>();
  readonly #sitting = new Sitting();
  #order: Asked[] = [];
  #search: FoundRecords | undefined;
  /** Rows whose file no longer holds them as indexed: left out until the index has caught up. */
  #unreadable = new Set<Row>();
  #unreadableSince = -1;
  #revision = 0;
  #stopListening: (() => void) | undefined;
  #isTelling = false;
  #tellAgain = false;

  constructor(engine: Engine, options: QueueOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** Told of every change with a fresh snapshot. Returns how to stop it. */
  onChange(listener: (snapshot: QueueSnapshot) => void): () => void {
    this.#listeners.add(listener);
    this.#stopListening ??= this.#engine.onChange(() => this.#tell());
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stopListening?.();
      this.#stopListening = undefined;
    };
  }

  async open(): Promise<QueueSnapshot> {
    return this.#snapshot();
  }

  /** @throws UserError when nothing was saved: unknown record or label, or a journal that can't be written */
  async label(answer: Answer): Promise<QueueSnapshot> {
    const record = this.#engine.index.found(answer.key);
    const { row } = record;
    await this.#engine.save({
      event: answer.event,
      row,
      record,
      ...(answer.labels ? { op: 'label', labels: answer.labels } : { op: 'clear' }),
      why: { ...this.#why(row), shown: answer.shown, ms: answer.ms },
    });
    if (answer.labels) this.#sitting.answered(row, answer.ms);
    else this.#sitting.takenBack(row);
    this.#search?.passed(row);
    return this.#snapshot();
  }

  async mark(mark: Mark): Promise<QueueSnapshot> {
    const record = this.#engine.index.found(mark.key);
    const { row } = record;
    await this.#engine.save({
      event: mark.event,
      row,
      record,
      op: mark.op,
      why: { ...this.#why(row), ms: mark.ms },
    });
    if (mark.op === 'skip' || mark.op === 'unsure') this.#search?.passed(row);
    return this.#snapshot();
  }

  /**
   * Shows what a query finds instead of what the model chose, in the order of the files; answered records too.
   *
   * @param query as `parseRecordQuery` reads it; empty: back to the model's choice
   */
  async search(query: string): Promise<QueueSnapshot> {
    const wanted = query.trim();
    this.#search = wanted === '' ? undefined : new FoundRecords(wanted, await this.#engine.find(wanted));
    this.#order = [];
    return this.#snapshot();
  }

  /** What can be said of the records found and not answered yet; undefined where nothing was searched for. */
  async rest(): Promise<Rest | undefined> {
    return this.#search?.rest(this.#facts());
  }

  /** Puts a random sample of what was found first: answered, it says whether the others may be answered at once. */
  async drawSample(): Promise<QueueSnapshot> {
    await this.#search?.drawSample(this.#facts(), new Random(Date.now()));
    this.#order = [];
    return this.#snapshot();
  }

  /**
   * Gives all records found and not answered yet one label; audit records are left out. Undo takes it back at once.
   *
   * @returns how many were answered
   */
  async labelRest(...labels: readonly string[]): Promise<number> {
    const rest = await this.rest();
    const count = await this.#engine.labelAll(rest?.rows ?? [], labels, randomUUID());
    this.#tell();
    return count;
  }

  #searchState(search: FoundRecords): NonNullable<QueueSnapshot['search']> {
    return {
      query: search.query,
      found: search.count,
      ...defined({ sample: search.sampled(this.#facts()) }),
    };
  }

  #facts(): FoundFacts {
    const { asking, index } = this.#engine;
    return {
      isOpen: (row) => asking.isOpen(row) && !this.#engine.isAudit(row),
      labelsOf: (row) => this.#engine.stateOf(row)?.labels,
      hashOf: (row) => index.record(row)?.hash,
    };
  }

  /** Takes the latest act back and brings its card to the front. Without one, nothing happens. */
  async undo(): Promise<QueueSnapshot> {
    const row = await this.#engine.undo();
    if (row !== undefined) {
      this.#search?.cameBack(row);
      if (!this.#engine.stateOf(row)?.labels) this.#sitting.takenBack(row);
    }
    if (row !== undefined && (this.#engine.asking.isOpen(row) || this.#engine.asking.needsReview(row)))
      this.#toFront(row);
    return this.#snapshot();
  }

  async redo(): Promise<QueueSnapshot> {
    for (const row of await this.#engine.redo()) {
      const { labels, skipped, unsure } = this.#engine.stateOf(row) ?? {};
      if (labels || skipped || unsure) this.#search?.passed(row);
    }
    return this.#snapshot();
  }

  /** The words behind a guess; none before there is a model. */
  explain(key: string, label: string): Promise<readonly WordWeight[]> {
    return this.#engine.explain(this.#engine.index.rowOf(key), label);
  }

  /** Where a record is, to open it there. */
  source(key: string): { src: string; line: number } {
    const record = this.#engine.index.record(this.#engine.index.rowOf(key));
    if (!record)
      throw new UserError('unknown-record', 'This record is no longer in the index', 'Update the index.');
    return { src: record.src, line: record.line };
  }

  #whyNothingLeft(): string {
    if (!this.#search) return this.#engine.asking.whyNothingLeft();
    if (this.#search.count === 0)
      return say('No record fits "{0}". Esc goes back to the queue.', this.#search.query);
    return say('These were all records found. Esc goes back to the queue.');
  }

  #toFront(row: Row): void {
    const asked = this.#engine.asking.needsReview(row)
      ? this.#engine.asking.unchosen(row)
      : (this.#asked.get(row) ?? this.#engine.asking.unchosen(row));
    this.#order = [asked, ...this.#order.filter((other) => other.row !== row)];
  }

  /** What the answer is for. Only a `review` settles what annotators differ about, wherever the record was met. */
  #purpose(row: Row, { purpose }: Asked): NonNullable<Why['purpose']> {
    if (this.#engine.asking.needsReview(row)) return 'review';
    return this.#search ? 'search' : purpose;
  }

  #why(row: Row): Why {
    const asked = this.#asked.get(row) ?? this.#engine.asking.unchosen(row);
    const guess = this.#engine.guessOf(asked.guess);
    const guesses = this.#engine.guessesOf(asked.guesses);
    return {
      purpose: this.#purpose(row, asked),
      ...(asked.strategy === undefined ? {} : { strategy: asked.strategy }),
      ...(asked.utility === undefined ? {} : { utility: asked.utility }),
      ...(asked.modelRevision === undefined ? {} : { model: asked.modelRevision }),
      ...(guess ? { guess: guess.label, p: guess.p } : {}),
      ...(guesses ? { guesses: guesses.map(({ label }) => label) } : {}),
    };
  }

  #tell(): void {
    this.#tellAgain = true;
    if (!this.#isTelling) this.#tellAll().catch((error) => this.#engine.report(error));
  }

  async #tellAll(): Promise<void> {
    this.#isTelling = true;
    try {
      while (this.#tellAgain) {
        this.#tellAgain = false;
        const snapshot = await this.#snapshot();
        for (const listener of this.#listeners) listener(snapshot);
      }
    } finally {
      // In the same turn as the last look at `#tellAgain`: a change in between would be told to nobody.
      this.#isTelling = false;
    }
  }

  #arrange(): readonly Asked[] {
    const engine = this.#engine;
    if (this.#unreadableSince !== engine.index.generation) {
      this.#unreadable = new Set();
      this.#unreadableSince = engine.index.generation;
    }
    this.#order = this.#search
      ? this.#found(this.#search)
      : arrange({
          pinned: this.#order.slice(0, PINNED),
          chosen: engine.asking.chosen(),
          audit: engine.asking.audit(),
          review: engine.asking.review().filter((row) => !this.#unreadable.has(row)),
          later: engine.asking.later(),
          answered: engine.answeredCount(),
          size: UPCOMING,
          isOpen: (row) => engine.asking.isOpen(row) && !this.#unreadable.has(row),
        });
    for (const asked of this.#order) this.#asked.set(asked.row, asked);
    for (const row of this.#asked.keys()) {
      if (this.#asked.size <= REMEMBERED) break;
      this.#asked.delete(row);
    }
    return this.#order;
  }

  /** The next of the records found. */
  #found(search: FoundRecords): Asked[] {
    const isThere = (row: Row) => !this.#unreadable.has(row) && this.#engine.index.record(row) !== undefined;
    const rows = search.next(UPCOMING, isThere);
    return rows.map((row) => this.#asked.get(row) ?? this.#engine.asking.unchosen(row));
  }

  async #snapshot(): Promise<QueueSnapshot> {
    const engine = this.#engine;
    // Taken first: what is read while waiting may be older than what a later snapshot reads.
    const revision = ++this.#revision;
    let upcoming: Card[] = [];
    for (;;) {
      // Another snapshot may arrange the queue anew while this one reads its cards.
      const order = this.#arrange();
      const cards = await Promise.all(order.map((asked) => this.#card(asked)));
      upcoming = cards.filter((card) => card !== undefined);
      if (upcoming.length === cards.length) break;
      // Some files have changed since they were indexed: ask about others until they are read again.
      for (const [position, card] of cards.entries()) if (!card) this.#unreadable.add(order[position]!.row);
      engine.index.sourcesChanged();
    }
    const history = await Promise.all(
      engine
        .latestAnswers(HISTORY)
        .map((row) => this.#card(this.#asked.get(row) ?? engine.asking.unchosen(row))),
    );
    const { counts, indexing } = engine.summary();
    const nothingLeft = upcoming.length > 0 ? undefined : this.#whyNothingLeft();
    const banner = engine.banner();
    return {
      revision,
      project: engine.project.name,
      labels: cardLabels(engine.project.labels),
      ...(engine.project.multiLabel ? { multiLabel: true } : {}),
      upcoming,
      history: history.filter((card) => card !== undefined),
      canUndo: engine.canUndo(),
      canRedo: engine.canRedo(),
      counts,
      sitting: this.#sitting.progress(this.#options.sittingGoal()),
      training: engine.training,
      ...(this.#search ? { search: this.#searchState(this.#search) } : {}),
      ...(indexing ? { indexing } : {}),
      ...(banner ? { banner } : {}),
      ...(nothingLeft ? { nothingLeft } : {}),
    };
  }

  /** Undefined when the record's file has changed under its offset. */
  async #card(asked: Asked): Promise<Card | undefined> {
    const engine = this.#engine;
    const content = await engine.index.content(asked.row);
    if (!content) return undefined;
    const { record, text, fields } = content;
    const before = await engine.textBefore(asked.row);
    const state = engine.stateOf(asked.row);
    const isHidden = asked.purpose === 'audit' || !this.#options.showGuess();
    const guess = isHidden ? undefined : engine.guessOf(asked.guess);
    const guesses = isHidden ? undefined : engine.guessesOf(asked.guesses);
    return {
      key: content.key,
      text: text.slice(0, TEXT_LIMIT),
      truncated: text.length > TEXT_LIMIT,
      fields,
      src: record.src,
      line: record.line,
      purpose: asked.purpose,
      why: engine.asking.sayWhy(asked, before !== undefined),
      ...(before === undefined ? {} : { before: before.slice(0, TEXT_LIMIT) }),
      ...(guess ? { guess: { label: guess.label, p: guess.p } } : {}),
      ...(guesses ? { guesses: guesses.map(({ label, p }) => ({ label, p })) } : {}),
      ...(state?.labels ? { answer: state.labels } : {}),
      flagged: state?.flagged ?? false,
    };
  }
}
