/** The blocks of an index in memory, which grow as it does, and the rows of them that are asked for again and again. */
import {
  type BlockSizes,
  bytesOf,
  type CountedRow,
  type PostingBlock,
  PostingBuilder,
  PostingRows,
  type PostingViews,
  recordOf,
  roomFor,
  viewsOf,
} from '../../core/features/postings.ts';
import { KernelMemory } from '../../core/kernels/kernel.ts';
import { BlockRoom, type TermBlock } from '../../store/store.ts';

/** Rows kept once asked for: the answered ones and those they are measured on, some 500 bytes each. */
const MOST_KEPT = 20_000;
/** Asked for so many at once, rows are looked at and not kept. */
const MOST_KEPT_AT_ONCE = 6000;
const NO_ROW: CountedRow = { features: new Int32Array(0), counts: new Uint16Array(0) };

export class PoolBlocks {
  readonly memory = new KernelMemory();
  readonly #builder = new PostingBuilder(this.memory);
  readonly #rows = new PostingRows(this.memory);
  readonly #kept = new Map<number, CountedRow>();
  readonly #signatures = new Map<PostingBlock, Float64Array>();
  #blocks: readonly PostingBlock[] = [];
  #lastFirstRow = -1;

  get blocks(): readonly PostingBlock[] {
    return this.#blocks;
  }

  /** Where the newest block of the index begins of those that are here. */
  get lastFirstRow(): number {
    return this.#lastFirstRow;
  }

  /**
   * Up to the first block that has a term beyond `termCount`: it was committed after the terms were read, and comes with
   * the next reading.
   *
   * @param featureOf the feature of each term, where several terms may share one
   */
  add(
    blocks: Iterable<TermBlock>,
    termCount: number,
    featureCount = termCount,
    featureOf?: Int32Array,
  ): void {
    const added: PostingBlock[] = [];
    const room = new BlockRoom();
    for (const block of blocks) {
      if (highest(block.termIds) >= termCount) break;
      this.#lastFirstRow = block.firstRow;
      const rows = featureOf ? merged(block, featureOf, room) : { ...block, features: block.termIds };
      added.push(...this.#builder.build(rows, featureCount));
    }
    this.#blocks = [...this.#blocks, ...added];
  }

  /** Blocks as they were kept, in place of reading the first ones of the index. @returns whether all could be filled */
  restore(sizes: readonly BlockSizes[], fill: (bytes: Uint8Array) => boolean): boolean {
    for (const own of sizes) {
      const frequent = new Uint32Array(own.frequentCount);
      const block = { ...roomFor(this.memory, own), frequent };
      const signatures = new Float64Array(own.rowCount);
      const parts = [bytesOf(this.memory, block), ...[frequent, signatures].map(bytesUnder)];
      if (!parts.every(fill)) return false;
      this.#signatures.set(block, signatures);
      this.#blocks = [...this.#blocks, block];
      this.#lastFirstRow = block.firstRow;
    }
    return true;
  }

  /** What `restore` is to fill a block with. */
  bytesOf(block: PostingBlock): Uint8Array[] {
    return [bytesOf(this.memory, block), ...[block.frequent, this.#signaturesOf(block)].map(bytesUnder)];
  }

  views(block: PostingBlock): PostingViews {
    return viewsOf(this.memory, block);
  }

  row(row: number): CountedRow {
    return this.rows([row])[0]!;
  }

  /** In the order asked for; a row that no block has is empty. */
  rows(rows: ArrayLike<number>): CountedRow[] {
    const missing = new Map<PostingBlock, Set<number>>();
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at]!;
      const block = this.#kept.has(row) ? undefined : this.blockOf(row);
      if (!block) continue;
      const records = missing.get(block) ?? new Set();
      missing.set(block, records.add(row - block.firstRow));
    }
    const found = new Map<number, CountedRow>();
    for (const [block, records] of missing) {
      const list = [...records];
      this.#rows.of(block, list).forEach((row, at) => {
        found.set(block.firstRow + list[at]!, row);
      });
    }
    const result = Array.from(rows, (row) => this.#kept.get(row) ?? found.get(row) ?? NO_ROW);
    if (found.size <= MOST_KEPT_AT_ONCE) {
      if (this.#kept.size + found.size > MOST_KEPT) this.#kept.clear();
      for (const [row, counted] of found) this.#kept.set(row, counted);
    }
    return result;
  }

  /** How many live records hold each feature. @param live rows, ascending */
  frequencies(live: Uint32Array, featureCount: number): Int32Array {
    const frequencies = new Int32Array(featureCount);
    let first = 0;
    for (const block of this.#blocks) {
      while (first < live.length && live[first]! < block.firstRow) first++;
      let end = first;
      while (end < live.length && live[end]! < block.firstRow + block.rowCount) end++;
      const { steps, sizes, postings } = this.views(block);
      let feature = 0;
      if (end - first === block.rowCount) {
        for (let run = 0; run < steps.length; run++) {
          feature += steps[run]!;
          frequencies[feature]! += sizes[run]!;
        }
      } else if (end > first) {
        const isLive = new Uint8Array(block.rowCount);
        for (let at = first; at < end; at++) isLive[live[at]! - block.firstRow] = 1;
        let at = 0;
        for (let run = 0; run < steps.length; run++) {
          feature += steps[run]!;
          for (const after = at + sizes[run]!; at < after; at++) {
            frequencies[feature]! += isLive[recordOf(postings[at]!)]!;
          }
        }
      }
      first = end;
    }
    return frequencies;
  }

  /** How many of the wanted features each record of a block holds. */
  holding(block: PostingBlock, wanted: ReadonlySet<number>): Uint8Array {
    const held = new Uint8Array(block.rowCount);
    const { steps, sizes, postings } = this.views(block);
    let at = 0;
    let feature = 0;
    for (let run = 0; run < steps.length; run++) {
      feature += steps[run]!;
      const end = at + sizes[run]!;
      if (wanted.has(feature)) for (; at < end; at++) held[recordOf(postings[at]!)]!++;
      at = end;
    }
    return held;
  }

  /** 53 bits that say which features a row holds; 0 for one that holds none, or is in no block. */
  signatureOf(row: number): number {
    const block = this.blockOf(row);
    return block ? this.#signaturesOf(block)[row - block.firstRow]! : 0;
  }

  #signaturesOf(block: PostingBlock): Float64Array {
    const known = this.#signatures.get(block);
    if (known) return known;
    const sums = new Uint32Array(block.rowCount);
    const xors = new Int32Array(block.rowCount);
    const { steps, sizes, postings } = this.views(block);
    let at = 0;
    let feature = 0;
    for (let run = 0; run < steps.length; run++) {
      feature += steps[run]!;
      const mixed = mix(feature);
      const mixedAgain = mix(mixed ^ 0x5bd1e995);
      for (const end = at + sizes[run]!; at < end; at++) {
        const record = recordOf(postings[at]!);
        sums[record]! += mixed | 1;
        xors[record]! ^= mixedAgain;
      }
    }
    const signatures = Float64Array.from(sums, (sum, record) => sum * 0x200000 + (xors[record]! >>> 11));
    this.#signatures.set(block, signatures);
    return signatures;
  }

