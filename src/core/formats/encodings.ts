/** The encodings that can be read besides UTF-8, by name and by mark. */
import { SINGLE_BYTE_TABLES } from './single-byte.ts';
import type { Encoding } from './transcoding.ts';
import { type Transcoded, Utf8Writer } from './utf8-writer.ts';

/**
 * Loads the tables of the encodings that need large ones. To be awaited before `openEncoding`, `openReader` and
 * `readRecordAt` meet this label; the other labels cost nothing.
 */
export async function loadEncoding(label: string | undefined): Promise<void> {
  if (MULTIBYTE.has(nameOf(label))) multibyte ??= await import('./multibyte.ts');
}

/**
 * A decoder for one stream, by a WHATWG label or one that people write; undefined for UTF-8, which needs none.
 *
 * @returns `unsupported` for everything else
 */
export function openEncoding(label: string | undefined): Encoding | 'unsupported' | undefined {
  const name = nameOf(label);
  if (name === 'utf-8') return undefined;
  if (name === 'utf-16le' || name === 'utf-16be') return new Utf16(name);
  if (name === 'utf-32le' || name === 'utf-32be') return new Utf32(name);
  if (MULTIBYTE.has(name)) {
    if (!multibyte) throw new Error(`The tables of ${name} are not loaded: await loadEncoding first.`);
    return multibyte.openMultibyte(name);
  }
  const table = Object.hasOwn(SINGLE_BYTE_TABLES, name) ? SINGLE_BYTE_TABLES[name] : undefined;
  return table === undefined ? 'unsupported' : new SingleByte(name, table);
}

/** The encoding that a byte order mark at the start names. */
export function encodingOfMark(bytes: Uint8Array): string | undefined {
  return MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0];
}

/** Whether this is a label of an encoding that can be read. */
export function isKnownEncoding(label: string): boolean {
  return ENCODING_NAMES.includes(nameOf(label));
}

const MULTIBYTE: ReadonlySet<string> = new Set(['shift_jis', 'euc-jp', 'gb18030', 'big5', 'euc-kr']);
// They weigh more than all else that reads files, and few files need them.
let multibyte: typeof import('./multibyte.ts') | undefined;

/** The most common first, the others by name. */
export const SINGLE_BYTE_NAMES: readonly string[] = Object.keys(SINGLE_BYTE_TABLES).sort(
  (a, b) => Number(b === 'windows-1252') - Number(a === 'windows-1252'),
);

/** The WHATWG names of all that can be read. */
export const ENCODING_NAMES: readonly string[] = [
  'utf-8',
  ...SINGLE_BYTE_NAMES,
  ...MULTIBYTE,
  'utf-16le',
  'utf-16be',
  'utf-32le',
  'utf-32be',
];

function nameOf(label: string | undefined): string {
  const name = label?.trim().toLowerCase().replace(/[_ ]/g, '-') ?? 'utf-8';
  return (Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined) ?? name;
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
  // Its WHATWG name has the underscore that is taken for a hyphen above.
  'shift-jis': 'shift_jis',
  shiftjis: 'shift_jis',
  sjis: 'shift_jis',
  'windows-31j': 'shift_jis',
  cp932: 'shift_jis',
  eucjp: 'euc-jp',
  // GB 18030 reads all of GBK and GB 2312, and WHATWG decodes the three alike.
  gbk: 'gb18030',
  gb2312: 'gb18030',
  cp936: 'gb18030',
  'big5-hkscs': 'big5',
  cp950: 'big5',
  euckr: 'euc-kr',
  cp949: 'euc-kr',
  'windows-949': 'euc-kr',
  'ks-c-5601-1987': 'euc-kr',
};

// UTF-32 first: its mark begins like that of UTF-16.
const MARKS: readonly (readonly [name: string, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-32le', [0xff, 0xfe, 0x00, 0x00]],
  ['utf-32be', [0x00, 0x00, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

class SingleByte implements Encoding {
  readonly name: string;
  readonly #codes: Uint16Array;

  constructor(name: string, table: string) {
    this.name = name;
    this.#codes = Uint16Array.from(table, (character) => character.charCodeAt(0));
  }

  toUtf8(bytes: Uint8Array): Transcoded {
    const utf8 = new Utf8Writer(bytes.length * 3);
    for (const byte of bytes) {
      const code = byte < 0x80 ? byte : this.#codes[byte - 0x80]!;
      if (code === 0xfffd) utf8.writeInvalid(1);
      else utf8.write(code, 1);
    }
    return utf8.finish();
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

  toUtf8(bytes: Uint8Array, isLast: boolean): Transcoded {
    const utf8 = new Utf8Writer(bytes.length * 2 + 8);
    const left = this.#units.read(bytes, (unit) => {
      const isLow = unit >= 0xdc00 && unit < 0xe000;
      if (this.#high !== 0 && isLow) {
        utf8.write(0x10000 + ((this.#high - 0xd800) << 10) + (unit - 0xdc00), 4);
        this.#high = 0;
        return;
      }
      this.#writeLoneHigh(utf8);
      if (unit >= 0xd800 && unit < 0xdc00) this.#high = unit;
      else utf8.write(unit, 2);
    });
    if (isLast) this.#writeLoneHigh(utf8);
    if (isLast && left > 0) utf8.writeInvalid(left);
    return utf8.finish();
  }

  /** Half a pair written as three bytes is not UTF-8. */
  #writeLoneHigh(utf8: Utf8Writer): void {
    if (this.#high !== 0) utf8.write(this.#high, 2);
    this.#high = 0;
  }
}

class Utf32 implements Encoding {
  readonly name: string;
  readonly #units: Units;

  constructor(name: 'utf-32le' | 'utf-32be') {
    this.name = name;
    this.#units = new Units(4, name === 'utf-32le');
  }

  toUtf8(bytes: Uint8Array, isLast: boolean): Transcoded {
    const utf8 = new Utf8Writer(bytes.length + 8);
    const left = this.#units.read(bytes, (unit) => {
      if (unit > 0x10ffff) utf8.writeInvalid(4);
      else utf8.write(unit, 4);
    });
    if (isLast && left > 0) utf8.writeInvalid(left);
    return utf8.finish();
  }
}
