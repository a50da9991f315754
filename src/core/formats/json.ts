/**
 * Reads a JSON file as a stream: the records are the elements of one list in it, or the whole value is one record.
 *
 *     [ {…}, {…} ]                        records: ''
 *     { "meta": {…}, "data": [ {…} ] }    records: 'data'
 *     { "text": "…" }                     records absent
 *
 * Only the way to the list is followed token by token; each value beside it, and each element, is found by its
 * brackets and quotes and then judged by `JSON.parse`. An element that is not valid costs itself. Where the way
 * breaks, nothing after it can be told apart any more: that is reported, and what came before stays.
 */
import { ByteWindow, CR, countLineEnds, LF, utf8BomLength } from './bytes.ts';
import type { FileLayout, FormatReader, Problem, ReadSink } from './format.ts';
import { jsonFields, parseJsonRow } from './json-row.ts';
import { syntaxErrorAt } from './json-scan.ts';
import { MAX_ROW_BYTES } from './limits.ts';
import { lineTooLong, NOT_UTF8 } from './problems.ts';
import { decodeUtf8, firstInvalidUtf8, utf8Length } from './utf8.ts';

export function jsonReader(layout: FileLayout, sink: ReadSink): FormatReader {
  const fields = jsonFields(layout);
  return new JsonSplitter(layout.records, {
    value: (json, { offset, length, line, problem }) => {
      let isValid = true;
      const row = parseJsonRow(json, fields, ({ code, message, at }) => {
        isValid &&= code !== 'json-syntax';
        sink.problem(problem(code, message, utf8Length(json, at)));
      });
      if (row) sink.record({ ...row, offset, length, line });
      return isValid;
    },
    problem: (problem) => sink.problem(problem),
  });
}

/** The first records of a file as values; broken ones are passed over. */
export function sampleValues(firstBytes: Uint8Array, records: string | undefined, limit: number): unknown[] {
  const values: unknown[] = [];
  const splitter = new JsonSplitter(records, {
    value: (json) => {
      const value = values.length < limit ? parsed(json) : undefined;
      if (value !== undefined) values.push(value);
      return true;
    },
    problem: () => {},
  });
  splitter.push(firstBytes);
  splitter.end();
  return values;
}

interface ValueSink {
  /** One record, which may not be JSON. @returns whether it is */
  value(json: string, place: ValuePlace): boolean;
  problem(problem: Problem): void;
}

interface ValuePlace {
  readonly offset: number;
  readonly length: number;
  readonly line: number;
  /** A problem this many bytes into the value. */
  problem(code: string, message: string, at: number): Problem;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const ARRAY_OPEN = 0x5b;
const ARRAY_CLOSE = 0x5d;
const OBJECT_OPEN = 0x7b;
const OBJECT_CLOSE = 0x7d;

/** What may come next on the way to the list. */
type Expected = 'value' | 'value-or-close' | 'key' | 'key-or-close' | 'colon' | 'comma-or-close' | 'end';

/** What a value under the scan is. */
type Role = 'key' | 'record' | 'aside';

class JsonSplitter implements FormatReader {
  readonly #sink: ValueSink;
  /** The keys that lead to the list; undefined: the whole value is the record. */
  readonly #way: readonly string[] | undefined;
  readonly #window = new ByteWindow();
  #line = 1;
  /** The offset at which that line begins. */
  #lineStart = 0;
  #pastBom = false;
  #isOver = false;
  #hasSyntaxProblem = false;
  #foundList = false;
  #expected: Expected = 'value';
  /** The containers that are open on the way: the key last read in an object, undefined in a list. */
  readonly #open: { isObject: boolean; key: string | undefined }[] = [];
  // The value under the scan, in distances from the window's start.
  #role: Role | undefined;
  #scanned = 0;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #isTooLong = false;

  constructor(records: string | undefined, sink: ValueSink) {
    this.#sink = sink;
    this.#way = records?.split('.').filter((key) => key !== '');
  }

  push(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#window.append(chunk);
    this.#drain(false);
  }

