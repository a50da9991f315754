/** Knows what `.gitignore` files leave out, level by level, as git does. */
import ignore, { type Ignore } from 'ignore';
import { isTamePattern } from './globs.ts';

/** The `.gitignore` files that speak for a folder: its own first, then its parents'. */
export class IgnoreRules {
  static readonly none: IgnoreRules = new IgnoreRules('', undefined, undefined);

  readonly #folder: string;
  readonly #own: Ignore | undefined;
  readonly #outer: IgnoreRules | undefined;

  private constructor(folder: string, own: Ignore | undefined, outer: IgnoreRules | undefined) {
    this.#folder = folder;
    this.#own = own;
    this.#outer = outer;
  }

  /** @param folder relative to the workspace folder, '' for itself */
  within(folder: string, gitignore: string | undefined): IgnoreRules {
    if (gitignore === undefined) return this;
    // The file is somebody else's: a pattern that could hang a match is passed over, and its files are read.
    const patterns = gitignore.split(/\r?\n/).filter(isTamePattern);
    return new IgnoreRules(folder, ignore().add(patterns), this);
  }

  /** @param path relative to the workspace folder; folders end in `/` */
  ignores(path: string): boolean {
    for (let level: IgnoreRules | undefined = this; level; level = level.#outer) {
      const inner = level.#folder === '' ? path : path.slice(level.#folder.length + 1);
      const answer = level.#own?.test(inner);
      if (answer?.ignored) return true;
      if (answer?.unignored) return false;
    }
    return false;
  }
}
