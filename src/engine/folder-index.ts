/**
 * The index of the folder as this process sees it: runs the worker that makes it, keeps the reader current while it
 * grows, and hands out records with their texts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileLayout, Problem } from '../core/formats/format.ts';
import type { Project } from '../core/records/project.ts';
import { type IndexedRecord, parseRecordKey, type Row, recordKey } from '../core/records/record.ts';
import { UserError } from '../core/user-error.ts';
import type { IndexerEvents, IndexerService, IndexReport } from '../protocol/indexer.ts';
import type { IndexingProgress } from '../protocol/queue.ts';
import { IndexReader, type LiveRows } from '../store/reader.ts';
import type { AnswerLookup } from './answers.ts';
import { Restarts } from './restarts.ts';
import type { RightOfWay } from './right-of-way.ts';
import { readRecord } from './source.ts';
import { type RunningWorker, startWorker } from './worker.ts';

export interface RecordContent {
  readonly key: string;
  readonly record: IndexedRecord;
  readonly text: string;
  readonly fields: readonly (readonly [string, string])[];
}

export interface FolderIndexOptions {
  readonly folder: string;
  readonly indexPath: string;
  /** What is read in the background gives way to these answers. */
  readonly rightOfWay: RightOfWay;
  project(): Project;
  /** Told after what a view may show of the index has changed. */
  changed(): void;
  /** Matches the answers to the records of now; awaited before anything is said of those. */
  matchAnswers(): Promise<void>;
  /** Told, while live, once records have come or gone and the answers are matched to them. */
  renewed(): void;
  report(error: unknown): void;
}

/** How often a record is looked for again while files are being read anew. */
const TRIES = 5;
/** Records whose texts are kept for the cards, the newest. */
const CONTENT_KEPT = 400;
/** While files are being read, answers are matched to records at most this often, in milliseconds. */
const CATCH_UP_PAUSE = 500;
/** When another program holds the index, the folder is read again after so many milliseconds. */
const HELD_PAUSE = 1000;
/** How long the indexer may be deaf: checking a large index takes it a while. In milliseconds. */
const INDEXER_PATIENCE = 300_000;

