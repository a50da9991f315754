/** What reading a format means: bytes in, records and problems out, nothing lost silently. */

import type { RowKernel } from './row-kernel.ts';

/** How one file is to be read. Decided once a file, stored with it, enough to read one record again later. */
export interface FileLayout {
  readonly format: FormatName;
  /** The field that holds the text; `a.b[0].c` for nested JSON, empty for rows that are the text. Absent for plain text. */
  readonly textField?: string;
  readonly idField?: string;
  /** For text files: a record a line, or the whole file. For Markdown: the whole file, or a heading and what follows. */
  readonly recordPer?: 'line' | 'file' | 'heading';
  /**
   * For JSON: where the list of records is, as keys parted by dots; empty: the file is the list. Absent: the file
   * is one record.
   */
  readonly records?: string;
  /** For CSV and TSV: the separator, and the names of the columns in order. */
  readonly delimiter?: string;
  readonly columns?: readonly string[];
  /** The WHATWG name of the encoding; absent: utf-8. */
  readonly encoding?: string;
}

export type FormatName = 'jsonl' | 'json' | 'csv' | 'text' | 'markdown';

/** A record as read from its file. */
export interface ReadRecord {
  /** The exact text, already decoded; the hash is taken of its UTF-8. */
  readonly text: string;
  /** The raw lexeme of the id as written (`007`, `1e3`, `9007199254740993`), never rounded; strings without quotes. */
  readonly id?: string;
  /** Byte range of the whole row in the file, without its line end. */
  readonly offset: number;
  readonly length: number;
  /** 1-based line on which the row begins. */
  readonly line: number;
}

/** Something in a source that could not be read as asked. Its neighbours are read all the same. */
export interface Problem {
  /** Stable, kebab-case: `json-syntax`, `text-missing`, `csv-quote-open`, `utf8-invalid`, `line-too-long`… */
  readonly code: string;
  /** A plain sentence. Never holds record text. */
  readonly message: string;
  /** 1-based line and 1-based column, in bytes of the line. */
  readonly line: number;
  readonly column: number;
  /** Byte offset in the file. */
  readonly offset: number;
}

export interface ReadSink {
  record(record: ReadRecord): void;
  problem(problem: Problem): void;
  /** Takes records as bytes, where a reader can give them so: most of JSON Lines and of lines of text in UTF-8. */
  readonly placed?: PlacedSink;
}

/**
 * Records one after the other, by columns with a value a record, of which the first `count` count. Texts and ids are given
 * by where they lie in the memory of the sink's rows, in valid UTF-8; all of it is good until the call returns.
 */
export interface PlacedRecords {
  readonly count: number;
  readonly texts: Uint32Array;
  readonly textLengths: Uint32Array;
  /** As written; 0 for none. */
  readonly ids: Uint32Array;
  readonly idLengths: Uint32Array;
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
  readonly lines: Uint32Array;
}

export interface PlacedSink {
  readonly rows: RowKernel;
  records(records: PlacedRecords): void;
}

/** Reads a stream of bytes cut anywhere. `push` any number of times, then `end` once. */
export interface FormatReader {
  push(chunk: Uint8Array): void;
  end(): void;
}
