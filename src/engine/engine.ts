/**
 * The product, headless: one open project. Owns the journal, the current answers, the index reader and the two
 * workers, and answers what the shells ask. Never blocks its thread for long: reading, tokenizing and learning
 * happen in the workers.
 */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defined } from '../core/defined.ts';
import type { FileLayout, Problem } from '../core/formats/format.ts';
import { Random } from '../core/random.ts';
import { auditThreshold } from '../core/records/audit.ts';
import type { RecordState } from '../core/records/decision.ts';
import type { JournalEvent, Op, Why } from '../core/records/event.ts';
import { editLabels, type LabelEdit } from '../core/records/label-edits.ts';
import { activeLabels, findLabel, type Label } from '../core/records/label-set.ts';
import type { Project } from '../core/records/project.ts';
import { type IndexedRecord, parseRecordKey, type Row, recordKey } from '../core/records/record.ts';
import { parseRecordQuery, type RecordQuery, type RecordStateName } from '../core/records/record-query.ts';
import { UserError } from '../core/user-error.ts';
import { type FileProblem, Journal, type Act as JournalAct, type JournalChange } from '../journal/journal.ts';
import type { CurveSnapshot, Interval, LabelCount } from '../protocol/curve.ts';
import type { IndexerEvents, IndexerService, IndexReport } from '../protocol/indexer.ts';
import type { ChosenRow } from '../protocol/learner.ts';
import type { Banner, IndexingProgress, QueueCounts, WordWeight } from '../protocol/queue.ts';
import type { Training } from '../protocol/training.ts';
import { IndexReader, type LiveRows } from '../store/store.ts';
import { type AnswerLookup, Answers } from './answers.ts';
import { indexPath } from './cache-folder.ts';
import { curveSnapshot } from './curve-snapshot.ts';
import { type ExportReport, exportLabels, type LabelledRecord } from './export.ts';
import { FEW } from './findings.ts';
import { IdleCheck } from './idle-check.ts';
import {
  type ImportOptions,
  type ImportPreview,
  type ImportReport,
  type ImportTarget,
  importLabels,
  previewImport,
} from './import.ts';
import { Learning } from './learning.ts';
import { newLabel, readProject, writeProject } from './project-file.ts';
import { watchProject } from './project-watch.ts';
import { type Asked, arrange } from './queue-order.ts';
import { Restarts } from './restarts.ts';
import { type ReviewFacts, type ReviewItem, reviewItem, whyReview } from './review.ts';
import { inSlices, partsOf } from './slices.ts';
import { readRecord } from './source.ts';
import { Turns } from './turns.ts';
import { type VerifyReport, verifyAll } from './verify.ts';
import { type RunningWorker, startWorker } from './worker.ts';

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
  readonly op: Exclude<Op, 'undo'>;
  /** Label ids, for `label` only. */
  readonly labels?: readonly string[];
  readonly why?: Why;
}

export interface LabelExport {
  /** Whether a record's other fields are written. */
  readonly fields: boolean;
  /** Whether answers whose record is gone are written, without text. */
  readonly orphans: boolean;
  /** Whether a file that is not an export of Inkling may be replaced. */
  readonly overwrite: boolean;
}

export interface Summary {
  readonly counts: QueueCounts;
  readonly indexing?: IndexingProgress;
  /** The newest audited accuracy, where there is one. */
  readonly accuracy?: Interval;
}

export interface Stats extends QueueCounts {
  readonly project: string;
  readonly annotator: string;
  readonly files: number;
  readonly stale: number;
  readonly orphans: number;
  readonly disagreements: number;
  readonly labels: readonly LabelCount[];
}

export interface RecordContent {
  readonly key: string;
  readonly record: IndexedRecord;
  readonly text: string;
  readonly fields: readonly (readonly [string, string])[];
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
}

