/**
 * Reads Markdown: a record a file, or a record a heading with what follows it.
 *
 * Front matter (`---` … `---` at the start) is about the text and not part of it. Headings are those with `#`
 * (CommonMark 4.2) outside fenced code (4.5); a heading underlined with `===` or `---` starts no record of its own.
 */
import { ByteWindow, LineEnds, utf8BomLength } from './bytes.ts';
import type { FileLayout, FormatReader, ReadSink } from './format.ts';
import { MAX_ROW_BYTES } from './limits.ts';
import { lineTooLong, utf8Problem } from './problems.ts';
import { decodeUtf8 } from './utf8.ts';

export function markdownReader(layout: FileLayout, sink: ReadSink): FormatReader {
  return new SectionReader(layout.recordPer === 'heading', sink);
}

/** Front matter is short; a longer beginning with `---` is a text that begins with a rule. */
const MAX_FRONT_MATTER = 64 * 1024;

class SectionReader implements FormatReader {
  readonly #byHeading: boolean;
  readonly #sink: ReadSink;
  readonly #window = new ByteWindow();
  readonly #ends = new LineEnds(this.#window);
  #pastBom = false;
  #inFrontMatter = true;
  /** The line under the scan, and the one on which the section began. */
  #line = 1;
  #sectionLine = 1;
  // Distances from the section's first byte, which is the window's.
  #scanned = 0;
  #contentEnd = 0;
  #isTooLong = false;
  #isMidLine = false;
  /** The run of backticks or tildes that opened the code block we are in. */
  #fence = '';

  constructor(byHeading: boolean, sink: ReadSink) {
    this.#byHeading = byHeading;
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    this.#window.append(chunk);
    this.#drain(false);
  }

  end(): void {
    this.#drain(true);
    this.#endSection();
  }

  #drain(isLast: boolean): void {
    const window = this.#window;
    if (!this.#pastBom) {
      const bom = utf8BomLength(window, isLast);
      if (bom === undefined) return;
      window.dropTo(window.start + bom);
      this.#pastBom = true;
    }
    if (this.#inFrontMatter && !this.#skipFrontMatter(isLast)) return;
    for (;;) {
      const lineStart = window.start + this.#scanned;
      const found = this.#ends.next(lineStart, isLast);
      if (found < 0 && !(isLast && lineStart < window.end)) break;
      this.#takeLine(lineStart, found < 0 ? window.end : found);
    }
    // A line without an end in sight counts, too, so that memory is bounded.
    this.#checkLength(window.end - window.start);
    if (this.#isTooLong && window.end > window.start + 1) {
      // The last byte may be half of a line end.
      window.dropTo(window.end - 1);
      this.#isMidLine = true;
    }
  }

  #takeLine(start: number, end: number): void {
    const window = this.#window;
    const kind = this.#isMidLine ? 'text' : this.#kindOf(window.bytes.subarray(start, end));
    this.#isMidLine = false;
    // From here on the window begins with this line where it is a heading.
    if (kind === 'heading') this.#endSection();
    const after = end < window.end ? this.#ends.after(end) : end;
    this.#line++;
    if (kind === 'blank' && this.#contentEnd === 0) {
      // Blank lines before the first word belong to no record.
      this.#scanned = 0;
      window.dropTo(after);
      if (!this.#isTooLong) this.#sectionLine = this.#line;
    } else {
      if (kind !== 'blank') this.#contentEnd = end - window.start;
      this.#scanned = after - window.start;
      this.#checkLength(this.#scanned);
    }
  }

  /** Reports the section under the scan and starts the next at the line under the scan. */
  #endSection(): void {
    const window = this.#window;
    if (this.#contentEnd > 0 && !this.#isTooLong) {
      const bytes = window.bytes.subarray(window.start, window.start + this.#contentEnd);
      const text = decodeUtf8(bytes);
      const place = { offset: window.offset, line: this.#sectionLine };
      if (text === undefined) this.#sink.problem(utf8Problem(bytes, place.offset, place.line));
      else this.#sink.record({ text, ...place, length: bytes.length });
    }
    window.dropTo(window.start + this.#scanned);
    this.#sectionLine = this.#line;
    this.#scanned = 0;
    this.#contentEnd = 0;
    this.#isTooLong = false;
  }

  #checkLength(length: number): void {
    if (length > MAX_ROW_BYTES && !this.#isTooLong) {
      this.#isTooLong = true;
      this.#sink.problem(lineTooLong(this.#window.offset, this.#sectionLine));
    }
    if (!this.#isTooLong) return;
    // Only the next heading matters now.
    this.#window.dropTo(this.#window.start + this.#scanned);
    this.#scanned = 0;
    this.#contentEnd = 0;
  }

  #kindOf(bytes: Uint8Array): 'blank' | 'heading' | 'text' {
    // What makes a line special is at its beginning, and ASCII.
    const line = String.fromCharCode(...bytes.subarray(0, 200));
    if (/^[ \t]*$/.test(line) && bytes.length <= 200) return 'blank';
    const [, run] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (this.#fence === '') {
      if (run) this.#fence = run;
      return this.#byHeading && /^ {0,3}#{1,6}([ \t]|$)/.test(line) ? 'heading' : 'text';
    }
    const closes = run?.startsWith(this.#fence) && /^[ \t]*$/.test(line.trimStart().slice(run.length));
    if (closes) this.#fence = '';
    return 'text';
  }

  /** False when more bytes are needed to tell. */
  #skipFrontMatter(isLast: boolean): boolean {
    const window = this.#window;
    let at = window.start;
    this.#ends.restart();
    for (let lines = 0; ; lines++) {
      const end = this.#ends.next(at, isLast);
      if (end < 0) {
        if (!isLast && window.end - window.start <= MAX_FRONT_MATTER) return false;
        break;
      }
      const line = decodeUtf8(window.bytes.subarray(at, Math.min(end, at + 8)))?.trimEnd();
      if (lines === 0 && line !== '---') break;
      at = this.#ends.after(end);
      if (at - window.start > MAX_FRONT_MATTER) break;
      if (lines > 0 && (line === '---' || line === '...')) {
        window.dropTo(at);
        this.#line += lines + 1;
        this.#sectionLine = this.#line;
        break;
      }
    }
    this.#inFrontMatter = false;
    this.#ends.restart();
    return true;
  }
}
