/** How the records of consecutive rows are laid out in one BLOB of the index. */
import { type KernelMemory, loadKernel } from '../core/kernels/kernel.ts';
import recordsKernel from '../core/kernels/records.wasm.ts';
import { Room } from '../core/kernels/room.ts';
import type { NewRecord, NewRecords } from './writer.ts';

/** At most this many rows a segment: many enough that rows cost little, few enough that one record is read fast. */
export const MAX_SEGMENT_ROWS = 64;

const HASH_BYTES = 16;
const RECORD_BYTES = 8 + 4 * 4 + HASH_BYTES;

/** One record of a segment; its file is the one whose rows it is among. */
export interface SegmentRecord {
  readonly offset: number;
  readonly length: number;
  readonly line: number;
  readonly n: number;
  readonly auditRank: number;
  /** 32 hex digits. */
  readonly hash: string;
  readonly id?: string;
}

/**
 * Collects records until they are written.
 *
 *     data = offsets (f64) | lengths (u32) | lines (u32) | ns (u32) | audit ranks (u32) | hashes (16 bytes)
 *
 * Each is a column with a value a record, little-endian, as all platforms are that VS Code runs on.
 */
export class SegmentBuilder {
  readonly #memory: KernelMemory;
  readonly #room: Room;
  readonly #kernel: RecordsKernel;
  #firstRow = 0;
  #rowCount = 0;
  readonly #offsets = new Float64Array(MAX_SEGMENT_ROWS);
  readonly #lengths = new Uint32Array(MAX_SEGMENT_ROWS);
  readonly #lines = new Uint32Array(MAX_SEGMENT_ROWS);
  readonly #ns = new Uint32Array(MAX_SEGMENT_ROWS);
  readonly #auditRanks = new Uint32Array(MAX_SEGMENT_ROWS);
  readonly #hashes = new Uint8Array(MAX_SEGMENT_ROWS * HASH_BYTES);
  /** As they are written, some lines each. */
  #ids: string[] = [];
  #hasIds = false;

  /** @param memory where ids lie that are given by their places */
  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.#room = new Room(memory);
    this.#kernel = loadKernel<RecordsKernel>(recordsKernel, memory.memory);
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  get isFull(): boolean {
    return this.#rowCount === MAX_SEGMENT_ROWS;
  }

  /** Adds the next row; the first row of a segment sets its number, the others follow it. */
  add(row: number, record: NewRecord): void {
    const at = this.#rowCount++;
    if (at === 0) this.#firstRow = row;
    this.#offsets[at] = record.offset;
    this.#lengths[at] = record.length;
    this.#lines[at] = record.line;
    this.#ns[at] = record.n;
    this.#auditRanks[at] = record.auditRank;
    this.#hashes.set(record.hash, at * HASH_BYTES);
    this.#ids.push(record.id === undefined ? '' : quoted(record.id));
    this.#hasIds ||= record.id !== undefined;
  }

  /** Adds records from this one on, one at least, as many as there is room for, and says how many. The first has this row. */
  addSome(row: number, records: NewRecords, from: number): number {
    const at = this.#rowCount;
    if (at === 0) this.#firstRow = row;
    const added = Math.min(records.count - from, MAX_SEGMENT_ROWS - at);
    const to = from + added;
    this.#offsets.set(records.offsets.subarray(from, to), at);
    this.#lengths.set(records.lengths.subarray(from, to), at);
    this.#lines.set(records.lines.subarray(from, to), at);
    this.#ns.set(records.ns.subarray(from, to), at);
    this.#auditRanks.set(records.auditRanks.subarray(from, to), at);
    this.#hashes.set(records.hashes.subarray(from * HASH_BYTES, to * HASH_BYTES), at * HASH_BYTES);
    this.#addIds(records.ids.subarray(from, to), records.idLengths.subarray(from, to));
    this.#rowCount += added;
    return added;
  }

