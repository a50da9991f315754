/** How the term counts of consecutive rows are laid out in one BLOB of the index. */

import { type KernelMemory, loadKernel } from '../core/kernels/kernel.ts';
import recordsKernel from '../core/kernels/records.wasm.ts';

/** At most this many rows a block: small enough to hold twice, large enough that blocks are few. */
export const MAX_BLOCK_ROWS = 4096;

/** Raw counts, record-major (CSR): row `firstRow + i` has the terms at `rowStarts[i]` to `rowStarts[i + 1] - 1`. */
export interface TermBlock {
  readonly firstRow: number;
  readonly rowCount: number;
  /** rowCount + 1 positions. */
  readonly rowStarts: Uint32Array;
  /** In the order in which the record first uses them, no repeats within a row. */
  readonly termIds: Uint32Array;
  /** How often, capped at 65,535. */
  readonly counts: Uint16Array;
}

/**
 * Collects rows until they are written.
 *
 *     data = number of all terms (u32) | row | row | …
 *     row  = number of its terms | term | term | …
 *     term = id × 2 + (1 when the count follows, 0 when it is one) | count
 *
 * All but the first are variable-length integers (LEB128). Frequent terms have small ids, being met first, and most
 * counts are one: two bytes a term is usual, a third of plain arrays.
 */
export class BlockBuilder {
  readonly #memory: KernelMemory;
  readonly #kernel: RecordsKernel;
  #firstRow = 0;
  #rowCount = 0;
  #termCount = 0;
  readonly #auditRanks = new Uint32Array(MAX_BLOCK_ROWS);
  /** Where `data` is being written, in the memory, and how much of it. */
  #dataAt: number;
  #capacity = 1 << 18;
  #length = 4;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.#kernel = loadKernel<RecordsKernel>(recordsKernel, memory.memory);
    this.#dataAt = memory.allocate(this.#capacity);
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  get isFull(): boolean {
    return this.#rowCount === MAX_BLOCK_ROWS;
  }

  /** Adds the next row with these terms; the first row of a block sets its number, the others follow it. */
  add(row: number, auditRank: number, { idsAt, countsAt, termCount }: CountedTerms): void {
    if (this.#rowCount === 0) this.#firstRow = row;
    this.#auditRanks[this.#rowCount++] = auditRank;
    this.#reserve((termCount + 1) * (LONGEST_ID + LONGEST_COUNT));
    const end = this.#kernel.writeRow(idsAt, countsAt, termCount, this.#dataAt + this.#length) >>> 0;
    this.#length = end - this.#dataAt;
    this.#termCount += termCount;
  }

  /** The columns of the `blocks` table for what was added, good until more is added to the builder, now empty. */
  take(): { firstRow: number; rowCount: number; auditRanks: Uint8Array; data: Uint8Array } {
    const firstRow = this.#firstRow;
    const rowCount = this.#rowCount;
    // Every platform that VS Code runs on is little-endian, so memory order is file order.
    this.#memory.u32(this.#dataAt, 1)[0] = this.#termCount;
    const data = this.#memory.bytes(this.#dataAt, this.#length);
    const auditRanks = new Uint8Array(this.#auditRanks.buffer, 0, 4 * rowCount);
    this.clear();
    return { firstRow, rowCount, auditRanks, data };
  }

  clear(): void {
    this.#rowCount = 0;
    this.#termCount = 0;
    this.#length = 4;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#capacity) return;
    this.#capacity = Math.max(2 * this.#capacity, needed);
    const memory = this.#memory;
    const dataAt = memory.allocate(this.#capacity);
    memory.bytes(dataAt, this.#length).set(memory.bytes(this.#dataAt, this.#length));
    this.#dataAt = dataAt;
  }
}

/** The terms of a record, in the builder's memory. */
export interface CountedTerms {
  readonly idsAt: number;
  readonly countsAt: number;
  readonly termCount: number;
}

/** What of kernels/records.ts is used here. */
interface RecordsKernel {
  writeRow(ids: number, counts: number, termCount: number, target: number): number;
}

/** Where blocks are decoded, one after the other. */
export class BlockRoom {
  readonly rowStarts = new Uint32Array(MAX_BLOCK_ROWS + 1);
  termIds = new Uint32Array(0);
  counts = new Uint16Array(0);

  reserve(terms: number): void {
    if (terms <= this.termIds.length) return;
    this.termIds = new Uint32Array(2 * terms);
    this.counts = new Uint16Array(2 * terms);
  }
}

/**
 * Reads a block back; undefined when the bytes can't be one (a damaged index).
 *
 * @param room what the block lies in, until the next one does
 */
export function decodeBlock(
  firstRow: number,
  rowCount: number,
  data: Uint8Array,
  room: BlockRoom,
): TermBlock | undefined {
  if (rowCount < 0 || rowCount > MAX_BLOCK_ROWS || data.length < 4) return undefined;
  const total = new DataView(data.buffer, data.byteOffset, 4).getUint32(0, true);
  // A term takes a byte at least.
  if (total > data.length) return undefined;
  room.reserve(total);
  const { rowStarts, termIds, counts } = room;
  let at = 4;
  let filled = 0;
  // Reading past the end gives zeros, and `at` tells in the end. The loops are written out because a million records
  // have sixty million terms.
  for (let row = 0; row < rowCount; row++) {
    let byte = data[at++] ?? 0;
    let termCount = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      byte = data[at++] ?? 0;
      termCount |= (byte & 0x7f) << shift;
    }
    if (termCount < 0 || filled + termCount > total) return undefined;
    for (const end = filled + termCount; filled < end; filled++) {
      byte = data[at++] ?? 0;
      let term = byte & 0x7f;
      for (let shift = 7; byte > 0x7f; shift += 7) {
        byte = data[at++] ?? 0;
        term |= (byte & 0x7f) << shift;
      }
      let count = 1;
      if (term & 1) {
        byte = data[at++] ?? 0;
        count = byte & 0x7f;
        for (let shift = 7; byte > 0x7f; shift += 7) {
          byte = data[at++] ?? 0;
          count |= (byte & 0x7f) << shift;
        }
      }
      termIds[filled] = term >>> 1;
      counts[filled] = count;
    }
    rowStarts[row + 1] = filled;
  }
  return filled === total && at === data.length
    ? {
        firstRow,
        rowCount,
        rowStarts: rowStarts.subarray(0, rowCount + 1),
        termIds: termIds.subarray(0, total),
        counts: counts.subarray(0, total),
      }
    : undefined;
}

/** The audit ranks of a block; undefined when the bytes can't be that. */
export function decodeAuditRanks(rowCount: number, data: Uint8Array): Uint32Array | undefined {
  return data.length === 4 * rowCount ? new Uint32Array(data.slice().buffer) : undefined;
}

/** Bytes of a 32-bit and of a 16-bit integer. */
const LONGEST_ID = 5;
const LONGEST_COUNT = 3;
