/**
 * The product, headless: one open project. Owns the journal, the current answers, the index reader and the two
 * workers, and answers what the shells ask. Never blocks its thread for long: reading, tokenizing and learning
 * happen in the workers.
 */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defined } from '../core/defined.ts';
import { auditThreshold } from '../core/records/audit.ts';
import type { RecordState } from '../core/records/decision.ts';
import type { JournalEvent, Op, Why } from '../core/records/event.ts';
import { editLabels, type LabelEdit } from '../core/records/label-edits.ts';
import { activeLabels, findLabel, type Label, labelNames } from '../core/records/label-set.ts';
import type { Project } from '../core/records/project.ts';
import { type IndexedRecord, type Row, recordKey } from '../core/records/record.ts';
import {
  needsGuesses,
  parseRecordQuery,
  type RecordQuery,
  type RecordStateName,
} from '../core/records/record-query.ts';
import { isSynthetic } from '../core/records/synthetic.ts';
import { say, sayAgain, sayOf } from '../core/say.ts';
import { UserError } from '../core/user-error.ts';
import { type FileProblem, Journal, type Act as JournalAct, type JournalChange } from '../journal/journal.ts';
import type { AnnotatorAgreement, CurveSnapshot, Interval, LabelCount } from '../protocol/curve.ts';
import type { Guidelines } from '../protocol/guidelines.ts';
import type { IndexReport } from '../protocol/indexer.ts';
import type { ChosenRow } from '../protocol/learner.ts';
import type { Banner, IndexingProgress, QueueCounts, WordWeight } from '../protocol/queue.ts';
import type { Training } from '../protocol/training.ts';
import { annotatorAgreement } from './annotators.ts';
import { AnsweredTexts } from './answered-texts.ts';
import { Answers } from './answers.ts';
import { Asking } from './asking.ts';
import { indexPath } from './cache-folder.ts';
import { curveSnapshot } from './curve-snapshot.ts';
import { type ExportReport, exportLabels, type LabelledRecord } from './export.ts';
import { FEW } from './findings.ts';
import { FolderIndex } from './folder-index.ts';
import { guidelinesOf, startGuidelines } from './guidelines.ts';
import { IdleCheck } from './idle-check.ts';
import {
  type ImportOptions,
  type ImportPreview,
  type ImportReport,
  type ImportTarget,
  importLabels,
  previewImport,
} from './import.ts';
import { Learning, type Wish } from './learning.ts';
import { newLabel, readProject, writeProject } from './project-file.ts';
import { watchProject } from './project-watch.ts';
import { type Asked, arrange } from './queue-order.ts';
import { type ReviewItem, reviewItem, wasOf } from './review.ts';
import { RightOfWay } from './right-of-way.ts';
import { inSlices, partsOf } from './slices.ts';
import { syntheticFile, withSyntheticSource, writeSynthetic } from './synthesis.ts';
import { textHash } from './text-hash.ts';
import { Turns } from './turns.ts';
import { type VerifyReport, verifyAll } from './verify.ts';

export interface EngineOptions {
  /** Who answers; undefined: git's user.name, else the account's name. */
  readonly annotator?: string | undefined;
  /** Where indexes are kept; undefined: the account's cache folder. */
  readonly cacheFolder?: string | undefined;
  /** Told of failures that nobody waits for. */
  report(error: unknown): void;
}

/** An act to save. */
export interface Act {
  /** UUIDv7; saving one twice saves it once. */
  readonly event?: string;
  readonly row: Row;
  /** The record of the row, where it was just looked up: its file may be read anew at any moment. */
  readonly record?: IndexedRecord;
  readonly op: Exclude<Op, 'undo'>;
  /** Label ids, for `label` only. None: none applies where a record can have several labels, else cleared. */
  readonly labels?: readonly string[];
  readonly why?: Why;
}

export interface LabelExport {
  /** Whether a record's other fields are written. */
  readonly fields: boolean;
  /** Whether answers whose record is gone are written, without text. */
  readonly orphans: boolean;
  /** Whether records are written that nobody wrote; left out: no. */
  readonly synthetic?: boolean;
  /** Whether a file that is not an export of Inkling may be replaced. */
  readonly overwrite: boolean;
}

export interface Summary {
  readonly counts: QueueCounts;
  readonly indexing?: IndexingProgress;
  /** The newest audited accuracy, where there is one; micro-F1 where a record can have several labels. */
  readonly accuracy?: Interval;
  readonly measure: 'accuracy' | 'micro-F1';
}

export interface Stats extends QueueCounts {
  readonly project: string;
  readonly annotator: string;
  readonly files: number;
  readonly stale: number;
  readonly orphans: number;
  readonly disagreements: number;
  readonly labels: readonly LabelCount[];
  /** Where a record can have several labels: how many answers say that none applies. */
  readonly none?: number;
}

/** An answer as a program gives it. */
export interface GivenAnswer {
  readonly key: string;
  readonly label: string | readonly string[] | null;
  readonly chosen?: Pick<NextRecord, 'strategy' | 'utility' | 'guess' | 'p'>;
}

