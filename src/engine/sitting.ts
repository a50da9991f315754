/** One sitting: how many records were answered since the queue was opened, and how fast. */
import type { Row } from '../core/records/record.ts';
import type { SittingProgress } from '../protocol/queue.ts';

/** A card left on screen over lunch took no hour: more than two minutes count as two. */
const MOST_MS = 120_000;
/** Fewer answers say nothing about speed. */
const ENOUGH_FOR_SPEED = 5;

export class Sitting {
  /** How long the card of each answered record was on screen, in milliseconds. */
  readonly #answered = new Map<Row, number>();

  /** A record was answered; answering it again adds to its time. */
  answered(row: Row, ms: number): void {
    this.#answered.set(row, (this.#answered.get(row) ?? 0) + Math.min(ms, MOST_MS));
  }

  /** Its answer was taken back. */
  takenBack(row: Row): void {
    this.#answered.delete(row);
  }

  /** @param goal answers this person means to give in a sitting; 0: none */
  progress(goal: number): SittingProgress {
    const answered = this.#answered.size;
    let ms = 0;
    for (const each of this.#answered.values()) ms += each;
    return {
      answered,
      ...(goal > 0 ? { goal } : {}),
      ...(answered >= ENOUGH_FOR_SPEED && ms > 0 ? { perMinute: (answered * 60_000) / ms } : {}),
    };
  }
}
