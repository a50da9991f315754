/** Cuts a stream of bytes into lines, wherever the stream itself is cut. */
import { ByteWindow, LineEnds, utf8BomLength } from './bytes.ts';
import type { FormatReader, PlacedSink } from './format.ts';
import { MAX_ROW_BYTES } from './limits.ts';
import type { RowKernel } from './row-kernel.ts';

export interface LineSink {
  /**
   * One line without its end: the first `length` bytes of the window, good until the call returns.
   *
   * @param line 1-based
   */
  line(window: ByteWindow, length: number, line: number): void;
  /**
   * Takes lines off the front of the window, which holds a whole one, as many as it can take together. The first of the
   * others is given to `line` then.
   *
   * @param line the number of the first
   * @returns how many were taken
   */
  many?(window: ByteWindow, line: number): number;
  /** A line longer than MAX_ROW_BYTES was left out. */
  tooLong(offset: number, line: number): void;
}

/** What `many` does where a kernel reads the lines. */
export function takeRecords(
  { rows, records }: PlacedSink,
  window: ByteWindow,
  line: number,
  format: 'jsonl' | 'text',
): number {
  const taken = rows.take(window, line, format);
  if (taken.count > 0) records(taken);
  return taken.count;
}

/** Ends lines at LF, CR LF and CR; not at U+2028 or other characters. A byte order mark is not part of line 1. */
export class LineSplitter implements FormatReader {
  readonly #sink: LineSink;
  readonly #window: ByteWindow;
  readonly #ends: LineEnds;
  #line = 1;
  #pastBom = false;
  #skipping = false;

  constructor(sink: LineSink, rows?: RowKernel) {
    this.#sink = sink;
    this.#window = new ByteWindow(rows);
    this.#ends = new LineEnds(this.#window);
  }

  push(chunk: Uint8Array): void {
    this.#window.append(chunk);
    this.#drain(false);
  }

  end(): void {
    this.#drain(true);
    const { start, end } = this.#window;
    if (end > start) this.#emit(end);
    this.#window.dropTo(end);
  }

  #drain(isLast: boolean): void {
    const window = this.#window;
    if (!this.#pastBom) {
      const bom = utf8BomLength(window, isLast);
      if (bom === undefined) return;
      window.dropTo(window.start + bom);
      this.#pastBom = true;
    }
    for (;;) {
      const at = this.#ends.next(window.start, isLast);
      if (at < 0) break;
      const taken = this.#skipping ? 0 : (this.#sink.many?.(window, this.#line) ?? 0);
      this.#line += taken;
      if (taken > 0) continue;
      this.#emit(at);
      this.#line++;
      this.#skipping = false;
      window.dropTo(this.#ends.after(at));
    }
    if (window.end - window.start > MAX_ROW_BYTES + 1) {
      // Nothing of it is needed any more but the last byte, which may be a CR.
      this.#emit(window.end - 1);
      this.#skipping = true;
      window.dropTo(window.end - 1);
    }
  }

  /** The line from the window's start to here. */
  #emit(end: number): void {
    if (this.#skipping) return;
    const length = end - this.#window.start;
    if (length > MAX_ROW_BYTES) this.#sink.tooLong(this.#window.offset, this.#line);
    else this.#sink.line(this.#window, length, this.#line);
  }
}