/** A record as `inkling next` prints it. */
export interface NextRecord {
  readonly key: string;
  readonly text: string;
  readonly src: string;
  readonly line: number;
  readonly id?: string;
  readonly purpose: Asked['purpose'];
  readonly strategy?: string;
  readonly utility?: number;
  /** The name of the label the model guesses, with its probability. */
  readonly guess?: string;
  readonly p?: number;
  /** Where a record can have several labels: all that the model would give, surest first. */
  readonly guesses?: readonly { readonly label: string; readonly p: number }[];
}

/** Acts written with one fsync: stamping and writing them takes some milliseconds. */
const ACTS_A_WRITE = 1000;
/** A guess with the id and the name of its label. */
export interface NamedGuess {
  readonly label: string;
  readonly name: string;
  readonly p: number;
}

/** Events taken in between two looks at the clock. */
const EVENTS_A_STEP = 100;

/** Some of the texts made are here already. */
const MADE_PER_WANTED = 3;
/** Milliseconds between two looks for what was made, and how many looks. */
const WAIT = 500;
const MOST_WAITS = 20;

export class Engine {
  /** The workspace folder's real path. */
  readonly folder: string;
  readonly report: (error: unknown) => void;
  /** The records there are. */
  readonly index: FolderIndex;
  /** What can be asked of them now. */
  readonly asking: Asking;
  readonly #journal: Journal;
  readonly #rightOfWay = new RightOfWay();
  readonly #texts: AnsweredTexts;
  readonly #answers: Answers;
  readonly #learning: Learning;
  readonly #turns = new Turns();
  /** The latest comparison of the annotators: of which revision, when it was made, and how long it took, in ms. */
  #agreement: { of: number; at: number; took: number; found: AnnotatorAgreement | undefined } = {
    of: -1,
    at: 0,
    took: 0,
    found: undefined,
  };
  readonly #listeners = new Set<() => void>();
  #project: Project;
  #stopWatching: (() => void) | undefined;
  #brokenProject: Banner | undefined;
  /** Something is wrong with the journal, which a person should look at. */
  #doubt: Banner | undefined;
  #idleCheck: IdleCheck | undefined;
  #live = false;
  #closed = false;

  /**
   * Opens the project of a folder. An index made earlier serves at once; `updateIndex` brings it up to date.
   *
   * @throws UserError `no-folder`; `no-project` when the folder has no project file, or one that can't be read
   */
  static async open(folder: string, options: EngineOptions): Promise<Engine> {
    const real = await realFolder(folder);
    const project = await readProject(real);
    const path = await indexPath(real, options.cacheFolder);
    let engine: Engine | undefined;
    const { journal, events } = await Journal.open(real, {
      annotator: options.annotator,
      onChange: (change) => {
        if (engine) engine.#othersWrote(change).catch(engine.report);
      },
    });
    engine = new Engine(real, project, journal, path, options);
    const folded = engine.#answers.replace(events);
    await engine.index.open();
    await folded;
    const lines = journal.problems.filter(isDoubtful).length;
    if (lines > 0) engine.#doubt = doubtBanner(lines);
    engine.asking.awaitFirstChoice();
    return engine;
  }

  private constructor(
    folder: string,
    project: Project,
    journal: Journal,
    path: string,
    options: EngineOptions,
  ) {
    this.folder = folder;
    // What a closing worker leaves unanswered is no failure.
    this.report = (error) => {
      if (!this.#closed) options.report(error);
    };
    this.#project = project;
    this.#journal = journal;
    this.#texts = new AnsweredTexts(path);
    this.index = new FolderIndex({
      folder,
      indexPath: path,
      rightOfWay: this.#rightOfWay,
      project: () => this.#project,
      changed: () => this.#changed(),
      matchAnswers: () => this.#matchAnswers(),
      renewed: () => this.#learning.teachSoon(),
      report: this.report,
    });
    this.#answers = new Answers(journal.annotator, this.#rightOfWay);
    this.#learning = new Learning({
      folder,
      indexPath: path,
      answers: this.#answers,
      isBeside: () => this.#live,
      project: () => this.#project,
      auditThreshold: () => this.#auditThreshold(),
      changed: () => this.#changed(),
      keep: (name, parts) => this.index.keep(name, parts),
      report: this.report,
    });
    this.asking = new Asking({
      annotator: journal.annotator,
      answers: this.#answers,
      learning: this.#learning,
      index: this.index,
      project: () => this.#project,
    });
  }

  get project(): Project {
    return this.#project;
  }

  get annotator(): string {
    return this.#journal.annotator;
  }

  get training(): Training {
    return this.#learning.training;
  }

  /** Told after anything a view shows has changed. Returns how to stop it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Lets everything go. Nothing is pending: what was acknowledged is on disk. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#idleCheck?.close();
    this.#stopWatching?.();
    this.#listeners.clear();
    await Promise.all([this.index.close(), this.#learning.close()]);
    // A view may still be asking for its last snapshot: it finds an empty index.
    this.#answers.forgetIndex();
    this.index.closeReader();
    await Promise.all([this.#journal.close(), this.#texts.close()]);
  }

  // ------------------------------------------------------------------ index

  /** Reads what has changed in the folder. Resolves when the index is complete or the reading was cancelled. */
  async updateIndex(onProgress?: (progress: IndexingProgress) => void): Promise<IndexReport> {
    this.#project = await readProject(this.folder);
    return this.index.update(onProgress);
  }

  /** Ends reading and learning early, for a process that is told to end. Labels are saved as before. */
  async stop(): Promise<void> {
    await Promise.all([this.index.cancel(), this.#learning.close()]);
  }

  /**
   * From now on follows the folder and keeps a choice ready: for shells that stay, not for one command.
   * Resolves when the first reading is complete.
   */
  async goLive(onProgress?: (progress: IndexingProgress) => void): Promise<IndexReport> {
    this.#live = true;
    const wait = this.asking.awaitFirstChoice();
    if (wait > 0) setTimeout(() => this.#changed(), wait + 1).unref();
    this.#journal.watch();
    this.#idleCheck ??= new IdleCheck(() => {
      this.#verifyInIdleTime().catch(this.report);
    });
    this.#stopWatching ??= watchProject(this.folder, () => {
      this.#projectChanged().catch(this.report);
    });
    if (this.index.isOpen) this.#learning.teachSoon();
    const report = await this.index.follow(onProgress);
    this.#learning.expectArrivals();
    return report;
  }

  /** Somebody else wrote the project file: what it says holds from now on, if it can be read. */
  async #projectChanged(): Promise<void> {
    let project: Project;
    try {
      project = await readProject(this.folder);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // A file that is being edited is often broken for a moment: what was read before goes on holding.
      this.#brokenProject = { kind: 'warning', message: error.message, wayOut: error.wayOut };
      this.#changed();
      return;
    }
    this.#brokenProject = undefined;
    await this.#useProject(project);
  }

  /** Goes on with another project file's content. */
  async #useProject(project: Project): Promise<void> {
    const { sources, salt } = this.#project;
    this.#project = project;
    await this.#matchAnswers();
    this.#answersChanged();
    if (JSON.stringify([sources, salt]) !== JSON.stringify([project.sources, project.salt]))
      this.index.sourcesChanged();
  }

  /**
   * Changes the label set: previewed by `editLabels`, written whole or not at all.
   *
   * @throws UserError when the change can't be made; nothing is changed then
   */
  async changeLabels(edit: LabelEdit): Promise<void> {
    const { labels } = await readProject(this.folder);
    await this.restoreLabels(editLabels(labels, edit));
  }

  /** Writes this label set, as it was before a change. */
  async restoreLabels(labels: readonly Label[]): Promise<void> {
    const project = await readProject(this.folder);
    const changed = { ...project, labels: labels.map((label) => ({ ...label })) };
    await writeProject(this.folder, changed);
    await this.#useProject(changed);
  }

  #matchAnswers(): Promise<void> {
    return this.#answers.resolve(this.index.lookup, this.#project, this.#auditThreshold());
  }

  #auditThreshold(): number {
    return auditThreshold(this.#project.audit.share);
  }

  // ------------------------------------------------------------------ answers

  /**
   * Saves an act and answers once it is durable.
   *
   * @returns the event's id
   * @throws UserError `unknown-label`, `one-label`, `unknown-record`, or what keeps the journal from being written
   */
  async save(act: Act): Promise<string> {
    if (act.event !== undefined && this.#answers.event(act.event)) return act.event;
    const record = act.record ?? this.index.record(act.row);
    if (!record)
      throw new UserError('unknown-record', 'This record is no longer in the index', 'Update the index.');
    const labels = this.#usable(act.labels);
    const { multiLabel } = this.#project;
    const { hash, id, src, line, n } = record;
    if (this.#live && act.op === 'label') this.#noteText(record);
    return this.#turns.act(() =>
      this.#append({
        ...defined({ id: act.event, why: act.why }),
        rec: { hash, ...defined({ id }), src, line, n },
        ...(act.op !== 'label'
          ? { op: act.op }
          : labels.length > 0 || multiLabel
            ? { op: 'label', labels }
            : { op: 'clear' }),
      }),
    );
  }

  /** Keeps the text that is being answered, for the day when it changes. Nobody waits for it. */
  #noteText({ row, hash }: IndexedRecord): void {
    this.index
      .content(row)
      .then((content) => content && this.#texts.note(hash, content.text))
      .catch(this.report);
  }

  /** The text that a stale answer was given to; undefined where that is not known, and where no answer is stale. */
  async textBefore(row: Row): Promise<string | undefined> {
    const state = this.stateOf(row);
    const was = state && wasOf(row, state, this.asking.reviewFacts());
    if (!was) return undefined;
    const now = was.now && (await this.index.content(was.now.row));
    return now ? now.text : this.#texts.find(was.hash);
  }

  /**
   * Gives many records the same labels in one stroke: undo takes all of them back at once. Rows that are no longer
   * indexed are left out.
   *
   * @param batch a fresh id
   * @returns how many were answered
   * @throws UserError `unknown-label`, `one-label`, or what keeps the journal from being written
   */
  async labelAll(rows: readonly Row[], labels: readonly string[], batch: string): Promise<number> {
    const usable = this.#usable(labels);
    const acts: JournalAct[] = [];
    await inSlices(
      (function* (index) {
        for (const part of partsOf(rows, EVENTS_A_STEP)) {
          for (const row of part) {
            const record = index.record(row);
            if (!record) continue;
            const { hash, id, src, line, n } = record;
            const rec = { hash, ...defined({ id }), src, line, n };
            acts.push({ op: 'label', rec, labels: usable, why: { purpose: 'search', batch } });
          }
          yield;
        }
      })(this.index),
    );
    await this.#turns.act(() => this.#appendAll(acts));
    return acts.length;
  }

  /** @throws UserError `unknown-label`, `one-label` */
  #usable(given: readonly string[] = []): string[] {
    const labels = [...new Set(given)];
    for (const label of labels) {
      if (!this.#project.labels.some(({ id }) => id === label)) throw this.#unknownLabel(label);
    }
    if (labels.length > 1 && !this.#project.multiLabel) {
      throw new UserError(
        'one-label',
        'A record of this project has one label',
        'Give one, or say "multiLabel": true in .inkling/project.json.',
      );
    }
    return labels;
  }

  /**
   * Saves an answer given by key and by a label's name or id, or several; null clears.
   *
   * @param chosen what `next` said of the record when it was asked, as far as known; a guess by its label's name
   * @returns the event's id
   */
  async answer({ key, label, chosen }: GivenAnswer): Promise<string> {
    const record = this.index.found(key);
    const { row } = record;
    const guess = chosen?.guess === undefined ? undefined : findLabel(this.#project.labels, chosen.guess)?.id;
    const why: Why = {
      purpose: this.asking.unchosen(row).purpose,
      ...defined({ strategy: chosen?.strategy, utility: chosen?.utility, guess }),
      ...(guess === undefined ? {} : defined({ p: chosen?.p })),
    };
    if (label === null) return this.save({ row, record, op: 'clear', why });
    const labels = [label].flat().map((given) => this.labelNamed(given).id);
    return this.save({ row, record, op: 'label', labels, why });
  }

  /**
   * Saves that what was answered for the earlier text of a record holds for its text of now.
   *
   * @returns the event's id
   * @throws UserError `nothing-to-confirm`
   */
  async confirm({ key }: { key: string }): Promise<string> {
    const record = this.index.found(key);
    const { row } = record;
    if (this.stateOf(row)?.decision?.standing === 'stale')
      return this.save({ row, record, op: 'confirm', why: { purpose: 'review' } });
    throw new UserError(
      'nothing-to-confirm',
      'This record has no answer from before its text changed',
      'Answer it with a label; "inkling review" lists what can be confirmed.',
    );
  }

  /** A label by its id or name, in use or not. @throws UserError `unknown-label` */
  labelNamed(idOrName: string): Label {
    const found = findLabel(this.#project.labels, idOrName);
    if (!found) throw this.#unknownLabel(idOrName);
    return found;
  }

  /** The labels that can be given now, in order. */
  activeLabels(): Label[] {
    return activeLabels(this.#project.labels);
  }

  /**
   * Takes back this annotator's latest act, with all that was done in the same stroke.
   *
   * @returns the row it was about, the first of several, where it is indexed
   */
  undo(): Promise<Row | undefined> {
    return this.#turns.takeBack(async () => {
      const events = this.#answers.undoables();
      const [first] = events;
      if (!first) return undefined;
      await this.#appendAll(events.map(({ id }) => ({ op: 'undo', of: id })));
      return first.rec && this.#rowOfRef(first.rec);
    });
  }

  /** Does again what the latest undo took back. @returns the rows it was about, where they are indexed */
  redo(): Promise<Row[]> {
    return this.#turns.takeBack(async () => {
      const redos = this.#answers.redoables();
      await this.#appendAll(redos.map(({ undo }) => ({ op: 'undo', of: undo.id })));
      return redos
        .map(({ event }) => event.rec && this.#rowOfRef(event.rec))
        .filter((row) => row !== undefined);
    });
  }

  canUndo(): boolean {
    return this.#answers.undoable() !== undefined;
  }

  canRedo(): boolean {
    return this.#answers.redoable() !== undefined;
  }

  stateOf(row: Row): RecordState | undefined {
    return this.#answers.state(row);
  }

  /** The names of the labels that hold for a record; undefined without an answer. */
  answerOf(row: Row): string[] | undefined {
    const labels = this.stateOf(row)?.labels;
    return labels && labelNames(this.#project.labels, labels);
  }

  /** Rows this annotator answered last, oldest first. */
  latestAnswers(limit: number): Row[] {
    return this.#answers.tally.latest(limit);
  }

  /** Why labels can't be saved now, if they can't. */
  banner(): Banner | undefined {
    const paused = this.#journal.paused;
    const banner: Banner | undefined = paused
      ? { kind: 'error', message: paused.message, wayOut: paused.wayOut }
      : (this.#brokenProject ?? this.#stopped() ?? this.#doubt);
    if (!banner) return undefined;
    const { kind, message, wayOut } = banner;
    return {
      kind,
      message: sayAgain(message),
      ...(wayOut === undefined ? {} : { wayOut: sayAgain(wayOut) }),
    };
  }

  /** A worker that died again and again, or failed: what that means for labeling. */
  #stopped(): Banner | undefined {
    const wayOut = 'The log says why (Inkling: Show Log). Reload the window to try again.';
    if (this.#learning.gaveUp) {
      const message = 'The model has stopped. Labels are saved as before; records are drawn at random.';
      return { kind: 'warning', message, wayOut };
    }
    if (this.index.gaveUp) {
      const message =
        'Reading the files has stopped. Labels are saved as before, of the records read so far.';
      return { kind: 'warning', message, wayOut };
    }
    const { failure, progress } = this.index;
    // Another reading may come no further than the one before.
    if (failure === undefined || (progress && progress.filesDone > 0)) return undefined;
    const own = failure as { message?: string; wayOut?: string };
    if (own.wayOut !== undefined && own.message !== undefined)
      return { kind: 'warning', message: own.message, wayOut: own.wayOut };
    const message = 'Reading the files has failed. Labels are saved as before, of the records read so far.';
    return {
      kind: 'warning',
      message,
      wayOut: 'Try again with Inkling: Update Index. The log says why (Inkling: Show Log).',
    };
  }

  async #append(act: JournalAct): Promise<string> {
    const event = this.#journal.stamp(act);
    this.#idleCheck?.acted();
    try {
      await this.#rightOfWay.take(() => this.#journal.append([event]));
    } catch (error) {
      this.#changed();
      throw error;
    }
    this.#takeIn([event]);
    return event.id;
  }

  /** Saves any number of acts, in their order. What was written before a failure stays, and can be undone. */
  async #appendAll(acts: readonly JournalAct[]): Promise<void> {
    this.#idleCheck?.acted();
    try {
      for (const part of partsOf(acts, ACTS_A_WRITE)) {
        const events = part.map((act) => this.#journal.stamp(act));
        await this.#journal.append(events);
        await this.#takeInAll(events);
      }
    } finally {
      this.#answersChanged();
    }
  }

  #takeIn(events: readonly JournalEvent[]): void {
    if (this.#answers.add(events)) this.#answersChanged();
  }

  /** Another window, the command line or git has changed the journal. */
  async #othersWrote(change: JournalChange): Promise<void> {
    if (change.kind === 'replaced') await this.#answers.replace(change.events);
    else await this.#takeInAll(change.events);
    this.#answersChanged();
  }

  /** Takes in any number of events without holding the thread. Their order does not matter. */
  async #takeInAll(events: readonly JournalEvent[]): Promise<void> {
    const answers = this.#answers;
    await inSlices(
      (function* () {
        for (const part of partsOf(events, EVENTS_A_STEP)) yield answers.add(part);
      })(),
    );
  }

  #answersChanged(): void {
    this.#changed();
    if (this.#live) this.#learning.teachSoon();
  }

  #rowOfRef(ref: { hash: string; src: string; n: number }): Row | undefined {
    return this.index.byKey(recordKey(ref))?.row;
  }

  #unknownLabel(label: string): UserError {
    const names = activeLabels(this.#project.labels).map(({ name }) => name);
    return new UserError(
      'unknown-label',
      `"${label.slice(0, 80)}" is not a label of this project`,
      names.length > 0
        ? `The labels are ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`
        : 'Add labels to .inkling/project.json.',
    );
  }

  // ------------------------------------------------------------------ queue

  /** Whether a record belongs to the audit set: it measures the model and never trains it. */
  isAudit(row: Row): boolean {
    return this.#answers.isAudit(row);
  }

  /** Every answer that needs a second look: the disputed, those whose label was split, the stale, the orphans. */
  async *review(): AsyncGenerator<ReviewItem> {
    const facts = this.asking.reviewFacts();
    for (const row of this.asking.inDoubt()) {
      const state = this.stateOf(row);
      const record = this.index.record(row);
      if (!state || !record) continue;
      const content = await this.index.content(row);
      const { src, line, id } = record;
      const key = recordKey(record);
      const before = await this.textBefore(row);
      yield reviewItem(state, facts, {
        row,
        key,
        src,
        line,
        ...defined({ id, text: content?.text, before }),
      });
    }
    for (const { ref, state } of this.#answers.orphans()) {
      const { src, line, id } = ref;
      if (state.answers.length > 0) yield reviewItem(state, facts, { src, line, ...defined({ id }) });
    }
  }

  /**
   * Training answers that are likely wrong, the likeliest first: fits some models, each without a fifth of the answers.
   * Where a record can have several labels nothing is said.
   */
  async *suspects(): AsyncGenerator<ReviewItem> {
    if (this.#project.multiLabel) return;
    const facts = this.asking.reviewFacts();
    const labels = activeLabels(this.#project.labels);
    const { rows, likely, p } = await this.#learning.suspects();
    for (const [at, row] of rows.entries()) {
      const state = this.stateOf(row);
      const record = this.index.record(row);
      const label = labels[likely[at]!];
      if (!state || !record || !label) continue;
      const content = await this.index.content(row);
      const { src, line, id } = record;
      yield reviewItem(state, facts, {
        row,
        key: recordKey(record),
        src,
        line,
        likely: { label: label.name, p: p[at]! },
        ...defined({ id, text: content?.text }),
      });
    }
  }

  answeredCount(): number {
    return this.#answers.tally.labelled;
  }

  /** The guess with the label it names. */
  guessOf(guess: ChosenRow['guess'] | undefined): NamedGuess | undefined {
    const label = guess && activeLabels(this.#project.labels)[guess.classIndex];
    return guess && label && { label: label.id, name: label.name, p: guess.p };
  }

  /** The same where a record can have several labels; undefined without a model. */
  guessesOf(guesses: ChosenRow['guesses'] | undefined): NamedGuess[] | undefined {
    return guesses?.map((guess) => this.guessOf(guess)).filter((guess) => guess !== undefined);
  }

  /**
   * Finds records by words, label, state, file and what the model says (see `parseRecordQuery`), in the order of the
   * files, or of their likeness to a record.
   *
   * @throws UserError `unknown-label`, `unknown-state`, `unknown-probability`, `unknown-place`, `no-model`
   */
  async find(text: string): Promise<Row[]> {
    const query = parseRecordQuery(text, this.#project.labels);
    if (!this.index.isOpen) return [];
    const rows = await this.#rowsOf(query);
    const found = rows.filter((row) => this.#fits(row, query));
    return Array.from(needsGuesses(query) ? await this.#guessedAs(found, query) : found);
  }

  /** Those with the words, in the order of the files, or in that of their likeness to a record. */
  async #rowsOf({ words, like }: RecordQuery): Promise<Int32Array> {
    const all = like && words === '' ? undefined : await this.#learning.find(words);
    if (!like) return all!;
    const record = this.index.recordUpToLine(like.src, like.line);
    if (record?.line !== like.line) {
      const wayOut = 'Name the file and the line in which the record begins.';
      throw new UserError('unknown-place', `No record begins at ${like.src}:${like.line}`, wayOut);
    }
    const similar = await this.#learning.similar(record.row);
    const wanted = all && new Set(all);
    return wanted ? similar.filter((row) => wanted.has(row)) : similar;
  }

  /** Those of the rows of which the model says what the query wants. */
  async #guessedAs(rows: Int32Array, { guesses, probability }: RecordQuery): Promise<Int32Array> {
    const guessed = await this.#learning.guesses(rows);
    if (!guessed) {
      const wayOut = 'Answer with at least two labels first.';
      throw new UserError('no-model', 'There is no model yet that could guess', wayOut);
    }
    const labels = activeLabels(this.#project.labels).map(({ id }) => id);
    const { above, below } = probability ?? { above: -1, below: 2 };
    return rows.filter((_, at) => {
      const guess = labels[guessed.classes[at]!];
      const p = guessed.p[at]!;
      if (guess === undefined || p <= above || p >= below) return false;
      return guesses.length === 0 || guesses.includes(guess);
    });
  }

  #fits(row: Row, { labels, states, file }: RecordQuery): boolean {
    const state = this.stateOf(row);
    if (labels.length > 0 && !labels.some((label) => state?.labels?.includes(label))) return false;
    if (!states.every((name) => this.#isInState(row, state, name))) return false;
    return file === undefined || (this.index.record(row)?.src.includes(file) ?? false);
  }

  #isInState(row: Row, state: RecordState | undefined, name: RecordStateName): boolean {
    switch (name) {
      case 'labelled':
        return state?.labels !== undefined;
      case 'none':
        return state?.labels?.length === 0;
      case 'unlabelled':
        return state?.labels === undefined;
      case 'skipped':
        return state?.skipped === true;
      case 'unsure':
        return state?.unsure === true;
      case 'flagged':
        return state?.flagged === true;
      case 'stale':
        return state?.decision?.standing === 'stale';
      case 'disputed':
        return state?.disagreement !== undefined;
      case 'split':
        return this.#answers.tally.split.has(row);
      case 'audit':
        return state?.labels !== undefined && this.isAudit(row);
    }
  }

  /** Makes the guidelines file if there is none. @returns its path, relative to the folder */
  startGuidelines(): Promise<string> {
    return startGuidelines(this.folder);
  }

  /** How to label, for a page: the project's guidelines, and examples from this person's answers. */
  guidelines(): Promise<Guidelines> {
    const labels = this.activeLabels().map(({ id }) => id);
    return guidelinesOf({
      folder: this.folder,
      labels: this.#project.labels,
      answered: () => {
        const { rows } = this.#answers.tally.training();
        return Array.from(rows, (row) => ({ row, state: this.stateOf(row)! }));
      },
      beliefs: async (rows, given) =>
        this.training.phase === 'ready' || this.training.phase === 'running'
          ? this.#learning.beliefs(
              rows,
              Int32Array.from(given, (label) => labels.indexOf(label)),
            )
          : undefined,
      content: (row) => this.index.content(row),
    });
  }

  /** The words that speak loudest for and against a label in a record, by the model of now; strongest first. */
  async explain(row: Row, label: string): Promise<WordWeight[]> {
    const classIndex = activeLabels(this.#project.labels).findIndex(({ id }) => id === label);
    if (classIndex < 0) throw this.#unknownLabel(label);
    const terms = await this.#learning.explain(row, classIndex);
    return terms.map(({ term, weight }) => ({ word: term, weight }));
  }

  /** The next records to ask, chosen now. */
  async next(
    count: number,
    { audit, ...wish }: Omit<Wish, 'size'> & { audit: boolean },
  ): Promise<NextRecord[]> {
    if (!this.index.isOpen) return [];
    const auditRows = await this.#learning.refresh();
    const order = arrange({
      pinned: [],
      chosen: await this.#learning.teach({ ...wish, size: count }),
      audit: audit ? this.asking.audit(auditRows) : [],
      review: this.asking.review(),
      later: this.asking.later(),
      answered: this.answeredCount(),
      size: count,
      isOpen: (row) => this.asking.isOpen(row),
    });
    const records = await Promise.all(order.map((asked) => this.#describe(asked)));
    return records.filter((record) => record !== undefined);
  }

  /**
   * Makes records of sentences of answered ones, writes them into the folder and reads them there: the next to ask.
   *
   * @param count how many at most; fewer where there is nothing more to make
   * @throws UserError `no-model`; `not-for-several-labels`; `not-indexed` when the file is written and left out of the project
   */
  async synthesize(count: number): Promise<NextRecord[]> {
    const made = this.index.isOpen ? await this.#learning.synthesize(MADE_PER_WANTED * count) : undefined;
    if (!made) {
      const wayOut = 'Answer with at least two labels first.';
      throw new UserError('no-model', 'There is no model yet that could judge what to make', wayOut);
    }
    const keyOf = (row: Row) => recordKey(this.index.record(row)!);
    const records = made
      .filter(({ text }) => this.index.byHash(textHash(text)).length === 0)
      .slice(0, count)
      .map(({ text, rows: [a, b] }) => ({ text, from: [keyOf(a), keyOf(b)] as const }));
    if (records.length === 0) return [];
    const ids = await writeSynthetic(this.folder, this.annotator, records);
    const project = withSyntheticSource(await readProject(this.folder));
    await writeProject(this.folder, project);
    await this.#useProject(project);
    await this.updateIndex();
    const src = syntheticFile(this.annotator);
    const indexed = () => ids.flatMap((id) => this.index.lookup.bySourceId(src, id));
    // Where another process keeps the index, it reads the project and the file in a moment of its own.
    for (let wait = 0; wait < MOST_WAITS && indexed().length === 0; wait++) {
      await sleep(WAIT);
      await this.updateIndex();
    }
    const found = indexed();
    if (found.length === 0) {
      throw new UserError(
        'not-indexed',
        `${src} is written, and the project leaves it out`,
        'See whether .gitignore or a source of the project excludes it.',
      );
    }
    const asked = found.map(({ row }): Asked => ({ row, purpose: 'train', strategy: 'synthesis' }));
    const described = await Promise.all(asked.map((one) => this.#describe(one)));
    return described.filter((record) => record !== undefined);
  }

  async #describe(asked: Asked): Promise<NextRecord | undefined> {
    const content = await this.index.content(asked.row);
    if (!content) return undefined;
    const { key, text, record } = content;
    const guess = this.guessOf(asked.guess);
    const guesses = this.guessesOf(asked.guesses);
    return {
      key,
      text,
      src: record.src,
      line: record.line,
      ...(record.id === undefined ? {} : { id: record.id }),
      purpose: asked.purpose,
      ...(asked.strategy === undefined ? {} : { strategy: asked.strategy }),
      ...(asked.utility === undefined ? {} : { utility: asked.utility }),
      ...(guess ? { guess: guess.name, p: guess.p } : {}),
      ...(guesses ? { guesses: guesses.map(({ name, p }) => ({ label: name, p })) } : {}),
    };
  }

  // ------------------------------------------------------------------ export, import

  /**
   * Writes the labels to a JSONL file, whole or not at all.
   *
   * @param path absolute, or relative to the process's folder
   * @throws UserError `not-own-export` when the file is there and is not one, unless `overwrite`
   */
  exportLabels(path: string, options: LabelExport): Promise<ExportReport> {
    return exportLabels({
      path: resolve(path),
      records: this.#labelled(options),
      read: async (record) => {
        const content = await this.index.content(record.row);
        return content && { ...content, ...(record.id === undefined ? {} : { id: record.id }) };
      },
      labels: this.#project.labels,
      multiLabel: this.#project.multiLabel,
      fields: options.fields,
      overwrite: options.overwrite,
    });
  }

  /** What an import of this file would do. Changes nothing. */
  previewImport(path: string, options: ImportOptions): Promise<ImportPreview> {
    return previewImport(resolve(path), this.#importTarget(), options);
  }

  /** Saves the labels of a file that match a record. Answers that are here already are kept. */
  async importLabels(path: string, options: ImportOptions): Promise<ImportReport> {
    const report = await importLabels(resolve(path), this.#importTarget(), options);
    this.#answersChanged();
    return report;
  }

  /** The labelled records in the order of their files, then the orphans if they are wanted. */
  *#labelled({ orphans, synthetic = false }: LabelExport): Generator<LabelledRecord> {
    const isWanted = (src: string) => synthetic || !isSynthetic(src);
    const rows = Int32Array.from(this.#answers.states().keys()).sort();
    for (const row of rows) {
      const decision = this.#answers.state(row)?.decision;
      const record = decision && this.index.record(row);
      const ref = decision && this.#answers.event(decision.eventId)?.rec;
      if (decision && record && ref && isWanted(record.src)) yield { decision, record, ref };
    }
    if (!orphans) return;
    for (const { ref, state } of this.#answers.orphans()) {
      if (state.decision && isWanted(ref.src)) yield { decision: state.decision, ref };
    }
  }

  #importTarget(): ImportTarget {
    return {
      annotator: this.annotator,
      labels: this.#project.labels,
      multiLabel: this.#project.multiLabel,
      lookup: this.index.lookup,
      byId: (id) => this.index.byId(id),
      knows: (eventId) => this.#answers.event(eventId) !== undefined,
      answerOf: (row, annotator) => this.stateOf(row)?.answers.find(({ by }) => by === annotator)?.labels,
      save: async (acts) => {
        const events = acts.map((act) => this.#journal.stamp(act));
        await this.#journal.append(events);
        await this.#takeInAll(events);
      },
      addLabels: async (names) => {
        this.#project = {
          ...this.#project,
          labels: [...this.#project.labels, ...names.map((name) => ({ ...newLabel(name) }))],
        };
        await writeProject(this.folder, this.#project);
        await this.#matchAnswers();
        return this.#project.labels;
      },
    };
  }

  // ------------------------------------------------------------------ facts

  /** The learning curve with everything its panel shows. */
  async curve(): Promise<CurveSnapshot> {
    if (this.index.isOpen) {
      await this.#learning.refresh();
      await this.#learning.measure();
    }
    return curveSnapshot({
      answers: this.#answers,
      project: this.#project,
      measurement: this.#learning.measurement,
      records: this.index.counts.records,
      training: this.training,
      agreement: await this.agreement(),
    });
  }

  /** How far the annotators agree; undefined where nothing was answered twice. */
  async agreement(): Promise<AnnotatorAgreement | undefined> {
    const { revision } = this.#answers;
    const { of, at, took, found } = this.#agreement;
    // Many answers take a while to compare: with each new one that would be all that is done.
    if (of === revision || performance.now() - at < 20 * took) return found;
    const begun = performance.now();
    const agreement = await annotatorAgreement(
      this.#answers.states().values(),
      (eventId) => this.#answers.event(eventId)?.rec?.hash,
    );
    const end = performance.now();
    this.#agreement = { of: revision, at: end, took: end - begun, found: agreement };
    return agreement;
  }

  summary(): Summary {
    const { labelled, audited, skipped } = this.#answers.tally;
    const { records, problems } = this.index.counts;
    const newest = audited >= FEW ? this.#learning.measurement.points.at(-1) : undefined;
    const accuracy = newest?.microF1 ?? newest?.accuracy;
    return {
      counts: { records, labelled, audited, skipped, problems },
      ...defined({ indexing: this.index.progress }),
      ...(accuracy ? { accuracy } : {}),
      measure: this.#project.multiLabel ? 'micro-F1' : 'accuracy',
    };
  }

  stats(): Stats {
    const { tally } = this.#answers;
    return {
      project: this.#project.name,
      annotator: this.annotator,
      files: this.index.counts.files,
      ...this.summary().counts,
      stale: this.#answers.stale().size,
      orphans: this.#answers.orphanCount,
      disagreements: tally.disputed.size,
      labels: tally.labels(),
      ...(this.#project.multiLabel ? { none: tally.none.trained + tally.none.audited } : {}),
    };
  }

  /** Checks every line of the journal on disk, and what is held in memory and in the index against it. */
  async verify(): Promise<VerifyReport> {
    const check = async () => {
      await this.#journal.refresh();
      await this.#answers.matched;
      return verifyAll(this.folder, this.#answers, this.index.lookup, (id) => this.#journal.isRefused(id));
    };
    const report = await check();
    // Somebody may have written between the two readings: only what differs twice differs.
    return report.memory === 'same' ? report : check();
  }

  /** The daily check: silent, unless something is wrong. */
  async #verifyInIdleTime(): Promise<void> {
    const { problems, memory, mismatches } = await this.verify();
    const lines = problems.filter(isDoubtful).length;
    this.#doubt = lines > 0 || memory === 'differs' || mismatches.length > 0 ? doubtBanner(lines) : undefined;
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** What a crash leaves behind is expected, and was never acknowledged; other bad lines may have been somebody's labels. */
function isDoubtful({ code }: FileProblem): boolean {
  return code !== 'torn-tail' && code !== 'torn-line';
}

function doubtBanner(lines: number): Banner {
  const what =
    lines > 0
      ? sayOf(
          lines,
          "1 line of the label journal can't be obeyed; it is kept as it is.",
          "{0} lines of the label journal can't be obeyed; they are kept as they are.",
        )
      : say('The label journal, the answers held here and the index do not agree.');
  return { kind: 'warning', message: what, wayOut: 'Run "inkling verify" in a terminal: it names them.' };
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch {
    throw new UserError('no-folder', `There is no folder "${folder}"`, 'Check the path.');
  }
}