/** The audit goes on until its interval is this narrow to either side. */
const AUDIT_HALF_WIDTH = 0.02;
/** Audit records held ready. */
const AUDIT_AHEAD = 40;
/** Records that need a second look held ready. */
const REVIEW_AHEAD = 40;
/** How long a view waits for the first choice before it shows records drawn at random, in milliseconds. */
const FIRST_CHOICE_WAIT = 1500;
const CONTENT_KEPT = 400;
/** Records drawn at once while there is no choice: as many as a choice holds. */
const DRAWN = 100;
/** Likewise of the audit set, whose first records may have been answered. */
const AUDIT_DRAWN = 1000;
/** While files are being read, answers are matched to records at most this often, in milliseconds. */
const CATCH_UP_PAUSE = 500;
/** How long the indexer may be deaf: checking a large index takes it a while. In milliseconds. */
const INDEXER_PATIENCE = 300_000;
/** Events taken in between two looks at the clock. */
const EVENTS_A_STEP = 100;

export class Engine {
  /** The workspace folder's real path. */
  readonly folder: string;
  readonly report: (error: unknown) => void;
  readonly #journal: Journal;
  readonly #answers: Answers;
  readonly #learning: Learning;
  readonly #turns = new Turns();
  readonly #indexPath: string;
  readonly #listeners = new Set<() => void>();
  readonly #contents = new Map<Row, Promise<RecordContent | undefined>>();
  #project: Project;
  #reader: IndexReader | undefined;
  #counts = { files: 0, records: 0, problems: 0 };
  #draw: Draw = { generation: -1, train: [], audit: [] };
  #generation = 0;
  #indexer: RunningWorker<IndexerService> | undefined;
  #indexing: IndexingProgress | undefined;
  #onProgress: ((progress: IndexingProgress) => void) | undefined;
  /** Whether records were committed to the index that the answers were not matched to yet. */
  #isBehind = false;
  #catchingUp: Promise<void> | undefined;
  #stopWatching: (() => void) | undefined;
  #brokenProject: Banner | undefined;
  /** Something is wrong with the journal, which a person should look at. */
  #doubt: Banner | undefined;
  #idleCheck: IdleCheck | undefined;
  readonly #restarts = new Restarts(() => {
    this.#follow().catch(this.report);
  });
  /** Until when the first choice is waited for; 0 where it isn't. */
  #settledFrom = 0;
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
    await engine.#openReader();
    await folded;
    const lines = journal.problems.filter(isDoubtful).length;
    if (lines > 0) engine.#doubt = doubtBanner(lines);
    const answered = engine.#answers.tally.labels().filter(({ trained }) => trained > 0);
    if (answered.length >= 2) engine.#settledFrom = performance.now() + FIRST_CHOICE_WAIT;
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
    this.#indexPath = path;
    this.#answers = new Answers(journal.annotator);
    this.#learning = new Learning({
      folder,
      indexPath: path,
      answers: this.#answers,
      project: () => this.#project,
      auditThreshold: () => this.#auditThreshold(),
      changed: () => this.#changed(),
      report: this.report,
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

  /** Raised whenever records came or went. */
  get generation(): number {
    return this.#generation;
  }

  /** Told after anything a view shows has changed. Returns how to stop it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Lets everything go. Nothing is pending: what was acknowledged is on disk. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#restarts.cancel();
    this.#idleCheck?.close();
    this.#stopWatching?.();
    this.#listeners.clear();
    await Promise.all([this.#indexer?.close(), this.#learning.close()]);
    // A view may still be asking for its last snapshot: it finds an empty index.
    this.#answers.forgetIndex();
    this.#reader?.close();
    this.#reader = undefined;
    await this.#journal.close();
  }

  // ------------------------------------------------------------------ index

  /** Reads what has changed in the folder. Resolves when the index is complete or the reading was cancelled. */
  async updateIndex(onProgress?: (progress: IndexingProgress) => void): Promise<IndexReport> {
    this.#project = await readProject(this.folder);
    this.#onProgress = onProgress;
    this.#indexing ??= { files: 0, filesDone: 0, records: 0, problems: 0 };
    try {
      const report = await this.#startIndexer().index({
        sources: this.#project.sources,
        salt: this.#project.salt,
      });
      this.#restarts.worked();
      return report;
    } finally {
      this.#indexing = undefined;
      this.#onProgress = undefined;
      await this.#catchUpNow();
    }
  }

  async cancelIndexing(): Promise<void> {
    await this.#indexer?.remote.cancel();
  }

  /** Ends reading and learning early, for a process that is told to end. Labels are saved as before. */
  async stop(): Promise<void> {
    await Promise.all([this.cancelIndexing(), this.#learning.close()]);
  }

  /**
   * From now on follows the folder and keeps a choice ready: for shells that stay, not for one command.
   * Resolves when the first reading is complete.
   */
  async goLive(onProgress?: (progress: IndexingProgress) => void): Promise<IndexReport> {
    this.#live = true;
    if (this.#settledFrom > 0) {
      this.#settledFrom = performance.now() + FIRST_CHOICE_WAIT;
      setTimeout(() => this.#changed(), FIRST_CHOICE_WAIT + 1).unref();
    }
    this.#journal.watch();
    this.#idleCheck ??= new IdleCheck(() => {
      this.#verifyInIdleTime().catch(this.report);
    });
    this.#stopWatching ??= watchProject(this.folder, () => {
      this.#projectChanged().catch(this.report);
    });
    if (this.#reader) this.#learning.teachSoon();
    return this.#follow(onProgress);
  }

  /** Reads the folder and goes on looking for changes in it. */
  async #follow(onProgress?: (progress: IndexingProgress) => void): Promise<IndexReport> {
    await this.#startIndexer().watch(true);
    return this.updateIndex(onProgress);
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
      this.sourcesChanged();
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

  /** A file is not as the index says: read the folder again. */
  sourcesChanged(): void {
    if (!this.#indexing && !this.#closed) this.updateIndex().catch(this.report);
  }

  problems(limit: number): (Problem & { src: string })[] {
    return this.#reader?.problems(limit) ?? [];
  }

  record(row: Row): IndexedRecord | undefined {
    return this.#reader?.record(row);
  }

  /** How a file of the folder was read; undefined when it is none of the project's. */
  layoutOf(src: string): FileLayout | undefined {
    return this.#reader?.file(src)?.layout;
  }

  /** The records that begin on these lines of a file (1-based, both included), in order, at most `limit`. */
  recordsInLines(src: string, fromLine: number, toLine: number, limit: number): IndexedRecord[] {
    return this.#reader?.recordsInLines(src, fromLine, toLine, limit) ?? [];
  }

  /** The last record of a file that begins on this line or above it. */
  recordUpToLine(src: string, line: number): IndexedRecord | undefined {
    return this.#reader?.recordUpToLine(src, line);
  }

  /** @throws UserError `unknown-record` */
  rowOf(key: string): Row {
    const found = this.#reader?.byKey(key) ?? this.#sameText(key);
    if (found) return found.row;
    throw new UserError(
      'unknown-record',
      `There is no record "${key.slice(0, 80)}"`,
      'Take keys from "inkling next"; after files have changed, take them anew.',
    );
  }

  /** The record's text and fields, or undefined when its file no longer holds it as indexed. */
  async content(row: Row): Promise<RecordContent | undefined> {
    const kept = this.#contents.get(row);
    if (kept) return kept;
    const reading = this.#readContent(row);
    this.#contents.set(row, reading);
    for (const oldest of this.#contents.keys()) {
      if (this.#contents.size <= CONTENT_KEPT) break;
      this.#contents.delete(oldest);
    }
    const content = await reading.catch(() => undefined);
    // What could not be read may be there again in a moment.
    if (!content && this.#contents.get(row) === reading) this.#contents.delete(row);
    return reading;
  }

  async #readContent(row: Row): Promise<RecordContent | undefined> {
    const record = this.record(row);
    const layout = record && this.#reader?.file(record.src)?.layout;
    if (!record || !layout) return undefined;
    const read = await readRecord(this.folder, layout, record);
    if (read === 'changed') return undefined;
    const hidden = new Set(this.#project.sources.map(({ label }) => label));
    const fields = read.fields.filter(([name]) => !hidden.has(name));
    return { key: recordKey(record), record, text: read.text, fields };
  }

  /** A key from before its file was renamed or changed still names its text, where only one record has it. */
  #sameText(key: string): IndexedRecord | undefined {
    const hash = parseRecordKey(key)?.hash;
    const records = hash === undefined ? [] : (this.#reader?.byHash(hash) ?? []);
    return records.length === 1 ? records[0] : undefined;
  }

  #startIndexer() {
    const events: IndexerEvents = {
      progress: (progress) => {
        this.#indexing = progress;
        this.#onProgress?.(progress);
        this.#changed();
      },
      committed: () => this.#catchUpSoon(),
      sourcesChanged: () => this.sourcesChanged(),
    };
    this.#indexer ??= startWorker<IndexerService>(
      'indexer',
      { folder: this.folder, indexPath: this.#indexPath },
      events,
      {
        report: this.report,
        onExit: () => {
          this.#indexer = undefined;
          if (this.#live && !this.#closed) this.#restarts.died();
          this.#changed();
        },
        patience: () => INDEXER_PATIENCE,
      },
    );
    return this.#indexer.remote;
  }

  /** The first records are shown at once; after that the answers are matched now and then until all are in. */
  #catchUpSoon(): void {
    if (!this.#live) return;
    this.#isBehind = true;
    this.#catchingUp ??= this.#catchUp()
      .catch(this.report)
      .finally(() => {
        this.#catchingUp = undefined;
      });
  }

  async #catchUp(): Promise<void> {
    while (this.#isBehind && !this.#closed) {
      if (this.#counts.records > 0) await sleep(CATCH_UP_PAUSE, undefined, { ref: false });
      this.#isBehind = false;
      await this.#catchUpNow();
    }
  }

  async #catchUpNow(): Promise<void> {
    if (this.#closed) return;
    const before = this.#generation;
    await this.#openReader();
    if (this.#closed) return;
    this.#changed();
    if (this.#live && this.#generation !== before) this.#learning.teachSoon();
  }

  /** Opens or renews the reader, and matches the answers when records or the project have changed. */
  async #openReader(): Promise<void> {
    if (this.#reader && !this.#reader.isCurrent()) {
      this.#reader.close();
      this.#reader = undefined;
    }
    try {
      this.#reader ??= IndexReader.open(this.#indexPath);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return; // Not there, or not ours: the indexer is about to build it.
    }
    this.#generation = this.#reader.generation();
    this.#counts = this.#reader.counts();
    this.#contents.clear();
    await this.#matchAnswers();
  }

  #matchAnswers(): Promise<void> {
    return this.#answers.resolve(this.#lookup(), this.#project.labels, this.#auditThreshold());
  }

  /** Asks the reader there is: matching may outlast the one it began with. */
  #lookup(): AnswerLookup {
    return {
      byHash: (hash) => this.#reader?.byHash(hash) ?? [],
      bySourceId: (src, id) => this.#reader?.bySourceId(src, id) ?? [],
      record: (row) => this.#reader?.record(row),
    };
  }

  #auditThreshold(): number {
    return auditThreshold(this.#project.audit.share);
  }

  // ------------------------------------------------------------------ answers

  /**
   * Saves an act and answers once it is durable.
   *
   * @returns the event's id
   * @throws UserError `unknown-label`, `unknown-record`, or what keeps the journal from being written
   */
  async save(act: Act): Promise<string> {
    if (act.event !== undefined && this.#answers.event(act.event)) return act.event;
    const record = this.record(act.row);
    if (!record)
      throw new UserError('unknown-record', 'This record is no longer in the index', 'Update the index.');
    for (const label of act.labels ?? []) {
      if (!this.#project.labels.some(({ id }) => id === label)) throw this.#unknownLabel(label);
    }
    const { hash, id, src, line, n } = record;
    return this.#turns.act(() =>
      this.#append({
        ...defined({ id: act.event, why: act.why }),
        op: act.op,
        rec: { hash, ...defined({ id }), src, line, n },
        ...(act.op === 'label' ? { labels: act.labels ?? [] } : {}),
      }),
    );
  }

  /** Saves an answer given by key and by the label's name or id; null clears. @returns the event's id */
  async answer({ key, label }: { key: string; label: string | null }): Promise<string> {
    const row = this.rowOf(key);
    const why: Why = { purpose: this.unchosen(row).purpose };
    if (label === null) return this.save({ row, op: 'clear', why });
    return this.save({ row, op: 'label', labels: [this.labelNamed(label).id], why });
  }

  /**
   * Saves that what was answered for the earlier text of a record holds for its text of now.
   *
   * @returns the event's id
   * @throws UserError `nothing-to-confirm`
   */
  async confirm({ key }: { key: string }): Promise<string> {
    const row = this.rowOf(key);
    if (this.stateOf(row)?.decision?.standing === 'stale')
      return this.save({ row, op: 'confirm', why: { purpose: 'review' } });
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

  /** Takes back this annotator's latest act. @returns the row it was about, where it is indexed */
  undo(): Promise<Row | undefined> {
    return this.#turns.takeBack(async () => {
      const event = this.#answers.undoable();
      if (!event) return undefined;
      await this.#append({ op: 'undo', of: event.id });
      return event.rec && this.#rowOfRef(event.rec);
    });
  }

  /** Does again what the latest undo took back. */
  redo(): Promise<void> {
    return this.#turns.takeBack(async () => {
      const redo = this.#answers.redoable();
      if (redo) await this.#append({ op: 'undo', of: redo.undo.id });
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

  /** Rows this annotator answered last, oldest first. */
  latestAnswers(limit: number): Row[] {
    return this.#answers.tally.latest(limit);
  }

  /** Why labels can't be saved now, if they can't. */
  banner(): Banner | undefined {
    const paused = this.#journal.paused;
    if (paused) return { kind: 'error', message: paused.message, wayOut: paused.wayOut };
    return this.#brokenProject ?? this.#stopped() ?? this.#doubt;
  }

  /** A worker that died again and again: what that means for labeling. */
  #stopped(): Banner | undefined {
    const wayOut = 'The log says why (Inkling: Show Log). Reload the window to try again.';
    if (this.#learning.gaveUp) {
      const message = 'The model has stopped. Labels are saved as before; records are drawn at random.';
      return { kind: 'warning', message, wayOut };
    }
    if (!this.#restarts.gaveUp) return undefined;
    const message = 'Reading the files has stopped. Labels are saved as before, of the records read so far.';
    return { kind: 'warning', message, wayOut };
  }

  async #append(act: JournalAct): Promise<string> {
    const event = this.#journal.stamp(act);
    this.#idleCheck?.acted();
    try {
      await this.#journal.append([event]);
    } catch (error) {
      this.#changed();
      throw error;
    }
    this.#takeIn([event]);
    return event.id;
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
    return (this.#reader?.byKey(recordKey(ref)) ?? this.#sameText(recordKey(ref)))?.row;
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

  /** Whether a record may be asked now: indexed, and without an answer, a skip or an unsure. */
  isOpen(row: Row): boolean {
    if (!this.#answers.isOpen(row)) return false;
    const record = this.record(row);
    if (!record) return false;
    // A row that has come since the answers were matched may have one: whether it does is known in a moment.
    const isUnsettled = this.#isBehind || this.#answers.isMatching;
    return !(isUnsettled && !this.#answers.state(row) && this.#answers.knowsText(record.hash));
  }

  /** What the learner chose, best first; until it has, and when it can't, records drawn at random. */
  chosen(): readonly Asked[] {
    const chosen = this.#learning.chosen ?? [];
    if (this.training.phase !== 'failed' && (this.#learning.chosen || this.#isSettling())) return chosen;
    const drawn = this.#drawn().train.map((row): Asked => ({ row, purpose: 'train' }));
    return [...chosen, ...drawn];
  }

  /** Some records, drawn at random: the same ones until they are answered or the index has changed. */
  #drawn(): Draw {
    const { generation } = this;
    if (
      this.#reader &&
      (this.#draw.generation !== generation || !this.#draw.train.some((row) => this.isOpen(row)))
    ) {
      const pool = this.#reader.liveRows();
      this.#draw = {
        generation,
        ...drawFrom(pool, this.#auditThreshold(), generation + this.answeredCount()),
      };
    }
    return this.#draw;
  }

  /** The audit set as far as views ask for it: with the first choice, never before it. */
  #auditForViews(): readonly Row[] {
    return this.#isSettling() ? [] : (this.#learning.auditRows ?? this.#drawn().audit);
  }

  /**
   * Whether a model's first choice is worth a moment's wait after opening: cards drawn meanwhile would stay on screen.
   * Later, and where there were too few answers for a model, records drawn at random are as good as it gets.
   */
  #isSettling(): boolean {
    return !this.#learning.chosen && performance.now() < this.#settledFrom;
  }

  /** Audit records to ask, in hash order; none once the audit is narrow enough. */
  auditToAsk(auditRows: readonly Row[] = this.#auditForViews()): Row[] {
    const accuracy = this.#learning.measurement.points.at(-1)?.accuracy;
    if (accuracy && (accuracy.high - accuracy.low) / 2 <= AUDIT_HALF_WIDTH) return [];
    const open: Row[] = [];
    for (const row of auditRows) {
      if (this.isOpen(row)) open.push(row);
      if (open.length >= AUDIT_AHEAD) break;
    }
    return open;
  }

  /** A record nobody chose: looked at again, or asked because little else is left. */
  unchosen(row: Row): Asked {
    if (this.needsReview(row)) return { row, purpose: 'review' };
    return { row, purpose: this.isAudit(row) ? 'audit' : 'train' };
  }

  /** Whether an answer of this record was given to another text, or annotators differ about it. */
  needsReview(row: Row): boolean {
    return this.#answers.tally.disputed.has(row) || this.#answers.stale().has(row);
  }

  /** Some of the records that need a second look, the disputed ones first. */
  toReview(): Row[] {
    const rows: Row[] = [];
    for (const found of [this.#answers.tally.disputed, this.#answers.stale()]) {
      for (const row of found) {
        if (rows.length >= REVIEW_AHEAD) return rows;
        if (this.record(row)) rows.push(row);
      }
    }
    return rows;
  }

  /** Every answer that needs a second look: the disputed, the stale, the orphans. */
  async *review(): AsyncGenerator<ReviewItem> {
    const facts = this.#reviewFacts();
    for (const row of [...this.#answers.tally.disputed, ...this.#answers.stale()]) {
      const state = this.stateOf(row);
      const record = this.record(row);
      if (!state || !record) continue;
      const content = await this.content(row);
      const { src, line, id } = record;
      const key = recordKey(record);
      yield reviewItem(state, facts, { row, key, src, line, ...defined({ id, text: content?.text }) });
    }
    for (const { ref, state } of this.#answers.orphans()) {
      const { src, line, id } = ref;
      if (state.answers.length > 0) yield reviewItem(state, facts, { src, line, ...defined({ id }) });
    }
  }

  #reviewFacts(): ReviewFacts {
    return {
      labels: this.#project.labels,
      event: (id) => this.#answers.event(id),
      byHash: (hash) => this.#reader?.byHash(hash) ?? [],
    };
  }

  /** Skipped records, oldest first, then the unsure ones. */
  later(): Asked[] {
    return this.#answers.tally.later().map((row) => this.unchosen(row));
  }

  answeredCount(): number {
    return this.#answers.tally.labelled;
  }

  /** The guess with the label it names. */
  guessOf(guess: ChosenRow['guess'] | undefined): { label: string; name: string; p: number } | undefined {
    const label = guess && activeLabels(this.#project.labels)[guess.classIndex];
    return guess && label && { label: label.id, name: label.name, p: guess.p };
  }

  /**
   * Finds records by words, label, state and file (see `parseRecordQuery`), in the order of the files.
   *
   * @throws UserError `unknown-label`, `unknown-state`
   */
  async find(text: string): Promise<Row[]> {
    const query = parseRecordQuery(text, this.#project.labels);
    if (!this.#reader) return [];
    const rows = await this.#learning.find(query.words);
    return Array.from(rows).filter((row) => this.#fits(row, query));
  }

  #fits(row: Row, { labels, states, file }: RecordQuery): boolean {
    const state = this.stateOf(row);
    if (labels.length > 0 && !labels.some((label) => state?.labels?.includes(label))) return false;
    if (!states.every((name) => isInState(state, name))) return false;
    return file === undefined || (this.record(row)?.src.includes(file) ?? false);
  }

  /** The words that speak loudest for and against a label in a record, by the model of now; strongest first. */
  async explain(row: Row, label: string): Promise<WordWeight[]> {
    const classIndex = activeLabels(this.#project.labels).findIndex(({ id }) => id === label);
    if (classIndex < 0) throw this.#unknownLabel(label);
    const terms = await this.#learning.explain(row, classIndex);
    return terms.map(({ term, weight }) => ({ word: term, weight }));
  }

  /** Why a card is asked, in a sentence. */
  sayWhy(asked: Asked): string {
    const state = this.stateOf(asked.row);
    const review = state && whyReview(asked.row, state, this.#reviewFacts());
    if (review !== undefined) return review;
    if (asked.purpose === 'audit') return 'Drawn at random to measure the model, which never trains on it.';
    if (state?.skipped || state?.unsure) return 'Put off before; it is back because little else is left.';
    if (state?.labels && asked.utility === undefined) return 'Answered before.';
    if (asked.utility === undefined) return this.#whyRandom();
    return `${asked.asks} Strategy ${asked.strategy}, utility ${asked.utility.toFixed(3)}, model ${asked.modelRevision}.`;
  }

  #whyRandom(): string {
    if (this.training.phase === 'failed') return "Drawn at random: the model can't learn at the moment.";
    const taught = this.#answers.tally.labels().filter(({ trained }) => trained > 0);
    return taught.length < 2
      ? 'Drawn at random: the model needs answers for at least two labels before it can choose.'
      : 'Drawn at random while the model learns from the answers given so far.';
  }

  /** Why there is no card, with what can be done. */
  whyNothingLeft(): string {
    if (this.#indexing) return 'Reading the first records…';
    if (this.#counts.records === 0) return 'No records were found. Check "sources" in .inkling/project.json.';
    if (this.answeredCount() < this.#counts.records && !this.#learning.chosen?.length)
      return 'Choosing the first records…';
    return 'Every record has an answer. Export the labels, or look at the learning curve.';
  }

  /** The next records to ask, chosen now. */
  async next(
    count: number,
    { strategy, seed, audit }: { strategy?: string | undefined; seed: number; audit: boolean },
  ): Promise<NextRecord[]> {
    if (!this.#reader) return [];
    const auditRows = await this.#learning.refresh();
    const order = arrange({
      pinned: [],
      chosen: await this.#learning.teach({ strategy, seed, size: count }),
      audit: audit ? this.auditToAsk(auditRows) : [],
      review: this.toReview(),
      later: this.later(),
      answered: this.answeredCount(),
      size: count,
      isOpen: (row) => this.isOpen(row),
    });
    const records = await Promise.all(order.map((asked) => this.#describe(asked)));
    return records.filter((record) => record !== undefined);
  }

  async #describe(asked: Asked): Promise<NextRecord | undefined> {
    const content = await this.content(asked.row);
    if (!content) return undefined;
    const { key, text, record } = content;
    const guess = this.guessOf(asked.guess);
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
      records: this.#labelled(options.orphans),
      read: async (record) => {
        const content = await this.content(record.row);
        return content && { ...content, ...(record.id === undefined ? {} : { id: record.id }) };
      },
      labels: this.#project.labels,
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
  *#labelled(withOrphans: boolean): Generator<LabelledRecord> {
    const rows = Int32Array.from(this.#answers.states().keys()).sort();
    for (const row of rows) {
      const decision = this.#answers.state(row)?.decision;
      const record = decision && this.record(row);
      const ref = decision && this.#answers.event(decision.eventId)?.rec;
      if (decision && record && ref) yield { decision, record, ref };
    }
    if (!withOrphans) return;
    for (const { ref, state } of this.#answers.orphans()) {
      if (state.decision) yield { decision: state.decision, ref };
    }
  }

  #importTarget(): ImportTarget {
    return {
      annotator: this.annotator,
      labels: this.#project.labels,
      lookup: {
        byHash: (hash) => this.#reader?.byHash(hash) ?? [],
        bySourceId: (src, id) => this.#reader?.bySourceId(src, id) ?? [],
      },
      byId: (id) => this.#reader?.byId(id) ?? [],
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
    if (this.#reader) {
      await this.#learning.refresh();
      await this.#learning.measure();
    }
    return curveSnapshot({
      answers: this.#answers,
      project: this.#project,
      measurement: this.#learning.measurement,
      records: this.#counts.records,
      training: this.training,
    });
  }

  summary(): Summary {
    const { labelled, audited, skipped } = this.#answers.tally;
    const { records, problems } = this.#counts;
    const accuracy = audited >= FEW ? this.#learning.measurement.points.at(-1)?.accuracy : undefined;
    return {
      counts: { records, labelled, audited, skipped, problems },
      ...(this.#indexing ? { indexing: this.#indexing } : {}),
      ...(accuracy ? { accuracy } : {}),
    };
  }

  stats(): Stats {
    const { tally } = this.#answers;
    return {
      project: this.#project.name,
      annotator: this.annotator,
      files: this.#counts.files,
      ...this.summary().counts,
      stale: this.#answers.stale().size,
      orphans: this.#answers.orphanCount,
      disagreements: tally.disputed.size,
      labels: tally.labels(),
    };
  }

  /** Checks every line of the journal on disk, and what is held in memory and in the index against it. */
  async verify(): Promise<VerifyReport> {
    const check = async () => {
      await this.#journal.refresh();
      await this.#answers.matched;
      return verifyAll(this.folder, this.#answers, this.#lookup(), (id) => this.#journal.isRefused(id));
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

/** Records to ask before the learner has chosen any: the audit set's in its order, the others drawn at random. */
interface Draw {
  readonly generation: number;
  readonly train: readonly Row[];
  readonly audit: readonly Row[];
}

function drawFrom({ rows, auditRanks }: LiveRows, threshold: number, seed: number): Omit<Draw, 'generation'> {
  const audit: number[] = [];
  // Ranks are spread evenly: this takes about as many of the first as are wanted, without sorting the others.
  const first = Math.min(threshold, (AUDIT_DRAWN / Math.max(1, rows.length)) * 2 ** 32);
  for (let place = 0; place < rows.length; place++) if (auditRanks[place]! < first) audit.push(place);
  audit.sort((a, b) => auditRanks[a]! - auditRanks[b]! || a - b);
  const drawn = new Random(seed).sample(rows.length, Math.min(rows.length, DRAWN));
  const train = Array.from(drawn).filter((place) => auditRanks[place]! >= threshold);
  const rowsAt = (places: readonly number[]) => places.map((place) => rows[place]!);
  return { train: rowsAt(train), audit: rowsAt(audit) };
}

function isInState(state: RecordState | undefined, name: RecordStateName): boolean {
  switch (name) {
    case 'labelled':
      return state?.labels !== undefined;
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
  }
}

/** What a crash leaves behind is expected, and was never acknowledged; other bad lines may have been somebody's labels. */
function isDoubtful({ code }: FileProblem): boolean {
  return code !== 'torn-tail' && code !== 'torn-line';
}

function doubtBanner(lines: number): Banner {
  const what =
    lines > 0
      ? `${lines} ${lines === 1 ? 'line' : 'lines'} of the label journal can't be obeyed; they are kept as they are.`
      : 'The label journal, the answers held here and the index do not agree.';
  return { kind: 'warning', message: what, wayOut: 'Run "inkling verify" in a terminal: it names them.' };
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch {
    throw new UserError('no-folder', `There is no folder "${folder}"`, 'Check the path.');
  }
}
