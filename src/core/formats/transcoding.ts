/** Reads another encoding through a reader of UTF-8, with the places in the source kept. */
import type { FormatReader, Problem, ReadRecord, ReadSink } from './format.ts';
import { MAX_ROW_BYTES } from './limits.ts';
import type { Transcoded } from './utf8-writer.ts';

/** A decoder for one stream. */
export interface Encoding {
  /** Its WHATWG name. */
  readonly name: string;
  /**
   * Bytes of this encoding as UTF-8. What is no character becomes bytes that are not UTF-8 either, so that the
   * readers report it where it is. Rows are cut after this, so that a byte in the middle of a character is never
   * taken for a quote or a line end.
   */
  toUtf8(bytes: Uint8Array, isLast: boolean): Transcoded;
}

export class TranscodingReader implements FormatReader {
  readonly #encoding: Encoding;
  readonly #reader: FormatReader;
  readonly #pieces: Piece[] = [];
  #sourceEnd = 0;
  #utf8End = 0;

  constructor(encoding: Encoding, sink: ReadSink, open: (sink: ReadSink) => FormatReader) {
    this.#encoding = encoding;
    this.#reader = open({
      record: (record) => sink.record(this.#recordInSource(record)),
      problem: (problem) => sink.problem(this.#problemInSource(problem)),
    });
  }

  push(chunk: Uint8Array): void {
    this.#take(this.#encoding.toUtf8(chunk, false));
  }

  end(): void {
    this.#take(this.#encoding.toUtf8(new Uint8Array(0), true));
    this.#reader.end();
  }

  #take({ utf8, widths }: Transcoded): void {
    if (utf8.length === 0) return;
    this.#pieces.push({
      widths,
      utf8Start: this.#utf8End,
      sourceStart: this.#sourceEnd,
      seen: 0,
      seenSource: 0,
    });
    this.#utf8End += utf8.length;
    this.#sourceEnd += sum(widths, 0, widths.length);
    this.#reader.push(utf8);
    // A reader looks back at most over one row.
    const needed = this.#utf8End - 2 * MAX_ROW_BYTES;
    while (this.#pieces[1] && this.#pieces[1].utf8Start < needed) this.#pieces.shift();
  }

  #recordInSource(record: ReadRecord): ReadRecord {
    const offset = this.#inSource(record.offset);
    return { ...record, offset, length: this.#inSource(record.offset + record.length) - offset };
  }

  #problemInSource(problem: Problem): Problem {
    const offset = this.#inSource(problem.offset);
    if (problem.code !== 'utf8-invalid') return { ...problem, offset };
    const message = `This is not valid ${this.#encoding.name}, so the row is left out.`;
    return { ...problem, offset, code: 'encoding-invalid', message };
  }

  #inSource(utf8Offset: number): number {
    if (utf8Offset >= this.#utf8End) return this.#sourceEnd;
    const piece = this.#pieces.findLast(({ utf8Start }) => utf8Start <= utf8Offset)!;
    const at = utf8Offset - piece.utf8Start;
    // Places are mostly asked for from left to right.
    if (at < piece.seen) {
      piece.seen = 0;
      piece.seenSource = 0;
    }
    piece.seenSource += sum(piece.widths, piece.seen, at);
    piece.seen = at;
    return piece.sourceStart + piece.seenSource;
  }
}

interface Piece {
  readonly widths: Uint8Array;
  readonly utf8Start: number;
  readonly sourceStart: number;
  /** How far the piece was measured, and what that came to in the source. */
  seen: number;
  seenSource: number;
}

function sum(widths: Uint8Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += widths[i]!;
  return total;
}
