/** Tells a worker that hangs from one that a busy machine has left no time to answer. */

/** A worker that hangs in a loop keeps a processor busy, or nearly, where nothing else is in its way. */
const BUSY = 0.8;
/** So many times as long is waited for one whose process is less busy: it may be starved, or wait for ever. */
const STARVED = 10;

/**
 * How long a worker has been deaf. One that gives way to all else may not have had a second of the last sixty where much
 * else runs, and is not to be ended for that: its successor would fare no better.
 */
export class Patience {
  #waited = 0;
  #worked = 0;

  /**
   * It did not answer meanwhile.
   *
   * @param ms how long
   * @param processorTime what its whole process took of the processors in that time, in milliseconds
   */
  waited(ms: number, processorTime: number): void {
    this.#waited += ms;
    if (processorTime >= BUSY * ms) this.#worked += ms;
  }

  answered(): void {
    this.#waited = 0;
    this.#worked = 0;
  }

  /** @param limit in milliseconds */
  isOver(limit: number): boolean {
    return this.#worked > limit || this.#waited > STARVED * limit;
  }
}
