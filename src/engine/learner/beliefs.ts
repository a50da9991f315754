/** What the latest model believes of any rows: its guesses, and how far it goes along with labels that were given. */
import { setImmediate } from 'node:timers/promises';

/** Rows looked at between two looks at the message queue. */
const ROWS_A_BLOCK = 2048;

/** Rows to their probabilities, rows × classes. */
export type Scorer = (rows: Int32Array) => Float64Array;

/** The likeliest class of each row, with its probability. */
export async function guessesOf(
  scorer: Scorer,
  classCount: number,
  rows: Int32Array,
): Promise<{ classes: Int32Array; p: Float32Array }> {
  const classes = new Int32Array(rows.length);
  const p = new Float32Array(rows.length);
  await inBlocks(scorer, rows, (probabilities, from, count) => {
    for (let at = 0; at < count; at++) {
      const own = probabilities.subarray(at * classCount, (at + 1) * classCount);
      let best = 0;
      for (let k = 1; k < classCount; k++) if (own[k]! > own[best]!) best = k;
      classes[from + at] = best;
      p[from + at] = own[best]!;
    }
  });
  return { classes, p };
}

/** The probability of the class given to each row. */
export async function beliefsIn(
  scorer: Scorer,
  classCount: number,
  rows: Int32Array,
  classes: Int32Array,
): Promise<Float32Array> {
  const p = new Float32Array(rows.length);
  await inBlocks(scorer, rows, (probabilities, from, count) => {
    for (let at = 0; at < count; at++) p[from + at] = probabilities[at * classCount + classes[from + at]!]!;
  });
  return p;
}

async function inBlocks(
  scorer: Scorer,
  rows: Int32Array,
  take: (probabilities: Float64Array, from: number, count: number) => void,
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_A_BLOCK) {
    const block = rows.subarray(from, from + ROWS_A_BLOCK);
    take(scorer(block), from, block.length);
    await setImmediate();
  }
}
