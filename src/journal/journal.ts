/** The label journal of one workspace folder, as one process holds it: what everybody wrote, and a place to write. */
import { randomBytes } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { JOURNAL_VERSION, type JournalEvent, nextLamport } from '../core/records/event.ts';
import { uuidV7 } from '../core/records/uuid.ts';
import { UserError } from '../core/user-error.ts';
import { appendLines, FlushError } from './append.ts';
import { type PlacedProblem, type ReadFile, readJournalFile } from './file-reader.ts';
import { LineReader, LONGEST_LINE, lineOf } from './line.ts';
import { type Lock, takeLock } from './lock.ts';
import { annotatorName, fileNamePart, installationId } from './person.ts';

export interface JournalOptions {
  /** The setting `inkling.annotator`; without it git's `user.name`, else the account's name. */
  readonly annotator?: string | undefined;
  /** Called for what other processes wrote, only after `watch` or within `refresh`. */
  readonly onChange?: (change: JournalChange) => void;
}

export type JournalChange =
  /** These are new. They may repeat known events; a fold does not mind. */
  | { readonly kind: 'added'; readonly events: readonly JournalEvent[] }
  /** Lines that were there are gone (another branch, an edit by hand): these are all events there are now. */
  | { readonly kind: 'replaced'; readonly events: readonly JournalEvent[] };

/** An act before it has its place in the order. What is left out is filled in by `stamp`. */
export type Act = Pick<JournalEvent, 'op' | 'of' | 'rec' | 'labels' | 'why' | 'text'> &
  Partial<Pick<JournalEvent, 'id' | 'at' | 'by'>>;

export interface FileProblem extends PlacedProblem {
  /** Relative to the workspace folder, with `/`. */
  readonly file: string;
}

/** How often the folder is looked at even when the system reports no change: network folders report none. */
const POLL_MS = 1000;
/** Changes that come together are read together. */
const SETTLE_MS = 50;
/** More windows than this on one folder means that locks are not released, not that somebody works in them. */
const MOST_SLOTS = 1000;

export class Journal {
  readonly annotator: string;
  readonly #root: string;
  readonly #folder: string;
  readonly #installation: string;
  readonly #onChange: (change: JournalChange) => void;
  readonly #reader = new LineReader();
  readonly #files = new Map<string, ReadFile>();
  readonly #unreadable = new Map<string, PlacedProblem>();
  readonly #safeNames = new Set<string>();
  /** Written by this process and not read back yet: no news. Kept only while watching. */
  readonly #own = new Set<string>();
  /** Refused by `append`, though their bytes may be in a file: not to be taken for saved. */
  readonly #refused = new Set<string>();
  #highest = 0;
  #pending: Pending[] = [];
  #slot: Slot | undefined;
  #paused: UserError | undefined;
  /** Reading and writing take turns, so that nothing appended is missed by a reading that replaces everything. */
  #turn: Promise<unknown> = Promise.resolve();
  #watching: Watching | undefined;
  #closed = false;

  private constructor(root: string, annotator: string, installation: string, options: JournalOptions) {
    this.annotator = annotator;
    this.#root = root;
    this.#folder = join(root, '.inkling', 'labels');
    this.#installation = installation;
    this.#onChange = options.onChange ?? (() => {});
  }

