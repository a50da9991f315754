/** A replay in which records come one by one: each is asked about when it comes, or never. */
import { StreamGate, type StreamRules } from '../../core/query/stream.ts';
import type { Random } from '../../core/random.ts';
import { UserError } from '../../core/user-error.ts';

const USUAL: StreamRules = { threshold: 0.8, budget: 0.1 };

/**
 * The rules in `stream` or `stream 0.8 0.1` (threshold, budget); undefined for the name of anything else.
 *
 * @throws UserError `unknown-strategy` for rules that can't be
 */
export function streamRules(strategy: string): StreamRules | undefined {
  const [name, ...numbers] = strategy.trim().split(/\s+/);
  if (name !== 'stream') return undefined;
  if (numbers.length === 0) return USUAL;
  const [threshold, budget] = numbers.map(Number);
  const isShare = (value: number | undefined) => value !== undefined && value > 0 && value <= 1;
  if (numbers.length === 2 && isShare(threshold) && isShare(budget))
    return { threshold: threshold!, budget: budget! };
  throw new UserError(
    'unknown-strategy',
    `"${strategy}" is no stream`,
    'Give the certainty below which to ask, and the share of records that may be asked: "stream 0.8 0.1".',
  );
}

/** Records looked at between two questions to the model. */
const AT_ONCE = 50;

export class RecordStream {
  readonly #gate: StreamGate;
  #coming: Int32Array;

  /** @param records all that will come; their order is drawn */
  constructor(records: Int32Array, rules: StreamRules, random: Random) {
    this.#gate = new StreamGate(rules);
    this.#coming = random.shuffle(records.slice());
  }

  /**
   * The next records that are asked about; fewer than wanted when the stream ends.
   *
   * @param certaintiesOf how sure the model of the moment is of each of these records
   */
  next(size: number, certaintiesOf: (records: Int32Array) => Float64Array): Int32Array {
    const asked: number[] = [];
    while (asked.length < size && this.#coming.length > 0) {
      const certainties = certaintiesOf(this.#coming.subarray(0, AT_ONCE));
      let seen = 0;
      while (seen < certainties.length && asked.length < size) {
        if (this.#gate.admits(certainties[seen]!)) asked.push(this.#coming[seen]!);
        seen++;
      }
      this.#coming = this.#coming.subarray(seen);
    }
    return Int32Array.from(asked);
  }
}
