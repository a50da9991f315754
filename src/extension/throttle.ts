/** Holds back what would otherwise run at every keystroke or answer. */
import type * as vscode from 'vscode';

/** Runs `work` soon after it is asked for, and at most once in `ms`; what is asked meanwhile is answered by that run. */
export class Throttle implements vscode.Disposable {
  readonly #work: () => void;
  readonly #ms: number;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(ms: number, work: () => void) {
    this.#ms = ms;
    this.#work = work;
  }

  readonly ask = (): void => {
    if (this.#disposed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#work();
    }, this.#ms);
  };

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }
}
