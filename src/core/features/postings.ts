/**
 * Term counts by feature, a few thousand records a block: the layout that scores a whole pool fast.
 *
 *     block    = steps (u8) | sizes (u8) | postings (u16), run after run
 *     run      = up to 255 postings of one feature, which is so many steps above that of the run before
 *     posting  = which record of the block (12 bits) | how often it holds the feature (4 bits; 0: see `frequent`)
 *
 * A feature of more postings has more runs, with no step between them, and more than 255 steps are made by runs without
 * postings. Most features of a block are rare: a number and a count in full would take two thirds as much as all postings.
 *
 * Less than two and a half bytes a term and record, in memory that kernels work on (kernels/scores.ts). Rows are got back
 * by looking through their block (kernels/postings.ts), so whoever asks for the same ones again and again keeps them.
 */
import { type KernelMemory, loadKernel } from '../kernels/kernel.ts';
import postingsKernel from '../kernels/postings.wasm.ts';
import { Room } from '../kernels/room.ts';

/** Records a block. */
export const BLOCK_RECORDS = 4096;
const RECORD_BITS = 12;
/** Steps and postings of a run. */
const MOST_A_RUN = 255;
/** Higher counts are listed. */
export const MOST_COUNTED = 15;

/** 1 + ln(count): the tenth occurrence adds less than the first. */
export function sublinear(count: number): number {
  return 1 + Math.log(count);
}

/** What a posting's count weighs, before idf; 0 for the frequent ones, which are listed. */
export const FACTORS = Float64Array.from({ length: MOST_COUNTED + 1 }, (_, count) =>
  count === 0 ? 0 : sublinear(count),
);

/** Raw counts of consecutive rows, record-major. */
export interface CountedRows {
  readonly firstRow: number;
  readonly rowCount: number;
  /** rowCount + 1 positions. */
  readonly rowStarts: ArrayLike<number>;
  /** No repeats within a row. */
  readonly features: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

/** What a block takes. */
export interface BlockSizes {
  readonly firstRow: number;
  readonly rowCount: number;
  readonly runCount: number;
  readonly postingCount: number;
  readonly frequentCount: number;
}

export interface PostingBlock extends Omit<BlockSizes, 'frequentCount'> {
  /** Addresses. */
  readonly steps: number;
  readonly sizes: number;
  readonly postings: number;
  /** Feature, record of the block and count, for each count above 15. */
  readonly frequent: Uint32Array;
}

/** Views of a block's memory. */
export interface PostingViews {
  readonly steps: Uint8Array;
  readonly sizes: Uint8Array;
  readonly postings: Uint16Array;
}

/** Where all of a block lies but the frequent ones: in one piece. */
export function bytesOf(
  memory: KernelMemory,
  { steps, runCount, postingCount }: Pick<PostingBlock, 'steps' | 'runCount' | 'postingCount'>,
): Uint8Array<ArrayBuffer> {
  return memory.bytes(steps, 2 * runCount + 2 * postingCount);
}

/** Makes room for a block, to be filled. */
export function roomFor(memory: KernelMemory, own: Omit<BlockSizes, 'frequentCount'>) {
  const { firstRow, rowCount, runCount, postingCount } = own;
  const steps = memory.allocate(2 * runCount + 2 * postingCount);
  const sizes = steps + runCount;
  const postings = sizes + runCount;
  return { firstRow, rowCount, runCount, postingCount, steps, sizes, postings };
}

export function viewsOf(memory: KernelMemory, block: PostingBlock): PostingViews {
  return {
    steps: memory.bytes(block.steps, block.runCount),
    sizes: memory.bytes(block.sizes, block.runCount),
    postings: memory.u16(block.postings, block.postingCount),
  };
}

/** The record of the block that a posting is of. */
export function recordOf(posting: number): number {
  return posting & (BLOCK_RECORDS - 1);
}

/** Lays rows out by feature: blocks of at most 4,096 records. */
export class PostingBuilder {
  readonly #memory: KernelMemory;
  /** By feature: postings in the block at hand, then where the next goes. */
  #next = new Uint32Array(0);

  constructor(memory: KernelMemory) {
    this.#memory = memory;
  }

