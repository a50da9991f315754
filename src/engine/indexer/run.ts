/** One run of the indexer: holds the folder against the index and reads what has changed. */
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DETECTION_BYTES, type Detection, detectLayout, type LayoutRule } from '../../core/formats/detect.ts';
import type { EncodingGuess } from '../../core/formats/encoding-guess.ts';
import type { FileLayout, Problem } from '../../core/formats/format.ts';
import { isOwnExport } from '../../core/records/export-mark.ts';
import { isSynthetic, NEVER_AUDITED } from '../../core/records/synthetic.ts';
import type { IndexerEvents, IndexReport, IndexRequest, SourceRule } from '../../protocol/indexer.ts';
import type { IndexWriter, StoredFile } from '../../store/store.ts';
import { walkSources } from '../workspace-files.ts';
import {
  type FileReading,
  ReadingFailed,
  type ReadingThread,
  readHere,
  startReadingThread,
} from './file-reading.ts';
import type { Intake, IntakeOptions } from './intake.ts';
import { OpenSource, stampOf } from './open-source.ts';
import { hasSmallParts } from './part-reader.ts';

/** Raise it when readers or the tokenizer give other records or terms for the same bytes: indexes are built anew. */
const READING_RULES = '3';

/** Labeling can start with the first records, so the first commit comes early; later ones make less work. */
const FIRST_COMMIT_RECORDS = 2000;
const COMMIT_AFTER = [200, 500, 1000, 2000, 4000];

/** Other messages get their turn about this often, in milliseconds. */
const TURN = 15;
const PROGRESS_EVERY = 100;

/** How often a file that changes under the reader is tried in one run. */
const ATTEMPTS = 3;

/** What a run reads before its index is written without waiting for the disk: less is safe in no time. */
const HURRY_BYTES = 8_000_000;

/** From this size on a file is read by a thread of its own, in bytes: starting one takes as long as reading ten million. */
const LARGE_FILE = 64_000_000;

const NO_HASH = new Uint8Array(0);
const UNREAD: FileLayout = { format: 'text' };

export interface RunOptions {
  readonly folder: string;
  readonly writer: IndexWriter;
  readonly intake: Intake;
  readonly request: IndexRequest;
  readonly events: Pick<IndexerEvents, 'progress' | 'committed'>;
  /** Told of every folder before it is read. */
  readonly onFolder: (path: string) => void;
  readonly isCancelled: () => boolean;
  /** From how many bytes on a file is read by a thread of its own; left out: where that pays. */
  readonly largeFile?: number | undefined;
  readonly startThread?: (intake: Intake) => ReadingThread;
  /** Called every few milliseconds of work, to stand still while somebody else is in a hurry. */
  readonly giveWay: () => void;
}

type ReadableFile = Extract<Detection, { layout: FileLayout }>;

