/** Makes texts to ask about of the sentences of answered records, and has the model judge them. */
import type { CsrMatrix } from '../../core/features/csr.ts';
import { leastSure, oppositePairs, recombined } from '../../core/query/synthesis.ts';
import type { SyntheticText } from '../../protocol/learner.ts';
import type { AnsweredRows } from '../tally.ts';
import type { Pool } from './pool.ts';

/** The latest answers, among which pairs are looked for: every two are compared. */
const MOST_ANSWERS = 300;
/** Pairs tried for each text wanted. */
const PAIRS_PER_TEXT = 3;

export interface SynthesizerOptions {
  readonly pool: Pool;
  readonly answers: AnsweredRows;
  readonly classCount: number;
  /** How many texts are wanted at most. */
  readonly count: number;
  /** A record's text; undefined where it can't be read or must lend no sentences. */
  readText(row: number): Promise<string | undefined>;
  /** What the model believes of texts: texts × classes. */
  believed(texts: readonly string[]): Float64Array;
}

/** Texts between two labels, those that the model is least sure of first. */
export async function synthesized(options: SynthesizerOptions): Promise<SyntheticText[]> {
  const { pool, count, classCount } = options;
  const rows = options.answers.rows.slice(-MOST_ANSWERS);
  const classes = options.answers.classes.slice(-MOST_ANSWERS);
  const pairs = oppositePairs(classes, cosines(pool.tfidf(rows)), PAIRS_PER_TEXT * count);
  const texts: string[] = [];
  const pairOf: number[] = [];
  for (const [pair, { a, b }] of pairs.entries()) {
    const [textA, textB] = [await options.readText(rows[a]!), await options.readText(rows[b]!)];
    if (textA === undefined || textB === undefined) continue;
    for (const text of recombined(textA, textB)) {
      texts.push(text);
      pairOf.push(pair);
    }
  }
  if (texts.length === 0) return [];
  const chosen = leastSure(Int32Array.from(pairOf), options.believed(texts), classCount, count);
  return Array.from(chosen, (at) => {
    const { a, b } = pairs[pairOf[at]!]!;
    return { text: texts[at]!, rows: [rows[a]!, rows[b]!] };
  });
}

/** The cosine of two rows of length 1; cheapest when the first stays the same from call to call. */
function cosines({ columnCount, rowStarts, columns, values }: CsrMatrix): (a: number, b: number) => number {
  const spread = new Float64Array(columnCount);
  let spreadRow = -1;
  const put = (row: number, scale: number) => {
    for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at++) spread[columns[at]!] = scale * values[at]!;
  };
  return (a, b) => {
    if (a !== spreadRow) {
      if (spreadRow >= 0) put(spreadRow, 0);
      put(a, 1);
      spreadRow = a;
    }
    let sum = 0;
    for (let at = rowStarts[b]!; at < rowStarts[b + 1]!; at++) sum += spread[columns[at]!]! * values[at]!;
    return sum;
  };
}
