/**
 * The records that came while somebody is labeling, and which of them are asked about at once.
 *
 * Only texts that were not there before are new: a file that changes is read again whole, and its records get new rows.
 * A text is known here by its audit rank, which is a keyed hash of it. Nothing is stored: what came before this process
 * began to look belongs to the pool, where it is chosen like everything else.
 */
import { StreamGate, type StreamRules } from '../../core/query/stream.ts';
import type { Pool } from './pool.ts';

/** So many texts at once are no stream: the rest joins the pool unseen. */
const MOST_AT_ONCE = 5000;
/** Admitted records that nobody answers make way for newer ones. */
const MOST_WAITING = 50;

export interface Arrival {
  readonly row: number;
  /** How sure the model was of its guess when the record came. */
  readonly certainty: number;
  /** The certainty below which records were asked about then. */
  readonly below: number;
}

export class Arrivals {
  readonly #rules: StreamRules;
  readonly #gate: StreamGate;
  readonly #known: Set<number>;
  /** By the rank of the text; the row may change when the file is read again. */
  readonly #waiting = new Map<number, Arrival>();
  #seen: Pool;

  /** Whatever is in this pool is not new. */
  constructor(pool: Pool, rules: StreamRules) {
    this.#rules = rules;
    this.#gate = new StreamGate(rules);
    this.#known = new Set(pool.auditRanks);
    this.#seen = pool;
  }

  /** Whether it goes by these rules; for others a new one has to begin. */
  follows({ threshold, budget }: StreamRules): boolean {
    return this.#rules.threshold === threshold && this.#rules.budget === budget;
  }

  /**
   * Looks at what has come since the last time, in the order in which it came.
   *
   * @param auditThreshold records whose audit rank is below it are never asked about by a model
   * @param certaintiesOf how sure the model is of each of these rows
   */
  look(pool: Pool, auditThreshold: number, certaintiesOf: (rows: Int32Array) => Float64Array): void {
    if (pool === this.#seen) return;
    this.#seen = pool;
    const fresh: { rank: number; row: number }[] = [];
    pool.rows.forEach((row, at) => {
      const rank = pool.auditRanks[at]!;
      const waiting = this.#waiting.get(rank);
      if (waiting && waiting.row !== row) this.#waiting.set(rank, { ...waiting, row });
      if (this.#known.has(rank)) return;
      this.#known.add(rank);
      if (rank >= auditThreshold && fresh.length < MOST_AT_ONCE) fresh.push({ rank, row });
    });
    if (fresh.length === 0) return;
    const certainties = certaintiesOf(Int32Array.from(fresh, ({ row }) => row));
    fresh.forEach(({ rank, row }, at) => {
      const below = this.#gate.threshold;
      const certainty = certainties[at]!;
      if (this.#gate.admits(certainty)) this.#waiting.set(rank, { row, certainty, below });
    });
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= MOST_WAITING) break;
      this.#waiting.delete(oldest);
    }
  }

  /** The admitted records that may still be asked, the first to come first. */
  waiting(isOpen: (row: number) => boolean): Arrival[] {
    for (const [rank, { row }] of this.#waiting) if (!isOpen(row)) this.#waiting.delete(rank);
    return [...this.#waiting.values()];
  }
}
