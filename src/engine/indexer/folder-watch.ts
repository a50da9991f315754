/** Tells when something in the walked folders changes: by the system's notices, or by looking now and then. */
import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';

/** Editors and git write many files at once: one notice for all of them, in milliseconds. */
const DEBOUNCE = 300;
/** A stream of changes must not put the notice off for ever. */
const LONGEST_DEBOUNCE = 2000;
/** How often to look where the system gives no notices. */
const POLL_EVERY = 10_000;
/** Systems give each account a limited number of watches, often 8,192; the editor needs some, too. */
const MAX_WATCHES = 2000;

export class FolderWatch {
  readonly #folder: string;
  readonly #onChange: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #poll: NodeJS.Timeout | undefined;
  #notice: NodeJS.Timeout | undefined;
  #firstChange = 0;

  /** @param onChange must be cheap when nothing has changed: it is also called without knowing */
  constructor(folder: string, onChange: () => void) {
    this.#folder = folder;
    this.#onChange = onChange;
  }

  /** Watches just these folders, relative to the first; files below others are of no interest. */
  follow(folders: ReadonlySet<string>): void {
    for (const [path, watcher] of this.#watchers) {
      if (folders.has(path)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
    for (const path of folders) this.add(path);
  }

  /** Watches this folder too. */
  add(path: string): void {
    if (!this.#poll && !this.#watchers.has(path)) this.#watch(path);
  }

  close(): void {
    clearTimeout(this.#notice);
    clearInterval(this.#poll);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watch(path: string): void {
    if (this.#watchers.size >= MAX_WATCHES) {
      this.#pollInstead();
      return;
    }
    try {
      const watcher = watch(join(this.#folder, path), () => this.#noteChange());
      this.#watchers.set(path, watcher);
      // A folder that is deleted reports an error on some systems; its parent has reported the change.
      watcher.on('error', () => {
        watcher.close();
        this.#watchers.delete(path);
        this.#noteChange();
      });
    } catch (error) {
      // Gone or closed to us: its parent reports it. Anything else means that there are no more watches.
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['ENOENT', 'EACCES', 'EPERM'].includes(code)) this.#pollInstead();
    }
  }

  #pollInstead(): void {
    this.#poll ??= setInterval(this.#onChange, POLL_EVERY);
  }

  #noteChange(): void {
    const now = Date.now();
    if (!this.#notice) this.#firstChange = now;
    clearTimeout(this.#notice);
    const wait = Math.max(0, Math.min(DEBOUNCE, this.#firstChange + LONGEST_DEBOUNCE - now));
    this.#notice = setTimeout(() => {
      this.#notice = undefined;
      this.#onChange();
    }, wait);
  }
}
