/** The encodings that can be read besides UTF-8: to UTF-8 on the way in, with the places in the source kept. */
import type { FormatReader, Problem, ReadRecord, ReadSink } from './format.ts';
import { MAX_ROW_BYTES } from './limits.ts';
import { SINGLE_BYTE_TABLES } from './single-byte.ts';

export interface Encoding {
  /** Its WHATWG name. */
  readonly name: string;
  /**
   * Bytes of this encoding as UTF-8. What is no character becomes bytes that are not UTF-8 either, so that the
   * readers report it where it is.
   */
  toUtf8(bytes: Uint8Array, isLast: boolean): Uint8Array;
  /** How many bytes of this encoding a character takes whose UTF-8 begins with this byte. */
  width(lead: number): number;
}

/**
 * A decoder for one stream, by a WHATWG label or one that people write; undefined for UTF-8, which needs none.
 *
 * @returns `unsupported` for everything else
 */
export function openEncoding(label: string | undefined): Encoding | 'unsupported' | undefined {
  const name = label?.trim().toLowerCase().replace(/[_ ]/g, '-') ?? 'utf-8';
  const known = ALIASES[name] ?? name;
  if (known === 'utf-8') return undefined;
  if (known === 'utf-16le' || known === 'utf-16be') return new Utf16(known);
  if (known === 'utf-32le' || known === 'utf-32be') return new Utf32(known);
  const table = Object.hasOwn(SINGLE_BYTE_TABLES, known) ? SINGLE_BYTE_TABLES[known] : undefined;
  return table === undefined ? 'unsupported' : new SingleByte(known, table);
}

const ALIASES: Readonly<Record<string, string>> = {
  ascii: 'utf-8',
  'us-ascii': 'utf-8',
  utf8: 'utf-8',
  'utf-16': 'utf-16le',
  utf16: 'utf-16le',
  utf16le: 'utf-16le',
  utf16be: 'utf-16be',
  'utf-32': 'utf-32le',
  // WHATWG: what calls itself Latin-1 is windows-1252.
  latin1: 'windows-1252',
  'iso-8859-1': 'windows-1252',
  'iso8859-1': 'windows-1252',
  cp1252: 'windows-1252',
  'iso-8859-9': 'windows-1254',
  latin9: 'iso-8859-15',
  cp1250: 'windows-1250',
  cp1251: 'windows-1251',
  cp866: 'ibm866',
  macroman: 'macintosh',
};

/** The encoding that a byte order mark at the start names. */
export function encodingOfMark(bytes: Uint8Array): string | undefined {
  return MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0];
}

// UTF-32 first: its mark begins like that of UTF-16.
const MARKS: readonly (readonly [name: string, mark: readonly number[]])[] = [
  ['utf-32le', [0xff, 0xfe, 0x00, 0x00]],
  ['utf-32be', [0x00, 0x00, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Reads another encoding through a reader of UTF-8. */
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

  #take(utf8: Uint8Array): void {
    if (utf8.length === 0) return;
    this.#pieces.push({
      utf8,
      utf8Start: this.#utf8End,
      sourceStart: this.#sourceEnd,
      seen: 0,
      seenSource: 0,
    });
    this.#utf8End += utf8.length;
    this.#sourceEnd += this.#widthOf(utf8, 0, utf8.length);
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
    piece.seenSource += this.#widthOf(piece.utf8, piece.seen, at);
    piece.seen = at;
    return piece.sourceStart + piece.seenSource;
  }

  #widthOf(utf8: Uint8Array, from: number, to: number): number {
    let width = 0;
    for (let i = from; i < to; i++) {
      const byte = utf8[i]!;
      if (byte < 0x80 || byte >= 0xc0) width += this.#encoding.width(byte);
    }
    return width;
  }
}

interface Piece {
  readonly utf8: Uint8Array;
  readonly utf8Start: number;
  readonly sourceStart: number;
  /** How far the piece was measured, and what that came to in the source. */
  seen: number;
  seenSource: number;
}

/** Stands for something that is no character: no UTF-8 has this byte. */
const INVALID = 0xff;

class SingleByte implements Encoding {
  readonly name: string;
  readonly #codes: Uint16Array;

  constructor(name: string, table: string) {
    this.name = name;
    this.#codes = Uint16Array.from(table, (character) => character.charCodeAt(0));
  }