  /** The block that a row is in. */
  blockOf(row: number): PostingBlock | undefined {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#blocks[middle]!.firstRow <= row) low = middle;
      else high = middle - 1;
    }
    const block = this.#blocks[low];
    return block && row >= block.firstRow && row < block.firstRow + block.rowCount ? block : undefined;
  }
}

function bytesUnder({ buffer, byteOffset, byteLength }: Uint32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function highest(ids: Uint32Array): number {
  let most = -1;
  for (let at = 0; at < ids.length; at++) if (ids[at]! > most) most = ids[at]!;
  return most;
}

/** A block whose terms of one feature are counted together. @param room what comes out lies in, until the next does */
function merged(
  { firstRow, rowCount, rowStarts, termIds, counts }: TermBlock,
  featureOf: Int32Array,
  room: BlockRoom,
) {
  room.reserve(termIds.length);
  const { rowStarts: starts, termIds: features, counts: sums } = room;
  const placeOf = new Map<number, number>();
  let filled = 0;
  for (let row = 0; row < rowCount; row++) {
    placeOf.clear();
    for (let at = rowStarts[row]!; at < rowStarts[row + 1]!; at++) {
      const feature = featureOf[termIds[at]!]!;
      const place = placeOf.get(feature);
      if (place === undefined) {
        placeOf.set(feature, filled);
        features[filled] = feature;
        sums[filled++] = counts[at]!;
      } else {
        sums[place] = Math.min(0xffff, sums[place]! + counts[at]!);
      }
    }
    starts[row + 1] = filled;
  }
  return { firstRow, rowCount, rowStarts: starts, features, counts: sums };
}

/** The finalizer of MurmurHash3 (Appleby 2011): every bit of the input changes half of the output. */
function mix(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