export class IndexRun {
  readonly #options: RunOptions;
  readonly #writer: IndexWriter;
  readonly #started = performance.now();
  readonly #seen = new Set<string>();
  #stored = new Map<string, StoredFile>();
  #filesDone = 0;
  #filesRead = 0;
  #bytesRead = 0;
  #records = 0;
  #problems = 0;
  #uncommitted = 0;
  #commits = 0;
  #lastCommit = this.#started;
  #lastTurn = this.#started;
  #lastProgress = 0;
  /** Undefined while no large file has come. */
  #readingThread: ReadingThread | undefined;
  #readsAllHere = false;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#writer = options.writer;
  }

  /** @throws what SQLite throws; the writer must be rolled back then */
  async execute(): Promise<IndexReport> {
    try {
      return await this.#execute();
    } finally {
      await this.#readingThread?.close();
    }
  }

  async #execute(): Promise<IndexReport> {
    const { folder, request, onFolder, isCancelled } = this.#options;
    const writer = this.#writer;
    writer.buildWith({ salt: request.salt, reading: READING_RULES });
    if (writer.isWorthCompacting) writer.clear();
    this.#stored = new Map(writer.files().map((file) => [file.path, file]));
    ({ records: this.#records, problems: this.#problems } = writer.counts());

    const walk = walkSources(folder, request.sources, {
      folder: onFolder,
      skipped: (path, code, message) => this.#noteSkipped(path, code, message),
    });
    for await (const { path, rule } of walk) {
      if (isCancelled()) break;
      this.#seen.add(path);
      await this.#bringUpToDate(path, rule);
      this.#filesDone++;
      this.#commitIfDue();
      this.#reportProgress();
      await this.#takeTurns();
    }
    if (!isCancelled()) {
      for (const path of this.#stored.keys()) if (!this.#seen.has(path)) writer.removeFile(path);
    }
    this.#commit();
    writer.settle();
    return this.#report();
  }

  #report(): IndexReport {
    const counts = this.#writer.counts();
    this.#records = counts.records;
    this.#problems = counts.problems;
    this.#lastProgress = 0;
    this.#reportProgress();
    return {
      ...counts,
      generation: this.#writer.generation,
      filesRead: this.#filesRead,
      bytesRead: this.#bytesRead,
      ms: Math.round(performance.now() - this.#started),
      cancelled: this.#options.isCancelled(),
      leader: true,
    };
  }

  async #bringUpToDate(path: string, sourceRule: SourceRule): Promise<void> {
    const stored = this.#stored.get(path);
    const rule = layoutRule(sourceRule);
    const isSameRule = stored?.rule === JSON.stringify(rule);
    const stamp = this.#stampNow(path);
    if (stamp === undefined) {
      this.#seen.delete(path);
    } else if (!stored || stored.state === 'reading' || !isSameRule || stored.stamp !== stamp) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        if (await this.#tryToRead(path, rule, isSameRule ? stored : undefined)) return;
      }
      const message = 'This file changes while it is being read; it is read when it comes to rest.';
      this.#skip(path, rule, '', { code: 'file-changing', message });
    }
  }

  /** Undefined when the file is gone. One that can't be looked at has no stamp; opening it will say why. */
  #stampNow(path: string): string | undefined {
    try {
      const stat = lstatSync(join(this.#options.folder, path), { bigint: true, throwIfNoEntry: false });
      return stat && stampOf(stat);
    } catch {
      return 'unknown';
    }
  }

  /**
   * @param before the file as it was read by the same rule
   * @returns false when the file changed under the reader and nothing of it was kept
   */
  async #tryToRead(path: string, rule: LayoutRule, before: StoredFile | undefined): Promise<boolean> {
    let source: OpenSource;
    try {
      source = new OpenSource(join(this.#options.folder, path));
    } catch (error) {
      this.#skip(path, rule, '', whyUnreadable(error));
      return true;
    }
    try {
      const head = source.head(DETECTION_BYTES);
      if (isOwnExport(head)) {
        this.#skip(path, rule, source.stamp);
        return true;
      }
      const detection = await detectLayout(head, path, rule);
      if ('refusal' in detection) {
        this.#skip(path, rule, source.stamp, detection.refusal);
        return true;
      }
      if (before?.state === 'read' && (await this.#hasHash(source, before.hash))) {
        this.#writer.touchFile(path, source.stamp);
        return true;
      }
      return await this.#read(path, rule, detection, source);
    } catch (error) {
      // The disk under this one file; what was read of it is replaced by the reason.
      if ((error as NodeJS.ErrnoException).syscall !== 'read') throw error;
      this.#skip(path, rule, '', whyUnreadable(error));
      return true;
    } finally {
      source.close();
    }
  }

  async #hasHash(source: OpenSource, expected: Uint8Array): Promise<boolean> {
    const digest = createHash('sha256');
    for (const chunk of source.chunks()) {
      digest.update(chunk);
      this.#bytesRead += chunk.length;
      await this.#takeTurns();
    }
    return digest.digest().equals(expected);
  }

  /** @returns false when the file changed meanwhile and its records were discarded */
  async #read(
    path: string,
    rule: LayoutRule,
    { layout, guess }: ReadableFile,
    source: OpenSource,
  ): Promise<boolean> {
    // A file that was read before is replaced in one commit: its labels must not lose their records in between.
    const replaces = this.#stored.get(path)?.state === 'read';
    if (replaces) this.#commit();
    this.#begin(path, rule, layout);
    if (guess) this.#noteProblem({ ...guessedEncoding(guess), line: 1, column: 1, offset: 0 });
    try {
      return await this.#takeIn(this.#startReading(path, layout, source), source, replaces);
    } catch (error) {
      if (!(error instanceof ReadingFailed)) throw error;
      this.#readsAllHere = true;
      this.#writer.discardFile();
      return await this.#read(path, rule, { layout, ...(guess ? { guess } : {}) }, source);
    }
  }

  #startReading(path: string, layout: FileLayout, source: OpenSource): FileReading {
    const { intake, request, largeFile = LARGE_FILE, startThread = startReadingThread } = this.#options;
    const options: IntakeOptions = {
      layout,
      salt: request.salt,
      fixedRank: isSynthetic(path) ? NEVER_AUDITED : undefined,
      onRecords: (count) => {
        this.#records += count;
        this.#uncommitted += count;
      },
      onProblem: (problem) => this.#noteProblem(problem),
    };
    if (source.size < largeFile || !hasSmallParts(layout) || this.#readsAllHere) {
      return readHere(source, intake, options);
    }
    this.#readingThread ??= startThread(intake);
    return this.#readingThread.read(source, options);
  }

  async #takeIn(reading: FileReading, source: OpenSource, replaces: boolean): Promise<boolean> {
    for await (const bytes of reading.steps()) {
      this.#bytesRead += bytes;
      if (!replaces) this.#commitIfDue();
      this.#reportProgress();
      await this.#takeTurns();
      if (!this.#options.isCancelled()) continue;
      // What is committed stays; what would have replaced something does not.
      if (replaces) this.#writer.rollback();
      return true;
    }
    const change = source.change();
    if (change === 'replaced') {
      this.#writer.discardFile();
      return false;
    }
    // The last line of a growing file may be half a line: it is read with what follows.
    const hash = await reading.end(change === 'none');
    this.#filesRead++;
    this.#writer.finishFile('read', change === 'none' ? source.stamp : '', hash);
    return true;
  }

  #noteProblem(problem: Problem): void {
    this.#writer.addProblem(problem);
    this.#problems++;
  }

  #begin(path: string, rule: LayoutRule, layout: FileLayout): void {
    const stored = this.#stored.get(path);
    this.#records -= stored?.records ?? 0;
    this.#problems -= stored?.problems ?? 0;
    this.#writer.beginFile(path, JSON.stringify(rule), layout);
  }

  #skip(path: string, rule: LayoutRule, stamp: string, reason?: { code: string; message: string }): void {
    this.#begin(path, rule, UNREAD);
    if (reason) {
      this.#noteProblem({ ...reason, line: 1, column: 1, offset: 0 });
    }
    this.#writer.finishFile('skipped', stamp, NO_HASH);
  }

  /** Something that is no file has no stamp: why it was skipped stands in its place, so that saying it twice costs nothing. */
  #noteSkipped(path: string, code: string, message: string): void {
    const name = path === '' ? '.' : path;
    this.#seen.add(name);
    if (this.#stored.get(name)?.stamp !== code) this.#skip(name, {}, code, { code, message });
  }

  #commitIfDue(): void {
    const wait = COMMIT_AFTER[Math.min(this.#commits, COMMIT_AFTER.length - 1)]!;
    const isDue = performance.now() - this.#lastCommit >= wait;
    const isFirst = this.#commits === 0 && this.#uncommitted >= FIRST_COMMIT_RECORDS;
    if (isFirst || (isDue && this.#uncommitted > 0)) this.#commit();
  }

  #commit(): void {
    const before = this.#writer.generation;
    const generation = this.#writer.commit();
    this.#uncommitted = 0;
    if (this.#bytesRead > HURRY_BYTES) this.#writer.hurry();
    this.#lastCommit = performance.now();
    if (generation === before) return;
    this.#commits++;
    this.#options.events.committed(generation);
  }

  #reportProgress(): void {
    const now = performance.now();
    if (now - this.#lastProgress < PROGRESS_EVERY) return;
    this.#lastProgress = now;
    this.#options.events.progress({
      files: this.#seen.size,
      filesDone: this.#filesDone,
      records: this.#records,
      problems: this.#problems,
    });
  }

  async #takeTurns(): Promise<void> {
    this.#options.giveWay();
    if (performance.now() - this.#lastTurn < TURN) return;
    await nextTurn();
    this.#lastTurn = performance.now();
  }
}

/** What of a rule decides how a file is read; its patterns do not. */
function layoutRule({ format, text, id, recordPer, delimiter, encoding }: SourceRule): LayoutRule {
  return {
    ...(format === undefined ? {} : { format }),
    ...(text === undefined ? {} : { text }),
    ...(id === undefined ? {} : { id }),
    ...(recordPer === undefined ? {} : { recordPer }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
  };
}

/** Records read by a guess are never passed off as certain. */
function guessedEncoding({ encoding, isSure }: EncodingGuess): { code: string; message: string } {
  const how = isSure ? 'which is a guess' : 'which is an unsure guess';
  const message = `This file is not UTF-8 and is read as ${encoding}, ${how}. To settle it, write "encoding" into its source in .inkling/project.json.`;
  return { code: 'encoding-guessed', message };
}

function whyUnreadable(error: unknown): { code: string; message: string } {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  if (code === 'ELOOP')
    return { code: 'symbolic-link', message: 'This is a symbolic link, and links are not followed.' };
  if (code === 'EACCES' || code === 'EPERM') {
    return { code: 'file-unreadable', message: 'This file cannot be read: permission is missing.' };
  }
  return { code: 'file-unreadable', message: `This file cannot be read (${code}).` };
}