export class FolderIndex {
  /** The index as the answers are matched to it: asks the reader there is, for matching may outlast one. */
  readonly lookup: AnswerLookup = {
    byHash: (hash) => this.byHash(hash),
    bySourceId: (src, id) => this.#reader?.bySourceId(src, id) ?? [],
    record: (row) => this.#reader?.record(row),
  };
  readonly #options: FolderIndexOptions;
  readonly #contents = new Map<Row, Promise<RecordContent | undefined>>();
  /** The sources that say which fields a card shows. */
  #contentsFor: Project['sources'] | undefined;
  readonly #restarts = new Restarts(() => {
    this.follow().catch(this.#options.report);
  });
  #reader: IndexReader | undefined;
  #counts = { files: 0, records: 0, problems: 0 };
  #generation = 0;
  #indexer: RunningWorker<IndexerService> | undefined;
  #progress: IndexingProgress | undefined;
  #onProgress: ((progress: IndexingProgress) => void) | undefined;
  /** Whether the folder has changed since the reading that is under way began. */
  #isOutdated = false;
  /** Whether records were committed to the index that the answers were not matched to yet. */
  #isBehind = false;
  #failure: unknown;
  #isCatchingUp = false;
  #live = false;
  #closed = false;

  constructor(options: FolderIndexOptions) {
    this.#options = options;
  }

  /** Whether there is an index to ask. */
  get isOpen(): boolean {
    return this.#reader !== undefined;
  }

  get counts(): { readonly files: number; readonly records: number; readonly problems: number } {
    return this.#counts;
  }

  /** Raised whenever records came or went. */
  get generation(): number {
    return this.#generation;
  }

  /** How far the reading of the folder has come; undefined while nothing is read. */
  get progress(): IndexingProgress | undefined {
    return this.#progress;
  }

  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Why the latest reading came to no end; undefined when it did. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Whether the indexer died again and again, and is not started any more by itself. */
  get gaveUp(): boolean {
    return this.#restarts.gaveUp;
  }

  /** Ends the reading. What is still asked finds an index until `closeReader`. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#restarts.cancel();
    await this.#indexer?.close();
  }

  /** From here on whoever still asks finds an empty index. */
  closeReader(): void {
    this.#reader?.close();
    this.#reader = undefined;
    // Another index numbers its rows anew.
    this.#contents.clear();
  }

  // ------------------------------------------------------------------ reading the folder

  /** Reads what has changed in the folder. Resolves when the index is complete or the reading was cancelled. */
  async update(onProgress?: (progress: IndexingProgress) => void): Promise<IndexReport> {
    this.#onProgress = onProgress;
    this.#progress ??= { files: 0, filesDone: 0, records: 0, problems: 0 };
    this.#isOutdated = false;
    try {
      const { sources, salt } = this.#options.project();
      const report = await this.#start().index({ sources, salt });
      this.#restarts.worked();
      this.#failure = undefined;
      if (report.cancelled) this.#isOutdated = false;
      return report;
    } catch (error) {
      this.#failure = error;
      this.#isOutdated = false;
      // Whoever holds the index lets go of it at some time.
      if (this.#live && isHeld(error)) setTimeout(() => this.sourcesChanged(), HELD_PAUSE).unref();
      throw error;
    } finally {
      this.#progress = undefined;
      this.#onProgress = undefined;
      await this.#catchUpNow();
      if (this.#isOutdated) this.sourcesChanged();
    }
  }

  async cancel(): Promise<void> {
    await this.#indexer?.remote.cancel();
  }

  /** Reads the folder and goes on looking for changes in it. */
  async follow(onProgress?: (progress: IndexingProgress) => void): Promise<IndexReport> {
    this.#live = true;
    await this.#start().watch(true);
    return this.update(onProgress);
  }

  /** Keeps what was made of the records beside the index. */
  async keep(...kept: Parameters<IndexerService['keep']>): Promise<void> {
    await this.#indexer?.remote.keep(...kept);
  }

  /** A file is not as the index says: read the folder again. */
  sourcesChanged(): void {
    this.#isOutdated = true;
    if (this.#progress || this.#closed) return;
    const before = this.#failure;
    this.update().catch((error) => {
      // That it is held is told once, however long it is.
      if (!isHeld(error) || !isHeld(before)) this.#options.report(error);
    });
  }

  /** Opens or renews the reader, and matches the answers when records have changed. */
  async open(): Promise<void> {
    if (this.#reader && !this.#reader.isCurrent()) this.closeReader();
    try {
      this.#reader ??= IndexReader.open(this.#options.indexPath);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return; // Not there, or not ours: the indexer is about to build it.
    }
    this.#generation = this.#reader.generation();
    this.#counts = this.#reader.counts();
    await this.#options.matchAnswers();
  }

  #start() {
    const events: IndexerEvents = {
      progress: (progress) => {
        this.#progress = progress;
        this.#onProgress?.(progress);
        this.#options.changed();
      },
      committed: () => this.#catchUpSoon(),
      sourcesChanged: () => this.sourcesChanged(),
    };
    this.#indexer ??= startWorker<IndexerService>(
      'indexer',
      {
        folder: this.#options.folder,
        indexPath: this.#options.indexPath,
        beside: this.#live,
        rightOfWay: this.#options.rightOfWay.shared,
      },
      events,
      {
        report: this.#options.report,
        onExit: () => {
          this.#indexer = undefined;
          if (this.#live && !this.#closed) this.#restarts.died();
          this.#options.changed();
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
    if (!this.#isCatchingUp) this.#catchUp().catch(this.#options.report);
  }

  async #catchUp(): Promise<void> {
    this.#isCatchingUp = true;
    try {
      while (this.#isBehind && !this.#closed) {
        if (this.#counts.records > 0) await sleep(CATCH_UP_PAUSE, undefined, { ref: false });
        this.#isBehind = false;
        await this.#catchUpNow();
      }
    } finally {
      // In the same turn as the last look at `#isBehind`, so that no commit falls in between.
      this.#isCatchingUp = false;
    }
  }

  async #catchUpNow(): Promise<void> {
    if (this.#closed) return;
    const before = this.#generation;
    await this.open();
    if (this.#closed) return;
    this.#options.changed();
    if (this.#live && this.#generation !== before) this.#options.renewed();
  }

  // ------------------------------------------------------------------ records

  problems(limit: number): (Problem & { src: string })[] {
    return this.#reader?.problems(limit) ?? [];
  }

  /** Files whose encoding nobody named: read by a guess, which is listed among the problems. */
  get guessedEncodings(): number {
    return this.#reader?.problemCount('encoding-guessed') ?? 0;
  }

  record(row: Row): IndexedRecord | undefined {
    return this.#reader?.record(row);
  }

  byHash(hash: string): readonly IndexedRecord[] {
    return this.#reader?.byHash(hash) ?? [];
  }

  byId(id: string): readonly IndexedRecord[] {
    return this.#reader?.byId(id) ?? [];
  }

  liveRows(): LiveRows | undefined {
    return this.#reader?.liveRows();
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

  /** A key from before its file was renamed or changed still names its text, where only one record has it. */
  byKey(key: string): IndexedRecord | undefined {
    const found = this.#reader?.byKey(key);
    if (found) return found;
    const hash = parseRecordKey(key)?.hash;
    const records = hash === undefined ? [] : this.byHash(hash);
    return records.length === 1 ? records[0] : undefined;
  }

  /** @throws UserError `unknown-record` */
  rowOf(key: string): Row {
    return this.found(key).row;
  }

  /**
   * The record that a key names now.
   *
   * @throws UserError `unknown-record`
   */
  found(key: string): IndexedRecord {
    for (let left = TRIES; ; left--) {
      const before = this.#reader?.generation();
      const found = this.byKey(key);
      if (found) return found;
      // Another process may have read the file anew between two of the looks this takes: it has another row now.
      if (left === 0 || this.#reader?.generation() === before) break;
    }
    throw new UserError(
      'unknown-record',
      `There is no record "${key.slice(0, 80)}"`,
      'Take keys from "inkling next"; after files have changed, take them anew.',
    );
  }

  /** The record's text and fields, or undefined when its file no longer holds it as indexed. */
  async content(row: Row): Promise<RecordContent | undefined> {
    const { sources } = this.#options.project();
    if (sources !== this.#contentsFor) this.#contents.clear();
    this.#contentsFor = sources;
    const kept = this.#contents.get(row);
    // A row has one text for ever, as long as it is a row of the index.
    if (kept && this.record(row)) return kept;
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
    const layout = record && this.layoutOf(record.src);
    if (!record || !layout) return undefined;
    const read = await readRecord(this.#options.folder, layout, record);
    if (read === 'changed') return undefined;
    const hidden = new Set(this.#options.project().sources.map(({ label }) => label));
    const fields = read.fields.filter(([name]) => !hidden.has(name));
    return { key: recordKey(record), record, text: read.text, fields };
  }
}

/** Whether another program holds the index. */
function isHeld(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'index-busy';
}
