/**
 * Reads CSV and TSV (RFC 4180): a header row, then a record a row. Quoted fields may hold line ends.
 *
 *     field start ── quote ──► quoted ── quote ──► quote seen ── quote ──► quoted
 *          │ other                │ 16 MB, or the end   │ separator ──► field start
 *          ▼                      ▼                     │ line end ──► the row ends
 *      unquoted ── line end    reported as open       other: reported as stray
 *
 * A row with a broken quote is reported at the line where the quote opens, and reading goes on with the line after
 * that: one bad quote costs a line, not the file. Where the quoted field was meant to span lines, its other lines
 * are then read as rows, and reported when they have the wrong number of fields.
 */
import { ByteFinder, ByteWindow, CR, countLineEnds, LF, LineEnds, utf8BomLength } from './bytes.ts';
import { isBlankRow, splitRow } from './csv-row.ts';
import type { FileLayout, FormatReader, ReadRecord, ReadSink } from './format.ts';
import { MAX_ROW_BYTES } from './limits.ts';
import { lineTooLong, problemIn, utf8Problem } from './problems.ts';
import { whyNoText } from './row.ts';
import { decodeUtf8 } from './utf8.ts';

const QUOTE = 0x22;

export function csvReader(layout: FileLayout, sink: ReadSink): FormatReader {
  return new RowSplitter(layout.delimiter ?? ',', new RowReader(layout, sink));
}

/** The first rows of a file, taken apart, without those that are broken or perhaps cut off. */
export function sampleRows(firstBytes: Uint8Array, delimiter: string, limit: number): string[][] {
  const rows: string[][] = [];
  const splitter = new RowSplitter(delimiter, {
    row: (bytes) => {
      const row = rows.length < limit ? decodeUtf8(bytes) : undefined;
      if (row !== undefined && !isBlankRow(row, delimiter)) rows.push(splitRow(row, delimiter));
    },
    brokenQuote: () => {},
    tooLong: () => {},
  });
  splitter.push(firstBytes);
  // A file of one line has no line end to wait for.
  if (rows.length < 2) splitter.end();
  return rows;
}

/** The names in a header row. */
export function columnsOf(header: readonly string[]): string[] {
  return header.map((name) => name.trim());
}

interface RowSink {
  /** One row without its line end; `line` is where it begins. */
  row(bytes: Uint8Array, offset: number, line: number): void;
  /** A row that has no end; the place is where the quote opens. */
  brokenQuote(kind: 'open' | 'stray', offset: number, line: number, column: number): void;
  tooLong(offset: number, line: number): void;
}

/** Where the scan of a row stands. */
type Mode = 'field-start' | 'unquoted' | 'quoted' | 'quote-seen';

/** Where a row ends (a position in the window), or why that can't be said. */
type RowEnd = number | 'more' | 'open' | 'stray' | 'too-long';

/** Cuts a stream of bytes into rows, wherever the stream itself is cut. */
class RowSplitter implements FormatReader {
  readonly #delimiter: number;
  readonly #sink: RowSink;
  readonly #window = new ByteWindow();
  readonly #ends = new LineEnds(this.#window);
  readonly #quotes = new ByteFinder(this.#window, QUOTE);
  #line = 1;
  #pastBom = false;
  /** Dropping the rest of a line that is no row. */
  #skipping = false;
  // The row under the scan, in distances from its first byte, because the window moves.
  #mode: Mode = 'field-start';
  #scanned = 0;
  #quoteOpened = 0;

