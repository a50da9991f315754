/** Tells when something in the walked folders changes: by the system's notices, or by looking now and then. */
import { type FSWatcher, statSync, watch } from 'node:fs';
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
  readonly #watchers = new Map<string, { readonly watcher: FSWatcher; readonly identity: string }>();
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
    for (const path of this.#watchers.keys()) if (!folders.has(path)) this.#drop(path);
    for (const path of folders) this.#watch(path);
  }

  /** Watches this folder, which is about to be read, too. */
  add(path: string): void {
    // The watch of a folder that another one took the place of hears nothing any more.
    if (this.#watchers.get(path)?.identity !== identityOf(join(this.#folder, path))) this.#drop(path);
    this.#watch(path);
  }

  close(): void {
    clearTimeout(this.#notice);
    clearInterval(this.#poll);
    for (const path of this.#watchers.keys()) this.#drop(path);
  }

  #drop(path: string): void {
    this.#watchers.get(path)?.watcher.close();
    this.#watchers.delete(path);
  }

  #watch(path: string): void {
    if (this.#poll || this.#watchers.has(path)) return;
    if (this.#watchers.size >= MAX_WATCHES) {
      this.#pollInstead();
      return;
    }
    try {
      // Looked at first: if another one takes its place in between, it is watched anew by the next run.
      const identity = identityOf(join(this.#folder, path));
      const watcher = watch(join(this.#folder, path), () => this.#noteChange());
      this.#watchers.set(path, { watcher, identity });
      // A folder that is deleted reports an error on some systems; its parent has reported the change.
      watcher.on('error', () => {
        if (this.#watchers.get(path)?.watcher === watcher) this.#drop(path);
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

/** What a folder is known by: systems give the number of one that is gone to the next. '' where none can be seen. */
function identityOf(path: string): string {
  try {
    const { dev, ino, birthtimeNs } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch {
    return '';
  }
}
