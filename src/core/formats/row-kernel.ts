/**
 * Reads rows where their bytes lie, without making strings of them: kernels/rows.ts and the memory that it works on.
 *
 * One is made for many files that are read one after the other. Whoever takes the records takes their texts from the
 * same memory, at once.
 */
import { type KernelMemory, loadKernel } from '../kernels/kernel.ts';
import rowsKernel from '../kernels/rows.wasm.ts';
import type { ByteWindow } from './bytes.ts';
import type { PlacedRecords } from './format.ts';
import { MAX_ROW_BYTES } from './limits.ts';

/** What kernels/rows.ts exports. */
interface RowsKernel {
  lineEnd(from: number, end: number): number;
  readLines(state: number, from: number, end: number, longest: number, isJson: boolean): number;
}

// The fields of the kernel's state, by their place in it.
const TEXT_KEY = 0;
const TEXT_KEY_LENGTH = 1;
const ID_KEY = 2;
const ID_KEY_LENGTH = 3;
const UNESCAPED = 4;
const COLUMNS = 5;
const REACHED = 6;
const KEYS = 12;
const MAX_KEYS = 64;
const STATE_FIELDS = KEYS + 2 * MAX_KEYS;
const COLUMN_COUNT = 6;

/** At most this many records are given at once. */
export const MAX_PLACED = 256;

const LONGEST_KEY = 256;

const encoder = new TextEncoder();

export class RowKernel {
  readonly memory: KernelMemory;
  readonly #kernel: RowsKernel;
  readonly #stateAt: number;
  readonly #state: Uint32Array;
  /** One object serves all records: a million of them cost more than what they say. */
  readonly #records: { -readonly [Column in keyof PlacedRecords]: PlacedRecords[Column] };
  readonly #starts: Uint32Array;
  #windowAt = 0;
  #windowSize = 0;

  constructor(memory: KernelMemory) {
    this.memory = memory;
    this.#kernel = loadKernel<RowsKernel>(rowsKernel, memory.memory);
    this.#stateAt = memory.allocate(4 * STATE_FIELDS);
    this.#state = memory.u32(this.#stateAt, STATE_FIELDS);
    this.#state[TEXT_KEY] = memory.allocate(LONGEST_KEY);
    const columnsAt = memory.allocate(4 * MAX_PLACED * COLUMN_COUNT);
    this.#state[COLUMNS] = columnsAt;
    const column = (at: number) => memory.u32(columnsAt + 4 * MAX_PLACED * at, MAX_PLACED);
    this.#records = {
      count: 0,
      texts: column(0),
      textLengths: column(1),
      ids: column(2),
      idLengths: column(3),
      offsets: new Float64Array(MAX_PLACED),
      lengths: column(5),
      lines: new Uint32Array(MAX_PLACED),
    };
    this.#starts = column(4);
  }

  /** The memory that the bytes of a file pass through: what was there is gone, unless it is not larger than before. */
  window(size: number): { address: number; bytes: Uint8Array<ArrayBuffer> } {
    if (size > this.#windowSize) {
      this.#windowSize = size;
      this.#windowAt = this.memory.allocate(size);
      // A line is no longer without its escapes than with them.
      this.#state[UNESCAPED] = this.memory.allocate(size);
    }
    return { address: this.#windowAt, bytes: this.memory.bytes(this.#windowAt, this.#windowSize) };
  }

  /** The address of the first LF or CR at or after `from`, or `end`. */
  lineEnd(from: number, end: number): number {
    return this.#kernel.lineEnd(from, end) >>> 0;
  }

  /**
   * From now on rows have their text and id under these keys.
   *
   * @returns false when the keys are longer than rows are read by
   */
  useKeys(text: string, id: string | undefined): boolean {
    const state = this.#state;
    const keys = this.memory.bytes(state[TEXT_KEY]!, LONGEST_KEY);
    const textKey = encoder.encodeInto(text, keys);
    const idKey = encoder.encodeInto(id ?? '', keys.subarray(textKey.written));
    state[TEXT_KEY_LENGTH] = textKey.written;
    state[ID_KEY] = id === undefined ? 0 : state[TEXT_KEY]! + textKey.written;
    state[ID_KEY_LENGTH] = idKey.written;
    return textKey.read === text.length && idKey.read === (id ?? '').length;
  }

  /**
   * Takes the records off the front of a window in this memory: its first lines, as many as are simple and MAX_PLACED at
   * most. What is in the way of the next one the slow way has to tell.
   *
   * @param line the number of the window's first line
   */
  take(window: ByteWindow, line: number, format: 'jsonl' | 'text'): PlacedRecords {
    const records = this.#records;
    const from = window.address + window.start;
    const end = window.address + window.end;
    const count = this.#kernel.readLines(this.#stateAt, from, end, MAX_ROW_BYTES, format === 'jsonl');
    records.count = count;
    for (let i = 0; i < count; i++) {
      records.offsets[i] = window.offset + (this.#starts[i]! - from);
      records.lines[i] = line + i;
    }
    window.dropTo(this.#state[REACHED]! - window.address);
    return records;
  }
}
