/**
 * Stream-based selective sampling: whether to ask about a record the moment it arrives.
 *
 * Variable uncertainty (Žliobaitė, Bifet, Pfahringer & Holmes 2014, "Active Learning With Drifting Streaming Data",
 * algorithms 1 and 3): ask where the model is less sure than a threshold, which falls by a hundredth with every question
 * and rises by a hundredth with every record that is let pass. So it finds the height at which questions come as often as
 * the budget allows, and follows where the records or the model change. What was spent is forgotten slowly: a record
 * counts for the hundred that follow it.
 */
export interface StreamRules {
  /** Certainty, of 1, below which a new record is asked about; where the threshold begins. */
  readonly threshold: number;
  /** The share of the new records that may be asked about, of 1. */
  readonly budget: number;
}

/** Records for which a question counts (w of the paper), and the threshold's step (s). */
const WINDOW = 100;
const STEP = 0.01;

/** The state of one stream: the same certainties in the same order get the same decisions. */
export class StreamGate {
  readonly #budget: number;
  #threshold: number;
  /** About how many of the last hundred records were asked about. */
  #spent = 0;

  constructor({ threshold, budget }: StreamRules) {
    this.#threshold = threshold;
    this.#budget = budget;
  }

  /** The certainty below which the next record is asked about, budget allowing. */
  get threshold(): number {
    return this.#threshold;
  }

  /** Decides on the next record of the stream. @param certainty the probability of its likeliest class */
  admits(certainty: number): boolean {
    const isAffordable = this.#spent / WINDOW < this.#budget;
    const isAsked = isAffordable && certainty < this.#threshold;
    if (isAffordable) this.#threshold = Math.min(1, this.#threshold * (isAsked ? 1 - STEP : 1 + STEP));
    this.#spent = this.#spent * (1 - 1 / WINDOW) + (isAsked ? 1 : 0);
    return isAsked;
  }
}