  /**
   * Reads every journal file of a workspace folder. Makes nothing on disk: that waits for the first `append`.
   *
   * @throws {UserError} `labels-outside` when `.inkling` leads out of the folder; `labels-unreadable`
   */
  static async open(
    root: string,
    options: JournalOptions = {},
  ): Promise<{ journal: Journal; events: JournalEvent[] }> {
    const annotator = annotatorName(root, options.annotator);
    const journal = new Journal(root, annotator, installationId(), options);
    await journal.#checkInside();
    return { journal, events: await journal.#inTurn(() => journal.#readAll()) };
  }

  /** The lines that are not obeyed, as of the last reading. */
  get problems(): FileProblem[] {
    const problems: FileProblem[] = [];
    const add = (name: string, problem: PlacedProblem) => {
      problems.push({ file: `.inkling/labels/${name}`, ...problem });
    };
    for (const [name, file] of this.#files) {
      for (const problem of file.problems) add(name, problem);
      if (file.tail) add(name, file.tail);
    }
    for (const [name, problem] of this.#unreadable) add(name, problem);
    return problems;
  }

  /** Why labels can't be saved now; undefined while they can. The next `append` tries again. */
  get paused(): UserError | undefined {
    return this.#paused;
  }

  /** Whether this event was given to `append` and refused: its line, if there is one, counts for nothing here. */
  isRefused(eventId: string): boolean {
    return this.#refused.has(eventId);
  }

  /** Gives an act its id, its time and the next place in the order. */
  stamp(act: Act): JournalEvent {
    const now = Date.now();
    this.#highest = nextLamport(this.#highest);
    const { op, of, rec, labels, why, text } = act;
    return {
      v: JOURNAL_VERSION,
      id: act.id ?? uuidV7(now, randomBytes(10)),
      lam: this.#highest,
      at: act.at ?? new Date(now).toISOString(),
      by: act.by ?? this.annotator,
      op,
      ...(of !== undefined && { of }),
      ...(rec && { rec }),
      ...(labels && { labels }),
      ...(why && { why }),
      ...(text !== undefined && { text }),
    };
  }

  /**
   * Resolves when the events will be there after a power cut, and never otherwise. Calls made while another is being
   * written are written together.
   *
   * @throws {UserError} `disk-full`, `labels-read-only`, `labels-not-saved`, `folder-missing`, `line-too-long`: none
   * of the events counts as saved. The same events can be given again.
   */
  async append(events: readonly JournalEvent[]): Promise<void> {
    if (this.#closed) throw new Error('The journal is closed.');
    if (events.length === 0) return;
    const lines = Buffer.from(events.map(fittingLine).join(''));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#pending.push({ lines, events, resolve, reject });
    if (this.#pending.length === 1) void this.#inTurn(() => this.#writePending());
    await promise;
  }

  /** Looks for what others wrote now, and calls `onChange` with it before resolving. */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.#refresh());
  }

  /** From now on `onChange` is called when others write. */
  watch(): void {
    if (this.#watching || this.#closed) return;
    this.#watching = new Watching(this.#folder, () => this.refresh());
  }

  /** Waits for what is being written, and lets another process have the file. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#watching?.close();
    await this.#inTurn(async () => {
      await this.#slot?.lock.release();
      this.#slot = undefined;
    });
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #writePending(): Promise<void> {
    const group = this.#pending;
    this.#pending = [];
    const events = group.flatMap((pending) => pending.events);
    try {
      await this.#write(Buffer.concat(group.map((pending) => pending.lines)));
    } catch (error) {
      this.#paused = notSaved(error, this.#root);
      for (const { id } of events) this.#refused.add(id);
      for (const pending of group) pending.reject(this.#paused);
      return;
    }
    this.#paused = undefined;
    for (const { id } of events) {
      this.#refused.delete(id);
      if (this.#watching) this.#own.add(id);
    }
    for (const pending of group) pending.resolve();
  }

  async #write(lines: Uint8Array): Promise<void> {
    const slot = await this.#heldSlot();
    const folders = [this.#folder, join(this.#root, '.inkling'), this.#root];
    try {
      await appendLines(slot.path, lines, folders, this.#safeNames);
    } catch (error) {
      if (!(error instanceof FlushError)) throw error;
      // After a failed flush the system may forget which bytes are missing and report success next time, so this
      // file gets no more of them: Rebello et al., "Can Applications Recover from fsync Failures?" (USENIX ATC 2020).
      const wasRecovery = slot.path !== join(this.#folder, `${slot.name}.jsonl`);
      slot.path = this.#recoveryPath(slot);
      if (wasRecovery) throw error;
      await this.#write(lines);
    }
  }

  #recoveryPath(slot: Slot): string {
    const time = new Date().toISOString().replace(/[:.]/g, '-');
    return join(this.#folder, `${slot.name}.recovery-${time}-${randomBytes(2).toString('hex')}.jsonl`);
  }

  async #heldSlot(): Promise<Slot> {
    if (this.#slot && (await this.#slot.lock.held())) return this.#slot;
    this.#slot = undefined;
    await this.#makeFolders();
    for (let number = 0; number < MOST_SLOTS; number++) {
      const name = `${fileNamePart(this.annotator)}.${this.#installation}-${number}`;
      // A file that a newer Inkling wrote to is read, never written.
      if (this.#files.get(`${name}.jsonl`)?.newer) continue;
      const lock = await takeLock(join(this.#folder, `${name}.lock`));
      if (!lock) continue;
      this.#slot = { name, lock, path: join(this.#folder, `${name}.jsonl`) };
      return this.#slot;
    }
    throw new UserError(
      'labels-not-saved',
      `All ${MOST_SLOTS} lock files in .inkling/labels are taken`,
      'Close the other windows on this folder, then delete the files that end in .lock there.',
    );
  }

  /** Makes `.inkling/labels`, never the workspace folder itself: that one may have been moved, not lost. */
  async #makeFolders(): Promise<void> {
    for (const folder of [join(this.#root, '.inkling'), this.#folder]) {
      try {
        await mkdir(folder);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
    await this.#checkInside();
    await writeIfAbsent(join(this.#folder, '.gitattributes'), '*.jsonl -text merge=union\n');
    await writeIfAbsent(join(this.#folder, '.gitignore'), '*.lock\n');
  }

  async #checkInside(): Promise<void> {
    const real = await realFolder(this.#folder);
    if (real === undefined || real.startsWith((await realpath(this.#root)) + sep)) return;
    throw new UserError(
      'labels-outside',
      `The folder .inkling/labels is a link that leads out of ${this.#root}`,
      'Put a plain folder in its place, or open the folder it leads to.',
    );
  }

  async #refresh(): Promise<void> {
    const names = await journalFileNames(this.#folder);
    let replaced = [...this.#files.keys()].some((name) => !names.includes(name));
    for (const name of names) {
      if (replaced) break;
      const events: JournalEvent[] = [];
      replaced = await this.#read(name, (event) => {
        if (!this.#own.delete(event.id)) events.push(event);
      });
      if (events.length > 0 && !replaced) this.#onChange({ kind: 'added', events });
    }
    if (!replaced) return;
    this.#files.clear();
    this.#unreadable.clear();
    this.#own.clear();
    this.#onChange({ kind: 'replaced', events: await this.#readAll() });
  }

  async #readAll(): Promise<JournalEvent[]> {
    const events: JournalEvent[] = [];
    for (const name of await journalFileNames(this.#folder))
      await this.#read(name, (event) => events.push(event));
    return events;
  }

  /** Answers whether the file no longer continues what was read from it before. */
  async #read(name: string, take: (event: JournalEvent) => void): Promise<boolean> {
    try {
      const reading = await readJournalFile(
        join(this.#folder, name),
        this.#files.get(name),
        this.#reader,
        (events) => {
          for (const event of events) {
            this.#highest = Math.max(this.#highest, event.lam);
            if (!this.#refused.has(event.id)) take(event);
          }
        },
      );
      this.#unreadable.delete(name);
      if (reading.kind === 'missing' && reading.problem) this.#unreadable.set(name, reading.problem);
      if (reading.kind === 'grown') this.#files.set(name, reading.file);
      return reading.kind === 'replaced' || (reading.kind === 'missing' && this.#files.has(name));
    } catch (error) {
      // What was read before stays; the rest is read once the system lets us.
      const { code } = error as NodeJS.ErrnoException;
      const message = `This file can't be read (${code ?? String(error)}).`;
      this.#unreadable.set(name, { code: 'unreadable', message, line: 1 });
      return false;
    }
  }
}

/**
 * The names of the journal files in `.inkling/labels`, in order; none when there is no such folder.
 *
 * @throws {UserError} `labels-unreadable`
 */
export async function journalFileNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw unreadable(folder, error);
  }
}

interface Pending {
  readonly lines: Buffer;
  readonly events: readonly JournalEvent[];
  resolve(): void;
  reject(reason: UserError): void;
}

/** The name this process writes under. Its path changes when the file can't be trusted any more. */
interface Slot {
  readonly name: string;
  readonly lock: Lock;
  path: string;
}

/** Calls `look` when the folder changes and every second; one call at a time. */
class Watching {
  readonly #folder: string;
  readonly #look: () => Promise<void>;
  readonly #poll: NodeJS.Timeout;
  #watcher: FSWatcher | undefined;
  #soon: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(folder: string, look: () => Promise<void>) {
    this.#folder = folder;
    this.#look = look;
    this.#poll = setInterval(() => this.#lookNow(), POLL_MS);
    this.#poll.unref();
    this.#attach();
  }

  close(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#soon);
    this.#detach();
  }

  #lookNow(): void {
    this.#attach();
    if (this.#looking) return;
    this.#looking = true;
    // A folder that can't be read now is looked at again in a second.
    this.#look()
      .catch(() => {})
      .finally(() => {
        this.#looking = false;
      });
  }

  /** Only a quicker way to notice: where it fails, or the folder is not there yet, the poll does it. */
  #attach(): void {
    if (this.#watcher) return;
    try {
      this.#watcher = watch(this.#folder, () => {
        this.#soon ??= setTimeout(() => {
          this.#soon = undefined;
          this.#lookNow();
        }, SETTLE_MS).unref();
      });
      this.#watcher.unref();
      this.#watcher.on('error', () => this.#detach());
    } catch {
      this.#detach();
    }
  }

  #detach(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}

function fittingLine(event: JournalEvent): string {
  const line = lineOf(event);
  if (Buffer.byteLength(line) <= LONGEST_LINE) return line;
  throw new UserError(
    'line-too-long',
    `This ${event.op} is longer than a line of the label journal can be`,
    'Make it shorter and save it again.',
  );
}

/** An existing file is never touched, a link never followed. It is a help for git: labels are saved without it. */
async function writeIfAbsent(path: string, content: string): Promise<void> {
  await writeFile(path, content, { flag: 'wx' }).catch(() => {});
}

async function realFolder(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
}

function unreadable(folder: string, error: unknown): UserError {
  const { code } = error as NodeJS.ErrnoException;
  return new UserError(
    'labels-unreadable',
    `The labels in ${folder} can't be read (${code ?? String(error)})`,
    'Allow reading them, or check the disk, then open the project again.',
  );
}

function notSaved(error: unknown, root: string): UserError {
  if (error instanceof UserError) return error;
  const cause = error instanceof FlushError ? error.cause : error;
  const { code, path } = cause as NodeJS.ErrnoException;
  const file = path ? relative(root, path).split(sep).join('/') : '.inkling/labels';
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new UserError(
        'disk-full',
        'The disk is full, so this was not saved',
        'Free some space, then answer again.',
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new UserError(
        'labels-read-only',
        `${file} can't be written, so this was not saved`,
        'Allow writing to it, or work on a copy of the folder that you may change.',
      );
    case 'ENOENT':
      return new UserError(
        'folder-missing',
        `The folder ${root} is not there any more, so this was not saved`,
        'Put it back, or open it where it is now.',
      );
    default:
      return new UserError(
        'labels-not-saved',
        `The system could not write ${file} (${code ?? String(cause)}), so this was not saved`,
        'Answer again; if it happens again, check the disk.',
      );
  }
}
