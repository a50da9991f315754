/**
 * Reads rows where their bytes lie, without making strings of them: kernels/rows.ts and the memory that it works on.
 *
 * One is made for many files that are read one after the other. Whoever takes the records takes their texts from the
 * same memory, at once.
 */
import { type KernelMemory, loadKernel } from '../kernels/kernel.ts';
import rowsKernel from '../kernels/rows.wasm.ts';
import type { TextPlace } from '../text/term-counter.ts';
import type { PlacedRecord } from './format.ts';

/** What kernels/rows.ts exports. */
interface RowsKernel {
  lineEnd(from: number, end: number): number;
  readJson(state: number, line: number, length: number): number;
  isText(from: number, end: number): number;
}

// The fields of the kernel's state, by their place in it.
const TEXT_KEY = 0;
const TEXT_KEY_LENGTH = 1;
const ID_KEY = 2;
const ID_KEY_LENGTH = 3;
const UNESCAPED = 4;
const TEXT = 5;
const TEXT_LENGTH = 6;
const ID = 7;
const ID_LENGTH = 8;
const KEYS = 10;
const MAX_KEYS = 64;
const STATE_FIELDS = KEYS + 2 * MAX_KEYS;

const LONGEST_KEY = 256;
const SHORT = 24;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** One object serves all records of a file: a million of them cost more than what they say. */
export type Mutable<Record> = {
  -readonly [Key in keyof Record]: Record[Key] extends object ? Mutable<Record[Key]> : Record[Key];
};

export class RowKernel {
  readonly memory: KernelMemory;
  readonly #kernel: RowsKernel;
  readonly #stateAt: number;
  readonly #state: Uint32Array;
  #windowAt = 0;
  #windowSize = 0;

  constructor(memory: KernelMemory) {
    this.memory = memory;
    this.#kernel = loadKernel<RowsKernel>(rowsKernel, memory.memory);
    this.#stateAt = memory.allocate(4 * STATE_FIELDS);
    this.#state = memory.u32(this.#stateAt, STATE_FIELDS);
    this.#state[TEXT_KEY] = memory.allocate(LONGEST_KEY);
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

  /** Whether a text is valid UTF-8 and not blank; when false, the slow way has to tell. */
  isText({ address, length }: TextPlace): boolean {
    return this.#kernel.isText(address, address + length) !== 0;
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
   * Reads the text and the id of a line of JSON into this record.
   *
   * @returns false when it is not a simple one, and the slow way has to tell
   */
  readJson(line: number, length: number, record: Mutable<Pick<PlacedRecord, 'text' | 'id'>>): boolean {
    if (this.#kernel.readJson(this.#stateAt, line, length) === 0) return false;
    const state = this.#state;
    const idAt = state[ID]!;
    record.text.address = state[TEXT]!;
    record.text.length = state[TEXT_LENGTH]!;
    record.id = idAt === 0 ? undefined : this.#string(idAt, state[ID_LENGTH]!);
    return true;
  }

  /** Most ids are a few letters and digits, which are put together faster than they are decoded. */
  #string(address: number, length: number): string {
    const bytes = this.memory.upTo(address + length);
    let text = '';
    for (let at = address; at < address + length; at++) {
      const byte = bytes[at]!;
      if (byte > 127 || length > SHORT) return decoder.decode(this.memory.bytes(address, length));
      text += String.fromCharCode(byte);
    }
    return text;
  }
}