  end(): void {
    if (!this.#isOver) this.#drain(true);
  }

  #drain(isLast: boolean): void {
    const window = this.#window;
    if (!this.#pastBom) {
      const bom = utf8BomLength(window, isLast);
      if (bom === undefined) return;
      window.dropTo(window.start + bom);
      this.#lineStart = bom;
      this.#pastBom = true;
    }
    while (!this.#isOver) {
      if (this.#role !== undefined) {
        if (!this.#finishValue(isLast)) return;
      } else {
        if (!this.#skipSpace(isLast)) {
          if (isLast) this.#finish();
          return;
        }
        this.#takeToken(window.bytes[window.start]!);
      }
    }
  }

  #takeToken(byte: number): void {
    const top = this.#open.at(-1);
    const closes = byte === (top?.isObject ? OBJECT_CLOSE : ARRAY_CLOSE);
    if (closes && top && this.#expected.endsWith('close')) {
      this.#open.pop();
      this.#step(this.#open.length === 0 ? 'end' : 'comma-or-close');
    } else if (this.#expected === 'comma-or-close' && byte === COMMA) {
      this.#step(top?.isObject ? 'key' : 'value');
    } else if (this.#expected === 'colon' && byte === COLON) {
      this.#step('value');
    } else if (this.#expected.startsWith('key') && byte === QUOTE) {
      this.#startValue('key');
    } else if (this.#expected.startsWith('value')) {
      this.#takeValue(byte);
    } else {
      this.#break();
    }
  }

  /** A value begins: the way leads into it, or it is a record, or it is beside the way. */
  #takeValue(byte: number): void {
    const way = this.#way;
    const depth = this.#open.length;
    const isOnWay =
      way !== undefined && !this.#foundListHere() && this.#open.every(({ key }, i) => key === way[i]);
    if (isOnWay && depth < way.length && byte === OBJECT_OPEN) {
      this.#open.push({ isObject: true, key: undefined });
      this.#step('key-or-close');
    } else if (isOnWay && depth === way.length && byte === ARRAY_OPEN) {
      this.#foundList = true;
      this.#open.push({ isObject: false, key: undefined });
      this.#step('value-or-close');
    } else {
      this.#startValue(way === undefined || this.#foundListHere() ? 'record' : 'aside');
    }
  }

