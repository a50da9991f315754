/** Keeps the index of one folder: leads where it can, follows where another process leads. */
import { UserError } from '../../core/user-error.ts';
import type { IndexerEvents, IndexerService, IndexReport, IndexRequest } from '../../protocol/indexer.ts';
import { sqlFailure } from '../../store/driver.ts';
import {
  type Counts,
  IndexReader,
  IndexWriter,
  type KeptName,
  keepFile,
  keptPath,
  Lease,
  moveAside,
} from '../../store/store.ts';
import { RightOfWay } from '../right-of-way.ts';
import { FolderWatch } from './folder-watch.ts';
import { Intake } from './intake.ts';
import { IndexRun } from './run.ts';

/** How often a follower looks whether the leader has written, or has gone. In milliseconds. */
const FOLLOW_EVERY = 1000;

export class Indexer implements IndexerService {
  readonly #folder: string;
  readonly #indexPath: string;
  readonly #events: IndexerEvents;
  #lease: Lease | undefined;
  #writer: IndexWriter | undefined;
  #intake: Intake | undefined;
  #waiting: { request: IndexRequest; readonly report: Promise<IndexReport> } | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #isCancelled = false;
  #isClosed = false;
  #watch: FolderWatch | undefined;
  #folders: ReadonlySet<string> = new Set();
  #following: NodeJS.Timeout | undefined;

  readonly #rightOfWay: RightOfWay;
  readonly #largeFile: number | undefined;

  /**
   * @param folder the workspace folder's real path
   * @param rightOfWay of the answers that reading gives way to; left out where nobody answers meanwhile
   * @param largeFile from how many bytes on a file is read by a thread of its own; left out: where that pays
   */
  constructor(
    folder: string,
    indexPath: string,
    events: IndexerEvents,
    rightOfWay = new RightOfWay(),
    largeFile?: number,
  ) {
    this.#folder = folder;
    this.#indexPath = indexPath;
    this.#events = events;
    this.#rightOfWay = rightOfWay;
    this.#largeFile = largeFile;
  }

  /**
   * @throws UserError `index-not-writable`, `index-busy`, `disk-full`, `glob-unusable`
   */
  index(request: IndexRequest): Promise<IndexReport> {
    if (this.#waiting) {
      this.#waiting.request = request;
      return this.#waiting.report;
    }
    const report = this.#running.then(() => {
      const { request: latest } = this.#waiting!;
      this.#waiting = undefined;
      return this.#run(latest);
    });
    this.#waiting = { request, report };
    // A failure is the caller's; the next run does not depend on it.
    this.#running = report.catch(() => {});
    return report;
  }

  async cancel(): Promise<void> {
    this.#isCancelled = true;
  }

  async watch(on: boolean): Promise<void> {
    this.#watch?.close();
    this.#watch = undefined;
    if (!on || this.#isClosed) return;
    this.#watch = new FolderWatch(this.#folder, () => this.#events.sourcesChanged());
    this.#watch.follow(this.#folders);
  }

  async keep(name: KeptName, parts: readonly Uint8Array[]): Promise<void> {
    if (!this.#lease) return;
    try {
      keepFile(keptPath(this.#indexPath, name), parts);
    } catch (error) {
      throw explained(error, this.#indexPath);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isCancelled = true;
    await this.watch(false);
    await this.#running;
    clearInterval(this.#following);
    this.#letGo();
  }

  async #run(request: IndexRequest): Promise<IndexReport> {
    this.#isCancelled = this.#isClosed;
    try {
      return await this.#lead(request);
    } catch (error) {
      this.#letGo();
      if (sqlFailure(error) !== 'damaged') throw error;
      // Damage that the check at opening did not see.
      moveAside(this.#indexPath);
      return await this.#lead(request);
    }
  }

  /** Updates the index, or says what it holds when another process is at it. */
  async #lead(request: IndexRequest): Promise<IndexReport> {
    if (this.#writer && !this.#writer.isCurrent()) this.#letGo();
    try {
      this.#lease ??= Lease.take(this.#indexPath);
      if (!this.#lease) return this.#follow();
      clearInterval(this.#following);
      this.#following = undefined;
      this.#writer ??= IndexWriter.open(this.#indexPath);
      this.#intake ??= new Intake(this.#writer);
      const folders = new Set<string>();
      const report = await new IndexRun({
        folder: this.#folder,
        writer: this.#writer,
        intake: this.#intake,
        request,
        events: this.#events,
        onFolder: (path) => {
          folders.add(path);
          // Before it is read: what changes in it from now on is either read by this run or told of.
          this.#watch?.add(path);
        },
        isCancelled: () => this.#isCancelled,
        largeFile: this.#largeFile,
        giveWay: () => this.#rightOfWay.give(),
      }).execute();
      if (!report.cancelled) this.#folders = folders;
      this.#watch?.follow(this.#folders);
      return report;
    } catch (error) {
      throw explained(error, this.#indexPath);
    }
  }

  #follow(): IndexReport {
    let seen = generationAt(this.#indexPath);
    this.#following ??= setInterval(() => {
      const now = generationAt(this.#indexPath);
      if (now !== seen) this.#events.committed(now);
      seen = now;
      const lease = Lease.take(this.#indexPath);
      if (!lease) return;
      // The leader has gone. The engine answers with `index`, and this process leads.
      lease.release();
      this.#events.sourcesChanged();
    }, FOLLOW_EVERY);
    return {
      ...countsAt(this.#indexPath),
      generation: seen,
      filesRead: 0,
      bytesRead: 0,
      ms: 0,
      cancelled: false,
      leader: false,
    };
  }

  #letGo(): void {
    this.#writer?.close();
    this.#writer = undefined;
    this.#intake = undefined;
    this.#lease?.release();
    this.#lease = undefined;
  }
}

const NO_COUNTS: Counts = { files: 0, records: 0, problems: 0 };

function countsAt(indexPath: string): Counts {
  return readAt(indexPath, (reader) => reader.counts()) ?? NO_COUNTS;
}

function generationAt(indexPath: string): number {
  return readAt(indexPath, (reader) => reader.generation()) ?? 0;
}

/** Asks an index that may not be there yet. */
function readAt<Answer>(indexPath: string, ask: (reader: IndexReader) => Answer): Answer | undefined {
  let reader: IndexReader | undefined;
  try {
    reader = IndexReader.open(indexPath);
    return ask(reader);
  } catch (error) {
    if (error instanceof UserError || sqlFailure(error)) return undefined;
    throw error;
  } finally {
    reader?.close();
  }
}

/** What a person can do about a failure of the disk under the index. */
function explained(error: unknown, indexPath: string): unknown {
  const failure = sqlFailure(error);
  const { syscall, code } = (error ?? {}) as NodeJS.ErrnoException;
  if (failure === 'full' || code === 'ENOSPC') {
    return new UserError(
      'disk-full',
      `The disk that holds the index (${indexPath}) is full`,
      'Free some space; records that are indexed can be labelled meanwhile.',
    );
  }
  if (failure === 'busy') {
    return new UserError(
      'index-busy',
      `Another program holds the index at ${indexPath}`,
      'Try again in a moment; in an open window, records that are indexed can be labelled meanwhile.',
    );
  }
  if (failure === 'read-only' || failure === 'cannot-open' || failure === 'io' || syscall) {
    return new UserError(
      'index-not-writable',
      `The index at ${indexPath} can't be written`,
      'Make its folder writable, or set INKLING_CACHE to another folder.',
    );
  }
  return error;
}