  toUtf8(bytes: Uint8Array): Uint8Array {
    const utf8 = new Utf8Writer(bytes.length * 3);
    for (const byte of bytes) {
      const code = byte < 0x80 ? byte : this.#codes[byte - 0x80]!;
      if (code === 0xfffd) utf8.writeInvalid();
      else utf8.write(code);
    }
    return utf8.bytes();
  }

  width(): number {
    return 1;
  }
}

/** Cuts a stream into units of a fixed number of bytes. */
class Units {
  readonly #size: number;
  readonly #isLittleEndian: boolean;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(size: number, isLittleEndian: boolean) {
    this.#size = size;
    this.#isLittleEndian = isLittleEndian;
  }

  /** @returns how many bytes are left over: part of a unit */
  read(chunk: Uint8Array, unit: (code: number) => void): number {
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    const view = new DataView(bytes.buffer);
    const whole = bytes.length - (bytes.length % this.#size);
    for (let at = 0; at < whole; at += this.#size) {
      unit(
        this.#size === 2
          ? view.getUint16(at, this.#isLittleEndian)
          : view.getUint32(at, this.#isLittleEndian),
      );
    }
    this.#rest = bytes.slice(whole);
    return this.#rest.length;
  }
}

class Utf16 implements Encoding {
  readonly name: string;
  readonly #units: Units;
  /** The first half of a pair, while the second has not come. */
  #high = 0;

  constructor(name: 'utf-16le' | 'utf-16be') {
    this.name = name;
    this.#units = new Units(2, name === 'utf-16le');
  }

  toUtf8(bytes: Uint8Array, isLast: boolean): Uint8Array {
    const utf8 = new Utf8Writer(bytes.length * 2 + 8);
    const left = this.#units.read(bytes, (unit) => {
      const isLow = unit >= 0xdc00 && unit < 0xe000;
      if (this.#high !== 0 && isLow) {
        utf8.write(0x10000 + ((this.#high - 0xd800) << 10) + (unit - 0xdc00));
        this.#high = 0;
        return;
      }
      this.#writeLoneHigh(utf8);
      if (unit >= 0xd800 && unit < 0xdc00) this.#high = unit;
      else utf8.write(unit);
    });
    if (isLast) this.#writeLoneHigh(utf8);
    if (isLast && left > 0) utf8.writeInvalid();
    return utf8.bytes();
  }

  /** Half a pair written as three bytes is not UTF-8, and as wide as any other unit. */
  #writeLoneHigh(utf8: Utf8Writer): void {
    if (this.#high !== 0) utf8.write(this.#high);
    this.#high = 0;
  }

  width(lead: number): number {
    return lead === INVALID ? 1 : lead >= 0xf0 ? 4 : 2;
  }
}

class Utf32 implements Encoding {
  readonly name: string;
  readonly #units: Units;

  constructor(name: 'utf-32le' | 'utf-32be') {
    this.name = name;
    this.#units = new Units(4, name === 'utf-32le');
  }

  toUtf8(bytes: Uint8Array, isLast: boolean): Uint8Array {
    const utf8 = new Utf8Writer(bytes.length + 8);
    const left = this.#units.read(bytes, (unit) => {
      if (unit > 0x10ffff) utf8.writeInvalid();
      else utf8.write(unit);
    });
    if (isLast && left > 0) utf8.writeInvalid();
    return utf8.bytes();
  }

  width(): number {
    return 4;
  }
}

class Utf8Writer {
  readonly #bytes: Uint8Array;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** @param code a code point, or half of one */
  write(code: number): void {
    const bytes = this.#bytes;
    if (code < 0x80) {
      bytes[this.#length++] = code;
    } else if (code < 0x800) {
      bytes[this.#length++] = 0xc0 | (code >> 6);
      bytes[this.#length++] = 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      bytes[this.#length++] = 0xe0 | (code >> 12);
      bytes[this.#length++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[this.#length++] = 0x80 | (code & 0x3f);
    } else {
      bytes[this.#length++] = 0xf0 | (code >> 18);
      bytes[this.#length++] = 0x80 | ((code >> 12) & 0x3f);
      bytes[this.#length++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[this.#length++] = 0x80 | (code & 0x3f);
    }
  }

  writeInvalid(): void {
    this.#bytes[this.#length++] = INVALID;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
