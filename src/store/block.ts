/** How the term counts of consecutive rows are laid out in one BLOB of the index. */

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
 *     data = rowStarts u32[rowCount + 1] | termIds u32[nnz] | counts u16[nnz]      all little-endian
 */
export class BlockBuilder {
  #firstRow = 0;
  #rowCount = 0;
  #termCount = 0;
  readonly #rowStarts = new Uint32Array(MAX_BLOCK_ROWS + 1);
  readonly #auditRanks = new Uint32Array(MAX_BLOCK_ROWS);
  #termIds = new Uint32Array(1 << 18);
  #counts = new Uint16Array(1 << 18);

  get rowCount(): number {
    return this.#rowCount;
  }

  get isFull(): boolean {
    return this.#rowCount === MAX_BLOCK_ROWS;
  }

  /** Adds the next row; the first row of a block sets its number, the others follow it. */
  add(row: number, auditRank: number, termIds: Uint32Array, counts: Uint16Array, termCount: number): void {
    if (this.#rowCount === 0) this.#firstRow = row;
    this.#reserve(termCount);
    for (let i = 0; i < termCount; i++) {
      this.#termIds[this.#termCount + i] = termIds[i]!;
      this.#counts[this.#termCount + i] = counts[i]!;
    }
    this.#termCount += termCount;
    this.#auditRanks[this.#rowCount] = auditRank;
    this.#rowCount++;
    this.#rowStarts[this.#rowCount] = this.#termCount;
  }

  /** The columns of the `blocks` table for what was added, and an empty builder after it. */
  take(): { firstRow: number; rowCount: number; auditRanks: Uint8Array; data: Uint8Array } {
    const rowCount = this.#rowCount;
    const data = new Uint8Array(4 * (rowCount + 1) + 6 * this.#termCount);
    data.set(bytesOf(this.#rowStarts.subarray(0, rowCount + 1)), 0);
    data.set(bytesOf(this.#termIds.subarray(0, this.#termCount)), 4 * (rowCount + 1));
    data.set(bytesOf(this.#counts.subarray(0, this.#termCount)), 4 * (rowCount + 1 + this.#termCount));
    const auditRanks = bytesOf(this.#auditRanks.slice(0, rowCount));
    this.clear();
    return { firstRow: this.#firstRow, rowCount, auditRanks, data };
  }

  clear(): void {
    this.#rowCount = 0;
    this.#termCount = 0;
  }

  #reserve(more: number): void {
    let capacity = this.#termIds.length;
    if (this.#termCount + more <= capacity) return;
    while (this.#termCount + more > capacity) capacity *= 2;
    const termIds = new Uint32Array(capacity);
    const counts = new Uint16Array(capacity);
    termIds.set(this.#termIds);
    counts.set(this.#counts);
    this.#termIds = termIds;
    this.#counts = counts;
  }
}

/** Reads a block back; undefined when the bytes can't be one (a damaged index). */
export function decodeBlock(firstRow: number, rowCount: number, data: Uint8Array): TermBlock | undefined {
  // Copied, because a BLOB may begin at any address and typed arrays want an aligned one.
  const bytes = data.slice();
  const startsLength = 4 * (rowCount + 1);
  if (rowCount < 0 || rowCount > MAX_BLOCK_ROWS || bytes.length < startsLength) return undefined;
  const rowStarts = new Uint32Array(bytes.buffer, 0, rowCount + 1);
  const termCount = rowStarts[rowCount]!;
  if (rowStarts[0] !== 0 || bytes.length !== startsLength + 6 * termCount) return undefined;
  for (let i = 0; i < rowCount; i++) if (rowStarts[i]! > rowStarts[i + 1]!) return undefined;
  return {
    firstRow,
    rowCount,
    rowStarts,
    termIds: new Uint32Array(bytes.buffer, startsLength, termCount),
    counts: new Uint16Array(bytes.buffer, startsLength + 4 * termCount, termCount),
  };
}

/** The audit ranks of a block; undefined when the bytes can't be that. */
export function decodeAuditRanks(rowCount: number, data: Uint8Array): Uint32Array | undefined {
  return data.length === 4 * rowCount ? new Uint32Array(data.slice().buffer) : undefined;
}

/** Every platform that VS Code runs on is little-endian, so memory order is file order. */
function bytesOf(array: Uint32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
