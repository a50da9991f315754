/** Bytes on their way through a reader: those that arrived and are not used up yet. */

import type { RowKernel } from './row-kernel.ts';

export const LF = 0x0a;
export const CR = 0x0d;

/** The unread part of a file: `bytes[start … end)`, of which the first byte is at `offset` in the file. */
export class ByteWindow {
  bytes: Uint8Array<ArrayBuffer>;
  start = 0;
  end = 0;
  offset = 0;
  /** Where `bytes` lies in the memory of `rows`. */
  address = 0;
  readonly rows: RowKernel | undefined;

  /** @param rows holds the bytes in its memory, where kernels read them; there is one window at a time */
  constructor(rows?: RowKernel) {
    this.rows = rows;
    this.bytes = this.#room(1 << 16);
  }

  /** Adds a copy of the chunk, so the caller may use its buffer again. */
  append(chunk: Uint8Array): void {
    const held = this.end - this.start;
    if (this.end + chunk.length > this.bytes.length) {
      let capacity = this.bytes.length;
      while (held + chunk.length > capacity) capacity *= 2;
      const roomier = capacity > this.bytes.length ? this.#room(capacity) : this.bytes;
      if (roomier === this.bytes) roomier.copyWithin(0, this.start, this.end);
      else roomier.set(this.bytes.subarray(this.start, this.end));
      this.bytes = roomier;
      this.start = 0;
      this.end = held;
    }
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** The first of its unread bytes, good until the window changes. */
  first(length: number): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(this.start, this.start + length);
  }

  /** Uses up everything before this position of `bytes`. */
  dropTo(position: number): void {
    this.offset += position - this.start;
    this.start = position;
  }

  #room(size: number): Uint8Array<ArrayBuffer> {
    if (!this.rows) return new Uint8Array(size);
    const { address, bytes } = this.rows.window(size);
    this.address = address;
    return bytes;
  }
}

/** Finds one kind of byte in a window from left to right, and looks at no byte twice. */
export class ByteFinder {
  readonly #window: ByteWindow;
  readonly #firstFrom: (unseen: number) => number;
  // Offsets in the file, because positions in the window move.
  #found = -1;
  #clearTo = 0;

  /** @param wanted the byte, or a function that says where in the window's bytes the first is from here on, or -1 */
  constructor(window: ByteWindow, wanted: number | ((from: number) => number)) {
    this.#window = window;
    this.#firstFrom = typeof wanted === 'number' ? (from) => window.bytes.indexOf(wanted, from) : wanted;
  }

  /** Forgets what was seen, so that `next` may be asked about earlier places again. */
  restart(): void {
    this.#found = -1;
    this.#clearTo = 0;
  }

  /** The position of the first one at or after `from`, or Infinity. `from` never goes back, but for `restart`. */
  next(from: number): number {
    const { start, end, offset } = this.#window;
    const shift = start - offset;
    if (this.#found + shift >= from) return this.#found + shift;
    const unseen = Math.max(from, this.#clearTo + shift);
    const position = unseen < end ? this.#firstFrom(unseen) : -1;
    // Bytes beyond `end` are left over from earlier: found there is not found.
    const isFound = position >= 0 && position < end;
    this.#clearTo = (isFound ? position : end) - shift;
    if (isFound) this.#found = this.#clearTo;
    return isFound ? position : Number.POSITIVE_INFINITY;
  }
}

/** Finds line ends (LF, CR LF, CR) in a window from left to right. */
export class LineEnds {
  readonly #window: ByteWindow;
  /** The next of all of them is the next line end. */
  readonly #finders: readonly ByteFinder[];

  constructor(window: ByteWindow) {
    this.#window = window;
    const { rows } = window;
    this.#finders = rows
      ? [
          new ByteFinder(
            window,
            (from) => rows.lineEnd(window.address + from, window.address + window.end) - window.address,
          ),
        ]
      : [new ByteFinder(window, LF), new ByteFinder(window, CR)];
  }

  /**
   * The position of the first line end at or after `from`, or -1 when there is none yet. A CR that is the last
   * byte so far could be half of a CR LF: it counts only when `isLast`.
   */
  next(from: number, isLast: boolean): number {
    let first = Number.POSITIVE_INFINITY;
    for (const finder of this.#finders) first = Math.min(first, finder.next(from));
    const { bytes, end } = this.#window;
    if (first >= end) return -1;
    return bytes[first] === CR && first === end - 1 && !isLast ? -1 : first;
  }

  /** Forgets what was seen, so that `next` may be asked about earlier places again. */
  restart(): void {
    for (const finder of this.#finders) finder.restart();
  }

  /** The position after the line end at `at`. */
  after(at: number): number {
    const { bytes, end } = this.#window;
    return bytes[at] === CR && at + 1 < end && bytes[at + 1] === LF ? at + 2 : at + 1;
  }
}

/** How many lines end in these bytes. */
export function countLineEnds(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === LF || (bytes[i] === CR && bytes[i + 1] !== LF)) count++;
  }
  return count;
}

/** The length of a UTF-8 byte order mark at the start, 3 or 0; undefined while too few bytes have come to tell. */
export function utf8BomLength(window: ByteWindow, isLast: boolean): number | undefined {
  for (let i = 0; i < UTF8_BOM.length; i++) {
    if (window.start + i >= window.end) return isLast ? 0 : undefined;
    if (window.bytes[window.start + i] !== UTF8_BOM[i]) return 0;
  }
  return UTF8_BOM.length;
}

const UTF8_BOM = [0xef, 0xbb, 0xbf];
