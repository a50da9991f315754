import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BLOCK_RECORDS,
  PostingBuilder,
  PostingRows,
  rowsByOnePass,
} from '../../../src/core/features/postings.ts';
import { KernelMemory } from '../../../src/core/kernels/kernel.ts';
import { Random } from '../../../src/core/random.ts';

/** One full block and a short one; some records are empty, some hold a feature more often than a posting says. */
const RECORDS = BLOCK_RECORDS + 37;
const FEATURES = 900;
/** Numbers of features with gaps of more than a step may say, and the last one in nearly every record. */
const spread = (feature: number) =>
  feature + (feature > 100 ? 254 : 0) + (feature > 200 ? 510 : 0) + (feature > 300 ? 70_000 : 0);
const EVERYWHERE = spread(FEATURES);
const random = new Random(5);
const records = Array.from({ length: RECORDS }, (_, at) => {
  const row = new Map<number, number>();
  for (let word = 0; word < (at % 100 === 99 ? 0 : 20); word++) {
    row.set(spread(Math.floor(FEATURES * random.uniform() ** 2)), 1 + random.below(at % 7 === 0 ? 40 : 3));
  }
  if (row.size > 0) row.set(EVERYWHERE, 1);
  return [...row].sort(([a], [b]) => a - b);
});
const rowStarts = new Uint32Array(RECORDS + 1);
records.forEach((row, at) => {
  rowStarts[at + 1] = rowStarts[at]! + row.length;
});
const memory = new KernelMemory();
const blocks = new PostingBuilder(memory).build(
  {
    firstRow: 1,
    rowCount: RECORDS,
    rowStarts,
    features: records.flat().map(([feature]) => feature),
    counts: records.flat().map(([, count]) => count),
  },
  EVERYWHERE + 1,
);
const rows = new PostingRows(memory);

for (const [how, rowsOf] of Object.entries({
  'by the kernel, one after the other': (block: (typeof blocks)[number], wanted: number[]) =>
    wanted.flatMap((record) => rows.of(block, [record])),
  'in one pass for all': (block: (typeof blocks)[number], wanted: number[]) =>
    rowsByOnePass(memory, block, wanted),
  'as many as are asked for': (block: (typeof blocks)[number], wanted: number[]) => rows.of(block, wanted),
})) {
  test(`a block gives back every record as it came: ${how}`, () => {
    for (const block of blocks) {
      const all = Array.from({ length: block.rowCount }, (_, record) => record);
      rowsOf(block, all).forEach((row, record) => {
        const came = records[block.firstRow - 1 + record]!;
        assert.deepEqual(
          Array.from(row.features, (feature, at) => [feature, row.counts[at]]),
          came,
        );
      });
    }
  });
}