  /** @param featureCount features are below it */
  build(rows: CountedRows, featureCount: number): PostingBlock[] {
    const blocks: PostingBlock[] = [];
    for (let from = 0; from < rows.rowCount; from += BLOCK_RECORDS) {
      blocks.push(this.#block(rows, from, Math.min(rows.rowCount, from + BLOCK_RECORDS), featureCount));
    }
    return blocks;
  }

  #block(rows: CountedRows, from: number, to: number, featureCount: number): PostingBlock {
    if (this.#next.length < featureCount) this.#next = new Uint32Array(featureCount);
    const { rowStarts, features, counts } = rows;
    const next = this.#next;
    const [start, end] = [rowStarts[from]!, rowStarts[to]!];
    let used = 0;
    for (let at = start; at < end; at++) if (next[features[at]!]!++ === 0) used++;

    const postingCount = end - start;
    const block = roomFor(this.#memory, {
      firstRow: rows.firstRow + from,
      rowCount: to - from,
      runCount: runsOf(next, used),
      postingCount,
    });
    const views = viewsOf(this.#memory, { ...block, frequent: NONE });
    let [run, before, filled] = [0, 0, 0];
    for (let feature = 0; filled < postingCount; feature++) {
      let own = next[feature]!;
      if (own === 0) continue;
      next[feature] = filled;
      filled += own;
      let step = feature - before;
      for (; step > MOST_A_RUN; step -= MOST_A_RUN) views.steps[run++] = MOST_A_RUN;
      for (; own > 0; own -= MOST_A_RUN) {
        views.steps[run] = step;
        views.sizes[run++] = Math.min(own, MOST_A_RUN);
        step = 0;
      }
      before = feature;
    }
    const frequent: number[] = [];
    for (let row = from; row < to; row++) {
      for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at++) {
        const count = counts[at]!;
        const isListed = count > MOST_COUNTED;
        if (isListed) frequent.push(features[at]!, row - from, count);
        views.postings[next[features[at]!]!++] = (row - from) | ((isListed ? 0 : count) << RECORD_BITS);
      }
    }
    next.fill(0, 0, featureCount);
    return { ...block, frequent: Uint32Array.from(frequent) };
  }
}

const NONE = new Uint32Array(0);

/** How many runs a block has. @param counts postings by feature, `used` of which have any */
function runsOf(counts: Uint32Array, used: number): number {
  let runs = 0;
  let before = 0;
  for (let feature = 0; used > 0; feature++) {
    if (counts[feature] === 0) continue;
    // A first feature of number 0 is no step away, and has its runs all the same.
    runs += Math.max(0, Math.ceil((feature - before) / MOST_A_RUN) - 1);
    runs += Math.ceil(counts[feature]! / MOST_A_RUN);
    before = feature;
    used--;
  }
  return runs;
}

/** A row got back: features ascending, and how often each occurs. */
export interface CountedRow {
  readonly features: Int32Array;
  readonly counts: Uint16Array;
}

/** Rows of blocks, got back by looking through their block. */
export class PostingRows {
  readonly #memory: KernelMemory;
  readonly #room: Room;
  readonly #kernel: { rowOf: RowOf };

  /** @param memory the one that the blocks lie in */
  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.#room = new Room(memory);
    this.#kernel = loadKernel<{ rowOf: RowOf }>(postingsKernel, memory.memory);
  }

  /** @param records positions in the block, without repeats */
  of(block: PostingBlock, records: ArrayLike<number>): CountedRow[] {
    if (records.length > FEW_RECORDS) return rowsByOnePass(this.#memory, block, records);
    const address = this.#room.of('found', 8 * block.runCount);
    return Array.from(records, (record) => {
      const { steps, sizes, postings, postingCount } = block;
      const length = this.#kernel.rowOf(steps, sizes, postings, postingCount, record, address);
      const pairs = this.#memory.u32(address, 2 * length);
      const row = { features: new Int32Array(length), counts: new Uint16Array(length) };
      for (let pair = 0; pair < length; pair++) {
        row.features[pair] = pairs[2 * pair]!;
        row.counts[pair] = pairs[2 * pair + 1]!;
      }
      countFrequent(block, (listed) => (listed === record ? row : undefined));
      return row;
    });
  }
}

/** For more records than these one look at each posting costs less than one at eight for each record. */
const FEW_RECORDS = 8;

type RowOf = (
  steps: number,
  sizes: number,
  postings: number,
  postingCount: number,
  record: number,
  found: number,
) => number;

/** The same in one pass for all of them: for many records, and the plain twin of the kernel. */
export function rowsByOnePass(
  memory: KernelMemory,
  block: PostingBlock,
  records: ArrayLike<number>,
): CountedRow[] {
  const { steps, sizes, postings } = viewsOf(memory, block);
  const slotOf = new Int16Array(BLOCK_RECORDS).fill(-1);
  for (let slot = 0; slot < records.length; slot++) slotOf[records[slot]!] = slot;
  // Feature and count of each, in the order of the features.
  const found = Array.from(records, (): number[] => []);
  let at = 0;
  let feature = 0;
  for (let run = 0; run < steps.length; run++) {
    feature += steps[run]!;
    for (const end = at + sizes[run]!; at < end; at++) {
      const slot = slotOf[postings[at]! & (BLOCK_RECORDS - 1)]!;
      if (slot >= 0) found[slot]!.push(feature, postings[at]! >>> RECORD_BITS);
    }
  }
  const rows = found.map((pairs) => {
    const row = { features: new Int32Array(pairs.length / 2), counts: new Uint16Array(pairs.length / 2) };
    for (let pair = 0; pair < pairs.length; pair += 2) {
      row.features[pair / 2] = pairs[pair]!;
      row.counts[pair / 2] = pairs[pair + 1]!;
    }
    return row;
  });
  countFrequent(block, (record) => rows[slotOf[record]!]);
  return rows;
}

/** Sets the counts that are too high for a posting. */
function countFrequent({ frequent }: PostingBlock, rowOf: (record: number) => CountedRow | undefined): void {
  for (let listed = 0; listed < frequent.length; listed += 3) {
    const row = rowOf(frequent[listed + 1]!);
    if (row) row.counts[row.features.indexOf(frequent[listed]!)] = frequent[listed + 2]!;
  }
}