  /** The columns of the `records` table for what was added, and an empty builder after it. */
  take(): SegmentColumns {
    const firstRow = this.#firstRow;
    const rowCount = this.#rowCount;
    const data = new Uint8Array(rowCount * RECORD_BYTES);
    let filled = 0;
    for (const column of [this.#offsets, this.#lengths, this.#lines, this.#ns, this.#auditRanks]) {
      const bytes = new Uint8Array(column.buffer, 0, rowCount * column.BYTES_PER_ELEMENT);
      data.set(bytes, filled);
      filled += bytes.length;
    }
    data.set(this.#hashes.subarray(0, rowCount * HASH_BYTES), filled);
    const ids = this.#hasIds ? this.#ids.join('\n') : null;
    this.clear();
    return { firstRow, rowCount, data, ids };
  }

  clear(): void {
    this.#rowCount = 0;
    this.#ids = [];
    this.#hasIds = false;
  }

  #addIds(ids: Uint32Array, lengths: Uint32Array): void {
    let room = 3 * ids.length;
    for (let i = 0; i < ids.length; i++) {
      if (ids[i] === 0) continue;
      room += 6 * lengths[i]!;
      this.#hasIds = true;
    }
    const at = this.#room.of('ids', room);
    const end = this.#kernel.listIds(ids.byteOffset, lengths.byteOffset, ids.length, at) >>> 0;
    // Without the last line feed: lines are joined.
    this.#ids.push(decoder.decode(this.#memory.bytes(at, end - 1 - at)));
  }
}

/** What of kernels/records.ts is used here. */
interface RecordsKernel {
  listIds(ids: number, lengths: number, count: number, target: number): number;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** As JSON; most ids have nothing in them that JSON escapes, and then this is several times as fast. */
function quoted(id: string): string {
  return /^[\w.:/ -]*$/.test(id) ? `"${id}"` : JSON.stringify(id);
}

/** The columns of the `records` table. */
export interface SegmentColumns {
  readonly firstRow: number;
  readonly rowCount: number;
  readonly data: Uint8Array;
  readonly ids: string | null;
}

/** Reads one segment. */
export class Segment {
  readonly #firstRow: number;
  readonly #rowCount: number;
  readonly #data: DataView;
  readonly #bytes: Buffer;
  readonly #ids: string | null;

  private constructor({ firstRow, rowCount, data, ids }: SegmentColumns) {
    this.#firstRow = firstRow;
    this.#rowCount = rowCount;
    this.#data = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.#bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    this.#ids = ids;
  }

  /** Undefined when the columns can't be a segment's (a damaged index). */
  static of(columns: SegmentColumns): Segment | undefined {
    const isWhole = columns.data.length === columns.rowCount * RECORD_BYTES;
    return isWhole ? new Segment(columns) : undefined;
  }

  holds(row: number): boolean {
    return row >= this.#firstRow && row < this.#firstRow + this.#rowCount;
  }

  line(row: number): number {
    return this.#u32(1, row - this.#firstRow);
  }

  /** Undefined when its id is none (a damaged index). */
  record(row: number): SegmentRecord | undefined {
    const at = row - this.#firstRow;
    const id = this.#id(at);
    if (id === undefined) return undefined;
    const hashAt = this.#rowCount * (RECORD_BYTES - HASH_BYTES) + at * HASH_BYTES;
    return {
      offset: this.#data.getFloat64(at * 8, true),
      length: this.#u32(0, at),
      line: this.line(row),
      hash: this.#bytes.toString('hex', hashAt, hashAt + HASH_BYTES),
      ...(id === null ? {} : { id }),
      n: this.#u32(2, at),
      auditRank: this.#u32(3, at),
    };
  }

  /** @param column among those of 32 bits */
  #u32(column: number, at: number): number {
    return this.#data.getUint32(this.#rowCount * (8 + column * 4) + at * 4, true);
  }

  /** Null for none; undefined when what is there is no id. */
  #id(at: number): string | null | undefined {
    if (this.#ids === null) return null;
    let start = 0;
    for (let i = 0; i < at; i++) {
      start = this.#ids.indexOf('\n', start) + 1;
      if (start === 0) return undefined;
    }
    const end = this.#ids.indexOf('\n', start);
    const written = this.#ids.slice(start, end < 0 ? undefined : end);
    if (written === '') return null;
    try {
      const id: unknown = JSON.parse(written);
      return typeof id === 'string' ? id : undefined;
    } catch {
      return undefined;
    }
  }
}
