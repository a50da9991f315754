/**
 * Keeps acts and the taking back of acts in the order in which they were asked for.
 *
 * Acts may be under way together, for they share an fsync. Taking back waits for every act asked for before it, since
 * the latest of them is what it takes back, and acts asked for after it wait until it is done.
 */
export class Turns {
  #acts: Promise<unknown> = Promise.resolve();
  #takingBack: Promise<unknown> = Promise.resolve();

  /** Runs together with other acts. */
  act<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#takingBack.then(task);
    this.#acts = Promise.allSettled([this.#acts, result]);
    return result;
  }

  /** Runs alone. */
  takeBack<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = Promise.allSettled([this.#acts, this.#takingBack]).then(task);
    this.#takingBack = result.catch(() => {});
    return result;
  }
}