  constructor(delimiter: string, sink: RowSink) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    this.#window.append(chunk);
    this.#drain(false);
  }

  end(): void {
    this.#drain(true);
  }

  #drain(isLast: boolean): void {
    const window = this.#window;
    if (!this.#pastBom) {
      const bom = utf8BomLength(window, isLast);
      if (bom === undefined) return;
      window.dropTo(window.start + bom);
      this.#pastBom = true;
    }
    let goesOn = true;
    while (goesOn && window.start < window.end) {
      goesOn = this.#skipping ? this.#skipLine(isLast) : this.#takeRow(isLast);
    }
  }

  /** False when more bytes are needed. */
  #takeRow(isLast: boolean): boolean {
    const window = this.#window;
    const end = this.#rowEnd(isLast);
    if (end === 'more') return false;
    if (end === 'too-long') {
      this.#sink.tooLong(window.offset, this.#line);
      this.#skipFrom(window.start + MAX_ROW_BYTES + 1);
    } else if (end === 'open' || end === 'stray') {
      const before = window.bytes.subarray(window.start, window.start + this.#quoteOpened);
      const column = before.length - Math.max(before.lastIndexOf(LF), before.lastIndexOf(CR));
      const line = this.#line + countLineEnds(before);
      this.#sink.brokenQuote(end, window.offset + before.length, line, column);
      this.#skipFrom(window.start + before.length);
    } else {
      const bytes = window.bytes.subarray(window.start, end);
      this.#sink.row(bytes, window.offset, this.#line);
      // Only a row that was scanned has quotes, and only quotes can hold line ends.
      if (this.#scanned > 0) this.#line += countLineEnds(bytes);
      this.#nextLine(end);
    }
    return true;
  }

  #rowEnd(isLast: boolean): RowEnd {
    const { start, end } = this.#window;
    if (this.#scanned === 0) {
      const lineEnd = this.#ends.next(start, isLast);
      // Most rows have no quote: they end where their line ends.
      if (lineEnd >= 0 && lineEnd < this.#quotes.next(start))
        return lineEnd - start > MAX_ROW_BYTES ? 'too-long' : lineEnd;
    }
    const at = this.#scan();
    if (at - start > MAX_ROW_BYTES) return this.#mode === 'quoted' ? 'open' : 'too-long';
    if (at === end) return !isLast ? 'more' : this.#mode === 'quoted' ? 'open' : at;
    if (!this.#isLineEnd(at)) return 'stray';
    // A CR that is the last byte so far could be half of a CR LF.
    return at === end - 1 && this.#window.bytes[at] === CR && !isLast ? 'more' : at;
  }

  /** Goes on to the row's end, a broken quote, the limit of a row or the end of what has come. */
  #scan(): number {
    const { bytes, start } = this.#window;
    // What is beyond the limit changes nothing, and the result must not depend on how much of it has come.
    const end = Math.min(this.#window.end, start + MAX_ROW_BYTES + 1);
    let at = start + this.#scanned;
    while (at < end) {
      const byte = bytes[at];
      if (this.#mode === 'quoted') {
        const quote = this.#quotes.next(at);
        if (quote < end) this.#mode = 'quote-seen';
        at = Math.min(quote + 1, end);
      } else if (byte === QUOTE && (this.#mode === 'field-start' || this.#mode === 'quote-seen')) {
        if (this.#mode === 'field-start') this.#quoteOpened = at - start;
        this.#mode = 'quoted';
        at++;
      } else if (byte === this.#delimiter) {
        this.#mode = 'field-start';
        at++;
      } else if (this.#mode === 'quote-seen' || byte === LF || byte === CR) {
        break;
      } else {
        this.#mode = 'unquoted';
        at++;
      }
    }
    this.#scanned = at - start;
    return at;
  }

  #isLineEnd(at: number): boolean {
    return this.#window.bytes[at] === LF || this.#window.bytes[at] === CR;
  }

  #skipFrom(position: number): void {
    this.#line += countLineEnds(this.#window.bytes.subarray(this.#window.start, position));
    this.#window.dropTo(position);
    this.#quotes.restart();
    this.#skipping = true;
  }

  #skipLine(isLast: boolean): boolean {
    const { start, end } = this.#window;
    const lineEnd = this.#ends.next(start, isLast);
    if (lineEnd >= 0) {
      this.#skipping = false;
      this.#nextLine(lineEnd);
      return true;
    }
    // The last byte may be a CR.
    this.#window.dropTo(isLast ? end : end - 1);
    return false;
  }

  #nextLine(lineEnd: number): void {
    this.#line++;
    this.#window.dropTo(lineEnd < this.#window.end ? this.#ends.after(lineEnd) : lineEnd);
    this.#mode = 'field-start';
    this.#scanned = 0;
  }
}

/** Makes records of rows. */
class RowReader implements RowSink {
  readonly #layout: FileLayout;
  readonly #delimiter: string;
  readonly #sink: ReadSink;
  #columns: readonly string[] | undefined;
  #textColumn = -1;
  #idColumn = -1;

  constructor(layout: FileLayout, sink: ReadSink) {
    this.#layout = layout;
    this.#delimiter = layout.delimiter ?? ',';
    this.#sink = sink;
  }

  row(bytes: Uint8Array, offset: number, line: number): void {
    const row = decodeUtf8(bytes);
    if (row === undefined) {
      this.#sink.problem(utf8Problem(bytes, offset, line));
    } else if (!isBlankRow(row, this.#delimiter)) {
      const values = splitRow(row, this.#delimiter);
      if (!this.#columns) this.#readHeader(values, offset, line);
      else if (this.#textColumn >= 0)
        this.#readValues(values, this.#columns, { offset, length: bytes.length, line });
    }
  }

  brokenQuote(kind: 'open' | 'stray', offset: number, line: number, column: number): void {
    const message =
      kind === 'open'
        ? 'A quote opens here and is never closed; this line is left out.'
        : 'A quote opens here, and text follows after the one that closes it; this line is left out.';
    this.#sink.problem({ code: `csv-quote-${kind}`, message, line, column, offset });
  }

  tooLong(offset: number, line: number): void {
    this.#sink.problem(lineTooLong(offset, line));
  }

  #readValues(values: string[], columns: readonly string[], place: Omit<ReadRecord, 'text'>): void {
    const text = values[this.#textColumn];
    const wrong = fits(values, columns.length)
      ? whyNoText(text, columns[this.#textColumn]!)
      : {
          code: 'csv-ragged',
          message: `This row has ${fieldCount(values)} where the header has ${columns.length}, so it is left out.`,
        };
    const id = values[this.#idColumn];
    if (wrong) this.#sink.problem(problemIn(place, 0, wrong.code, wrong.message));
    else this.#sink.record({ ...place, text: text!, ...(id ? { id } : {}) });
  }

  #readHeader(header: string[], offset: number, line: number): void {
    const columns = columnsOf(header);
    this.#columns = columns;
    this.#textColumn = columns.indexOf(this.#layout.textField ?? '');
    this.#idColumn = columns.indexOf(this.#layout.idField ?? '');
    if (this.#textColumn >= 0) return;
    const name = (this.#layout.textField ?? '').slice(0, 80);
    this.#sink.problem(
      problemIn(
        { offset, line },
        0,
        'text-column-missing',
        `No column is called "${name}", so no row can be read.`,
      ),
    );
  }
}

function fieldCount(values: readonly string[]): string {
  return values.length === 1 ? '1 field' : `${values.length} fields`;
}

/** Too many fields are fine when the surplus is empty: many programs end each row with a separator. */
function fits(values: readonly string[], columnCount: number): boolean {
  return values.length >= columnCount && values.slice(columnCount).every((value) => value === '');
}
