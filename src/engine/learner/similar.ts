/** The records most like one record: by the cosine of their tf-idf rows, so that copies and near-copies come first. */
import { setImmediate } from 'node:timers/promises';
import type { Pool } from './pool.ts';

/** More are nobody's idea of similar. */
const MOST = 1000;
/** Below this cosine two records have little more than a topic in common. */
const LEAST_COSINE = 0.4;
const ROWS_A_BLOCK = 8192;

/** @returns rows, the likest first, itself among them; only itself where it holds no word */
export async function similarTo(pool: Pool, row: number): Promise<Int32Array> {
  const own = pool.tfidf([row]);
  const weight = new Float64Array(pool.featureCount);
  own.columns.forEach((column, at) => {
    weight[column] = own.values[at]!;
  });
  const found: { row: number; cosine: number }[] = [];
  for (let from = 0; from < pool.rows.length; from += ROWS_A_BLOCK) {
    const block = pool.rows.subarray(from, from + ROWS_A_BLOCK);
    const { rowStarts, columns, values } = pool.tfidf(block);
    for (let place = 0; place < block.length; place++) {
      let cosine = 0;
      for (let at = rowStarts[place]!; at < rowStarts[place + 1]!; at++)
        cosine += values[at]! * weight[columns[at]!]!;
      if (cosine >= LEAST_COSINE && block[place] !== row) found.push({ row: block[place]!, cosine });
    }
    await setImmediate();
  }
  found.sort((a, b) => b.cosine - a.cosine || a.row - b.row);
  return Int32Array.of(row, ...found.slice(0, MOST - 1).map((each) => each.row));
}
