/** When a worker that has died is started again: soon, then later, then not any more. */

/** Milliseconds before each new start. A worker that dies once more after the last one is given up. */
const PAUSES: readonly number[] = [1000, 4000, 16_000];

export class Restarts {
  readonly #startAgain: () => void;
  #deaths = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(startAgain: () => void) {
    this.#startAgain = startAgain;
  }

  /** Whether the worker died too often; only something else than time can help. */
  get gaveUp(): boolean {
    return this.#deaths > PAUSES.length;
  }

  /** Whether a start is planned. */
  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }

  /** The worker is gone: another start is planned, unless it has been given up. */
  died(): void {
    const pause = PAUSES[this.#deaths++];
    this.cancel();
    if (pause === undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#startAgain();
    }, pause);
    // Waiting is no reason to keep a process alive.
    this.#timer.unref();
  }

  /** The worker did what it was asked: what killed it before is over. */
  worked(): void {
    this.#deaths = 0;
  }

  /** Plans no further start. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