  /** Whether the list of records is the innermost open container. */
  #foundListHere(): boolean {
    const top = this.#open.at(-1);
    return top !== undefined && !top.isObject;
  }

  #step(expected: Expected): void {
    this.#dropTo(this.#window.start + 1);
    this.#expected = expected;
  }

  #startValue(role: Role): void {
    this.#role = role;
    this.#scanned = 0;
    this.#depth = 0;
    this.#inString = false;
    this.#isEscaped = false;
    this.#isTooLong = false;
  }

  /** False when more bytes are needed. */
  #finishValue(isLast: boolean): boolean {
    const window = this.#window;
    const isWhole = this.#scanValue();
    if (this.#scanned > MAX_ROW_BYTES && !this.#isTooLong) {
      this.#isTooLong = true;
      if (this.#role !== 'aside') this.#sink.problem(lineTooLong(window.offset, this.#line));
    }
    if (this.#isTooLong) {
      // Only its end matters now.
      this.#dropTo(window.start + this.#scanned);
      this.#scanned = 0;
    }
    if (!isWhole && !isLast) return false;
    if (!this.#isTooLong) this.#takeWhole(window.bytes.subarray(window.start, window.start + this.#scanned));
    this.#dropTo(window.start + this.#scanned);
    this.#expected = this.#role === 'key' ? 'colon' : this.#open.length === 0 ? 'end' : 'comma-or-close';
    this.#role = undefined;
    return true;
  }

  /** Goes on to the end of the value; false when it has not come yet. Numbers and words end where something else begins. */
  #scanValue(): boolean {
    const { bytes, start, end } = this.#window;
    let at = start + this.#scanned;
    let isWhole = false;
    for (; at < end && !isWhole; at++) {
      const byte = bytes[at]!;
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) {
          this.#inString = false;
          isWhole = this.#depth === 0;
        }
      } else if (byte === QUOTE) {
        // A string right after a number or a word is the next thing, not part of this one.
        if (this.#depth === 0 && at > start) break;
        this.#inString = true;
      } else if (byte === OBJECT_OPEN || byte === ARRAY_OPEN) {
        if (this.#depth === 0 && at > start) break;
        this.#depth++;
      } else if (byte === OBJECT_CLOSE || byte === ARRAY_CLOSE) {
        if (this.#depth === 0) break;
        this.#depth--;
        isWhole = this.#depth === 0;
      } else if (this.#depth === 0 && (byte === COMMA || byte === COLON || isSpace(byte))) break;
    }
    this.#scanned = at - start;
    return isWhole || at < end;
  }

  /** Judges a value that has come whole. */
  #takeWhole(bytes: Uint8Array): void {
    const { offset } = this.#window;
    const line = this.#line;
    const json = decodeUtf8(bytes);
    const problem = (code: string, message: string, at: number) => this.#placed(code, message, bytes, at);
    if (json === undefined) {
      this.#hasSyntaxProblem = true;
      this.#sink.problem(problem('utf8-invalid', NOT_UTF8, firstInvalidUtf8(bytes)));
    } else if (this.#role === 'record') {
      if (!this.#sink.value(json, { offset, length: bytes.length, line, problem }))
        this.#hasSyntaxProblem = true;
    } else {
      const value = parsed(json);
      if (value === undefined) this.#syntaxProblem(bytes, utf8Length(json, syntaxErrorAt(json)));
      else if (this.#role === 'key') this.#open.at(-1)!.key = value as string;
    }
  }

  /** What follows can't be told apart any more. */
  #break(): void {
    this.#isOver = true;
    if (!this.#hasSyntaxProblem) this.#syntaxProblem(new Uint8Array(0), 0);
    else {
      const message = 'From here on this file is not valid JSON, so the rest of it is left out.';
      this.#sink.problem(this.#placed('json-rest-unread', message, new Uint8Array(0), 0));
    }
  }

  #finish(): void {
    this.#isOver = true;
    const isEmpty = this.#expected === 'value' && this.#open.length === 0;
    if (this.#expected !== 'end' && !isEmpty && !this.#hasSyntaxProblem)
      this.#syntaxProblem(new Uint8Array(0), 0);
    else if (this.#way !== undefined && !this.#foundList && !isEmpty && !this.#hasSyntaxProblem) {
      const name =
        this.#way.length === 0
          ? 'There is no list in this file'
          : `There is no list "${this.#way.join('.')}"`;
      this.#sink.problem({ code: 'records-missing', message: `${name}, so there are no records.`, ...START });
    }
  }

  #syntaxProblem(bytes: Uint8Array, at: number): void {
    this.#hasSyntaxProblem = true;
    this.#sink.problem(this.#placed('json-syntax', 'This is not valid JSON.', bytes, at));
  }

  /** A problem `at` bytes into the value under the scan; the value may have line ends in it. */
  #placed(code: string, message: string, bytes: Uint8Array, at: number): Problem {
    const before = bytes.subarray(0, at);
    const offset = this.#window.offset + at;
    const lineEnd = Math.max(before.lastIndexOf(LF), before.lastIndexOf(CR));
    const lineStart = lineEnd < 0 ? this.#lineStart : this.#window.offset + lineEnd + 1;
    return {
      code,
      message,
      line: this.#line + countLineEnds(before),
      column: offset - lineStart + 1,
      offset,
    };
  }

  /** False when nothing has come after it yet. */
  #skipSpace(isLast: boolean): boolean {
    const { bytes, start, end } = this.#window;
    let at = start;
    while (at < end && isSpace(bytes[at]!)) at++;
    const isToken = at < end;
    // A CR that is the last byte so far could be half of a line end.
    if (!isToken && at > start && bytes[at - 1] === CR && !isLast) at--;
    this.#dropTo(at);
    return isToken;
  }

  #dropTo(position: number): void {
    const { bytes, start } = this.#window;
    const dropped = bytes.subarray(start, position);
    const lineEnd = Math.max(dropped.lastIndexOf(LF), dropped.lastIndexOf(CR));
    if (lineEnd >= 0) {
      this.#line += countLineEnds(dropped);
      this.#lineStart = this.#window.offset + lineEnd + 1;
    }
    this.#window.dropTo(position);
  }
}

const START = { line: 1, column: 1, offset: 0 };

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === LF || byte === CR || byte === 0x09;
}

/** Undefined, which JSON does not know, when this is not JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
