/**
 * Lets answers pass: whoever reads files in another thread, or matches answers in this one, stands still while an answer
 * is on its way to the disk. That way has eight calls to the system one after the other, and behind each of them it would
 * wait for a processor or for the end of a slice of work again.
 */

/** In milliseconds: a disk may be slow for a while, or for ever. */
const PATIENCE = 50;

export class RightOfWay {
  /** How many answers are under way. */
  readonly #underWay: Int32Array<SharedArrayBuffer>;
  readonly #patience: number;

  /**
   * @param shared that of another thread's, to give way to its answers
   * @param patience how long one stop lasts at most, in milliseconds
   */
  constructor(shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT), patience = PATIENCE) {
    this.#underWay = new Int32Array(shared);
    this.#patience = patience;
  }

  /** For the thread that gives way. */
  get shared(): SharedArrayBuffer {
    return this.#underWay.buffer;
  }

  /** Has the way while this saves an answer. */
  async take<Result>(save: () => Promise<Result>): Promise<Result> {
    Atomics.add(this.#underWay, 0, 1);
    try {
      return await save();
    } finally {
      Atomics.sub(this.#underWay, 0, 1);
      Atomics.notify(this.#underWay, 0);
    }
  }

  /** Blocks the calling thread until no answer is under way, within patience. */
  give(): void {
    const end = performance.now() + this.#patience;
    for (;;) {
      const count = Atomics.load(this.#underWay, 0);
      const left = end - performance.now();
      if (count === 0 || left <= 0) return;
      Atomics.wait(this.#underWay, 0, count, left);
    }
  }

  /** The same for work between two turns of the event loop: resolves when it may go on. */
  async given(): Promise<void> {
    const end = performance.now() + this.#patience;
    for (;;) {
      const count = Atomics.load(this.#underWay, 0);
      const left = end - performance.now();
      if (count === 0 || left <= 0) return;
      await Atomics.waitAsync(this.#underWay, 0, count, left).value;
    }
  }
}
