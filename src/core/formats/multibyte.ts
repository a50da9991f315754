/**
 * The multibyte encodings of Chinese, Japanese and Korean, as WHATWG has them (encoding.spec.whatwg.org), from the
 * tables of iconv-lite: `TextDecoder` reads them differently from one Node to the next, and a text must have one
 * hash everywhere. Loaded when a file needs it, because the tables are large.
 *
 * iconv-lite says what one character is; where characters begin and end, and what is none, is decided here, since
 * it would put U+FFFD in the place of what it can't read, and says nothing about positions.
 */
import iconv from 'iconv-lite';
import type { Encoding } from './transcoding.ts';
import { type Transcoded, Utf8Writer } from './utf8-writer.ts';

/** @param name `shift_jis`, `euc-jp`, `gb18030`, `big5` or `euc-kr` */
export function openMultibyte(name: string): Encoding {
  const plan = PLANS[name];
  if (!plan) throw new Error(`${name} is not one of the multibyte encodings.`);
  plan.characters ??= new Characters(plan);
  return new Multibyte(name, plan, plan.characters);
}

interface Plan {
  /** iconv-lite's name for the table. */
  readonly table: string;
  /** How many bytes a character that begins so takes; 0 when none does. `second` is -1 at the end. */
  length(first: number, second: number): number;
  /** Where WHATWG differs from the table; undefined where it does not. */
  differs?(bytes: Uint8Array): number | undefined;
  characters?: Characters;
}

const isIn = (byte: number, low: number, high: number) => byte >= low && byte <= high;

const PLANS: Record<string, Plan> = {
  shift_jis: {
    table: 'shiftjis',
    length: (first) =>
      first === 0x80 || isIn(first, 0xa1, 0xdf)
        ? 1
        : isIn(first, 0x81, 0x9f) || isIn(first, 0xe0, 0xfc)
          ? 2
          : 0,
    // What users defined for themselves, in rows of 188 (WHATWG shift_jis decoder, step 3.5).
    differs: ([first = 0, second = 0, ...more]) =>
      more.length === 0 && isIn(first, 0xf0, 0xf9) && isIn(second, 0x40, 0xfc) && second !== 0x7f
        ? 0xe000 + (first - 0xf0) * 188 + second - (second < 0x7f ? 0x40 : 0x41)
        : undefined,
  },
  'euc-jp': {
    table: 'eucjp',
    length: (first) => (first === 0x8f ? 3 : first === 0x8e || isIn(first, 0xa1, 0xfe) ? 2 : 0),
  },
  gb18030: {
    table: 'gb18030',
    length: (first, second) =>
      first === 0x80 ? 1 : !isIn(first, 0x81, 0xfe) ? 0 : isIn(second, 0x30, 0x39) ? 4 : 2,
    differs: (bytes) => GB18030_OWN.get(bytes.reduce((number, byte) => number * 256 + byte, 0)),
  },
  big5: { table: 'big5hkscs', length: (first) => (isIn(first, 0x81, 0xfe) ? 2 : 0) },
  'euc-kr': { table: 'cp949', length: (first) => (isIn(first, 0x81, 0xfe) ? 2 : 0) },
};

/**
 * What the 2022 edition of GB 18030 moved out of the private use area; and U+FFFD itself, which this encoding has.
 */
const GB18030_OWN: ReadonlyMap<number, number> = new Map([
  [0xa6d9, 0xfe10],
  [0xa6da, 0xfe12],
  [0xa6db, 0xfe11],
  [0xa6dc, 0xfe13],
  [0xa6dd, 0xfe14],
  [0xa6de, 0xfe15],
  [0xa6df, 0xfe16],
  [0xa6ec, 0xfe17],
  [0xa6ed, 0xfe18],
  [0xa6f3, 0xfe19],
  [0xfe59, 0x9fb4],
  [0xfe61, 0x9fb5],
  [0xfe66, 0x9fb6],
  [0xfe67, 0x9fb7],
  [0xfe6d, 0x9fb8],
  [0xfe7e, 0x9fb9],
  [0xfe90, 0x9fba],
  [0xfea0, 0x9fbb],
  [0x8431a437, 0xfffd],
]);

class Multibyte implements Encoding {
  readonly name: string;
  readonly #plan: Plan;
  readonly #characters: Characters;
  /** The beginning of a character whose end has not come. */
  #rest: Uint8Array = new Uint8Array(0);

  constructor(name: string, plan: Plan, characters: Characters) {
    this.name = name;
    this.#plan = plan;
    this.#characters = characters;
  }

  toUtf8(chunk: Uint8Array, isLast: boolean): Transcoded {
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    // No byte becomes more than three: one that stands alone is at most U+FFFF.
    const utf8 = new Utf8Writer(bytes.length * 3);
    let at = 0;
    while (at < bytes.length) {
      const first = bytes[at]!;
      if (first < 0x80) {
        utf8.write(first, 1);
        at++;
        continue;
      }
      const left = bytes.length - at;
      const length = this.#plan.length(first, bytes[at + 1] ?? -1);
      if (length > left && !isLast) break;
      at += this.#write(bytes, at, Math.min(length, left), length <= left, utf8);
    }
    this.#rest = bytes.slice(at);
    return utf8.finish();
  }

  /** @returns how many bytes were used up */
  #write(bytes: Uint8Array, at: number, length: number, isWhole: boolean, utf8: Utf8Writer): number {
    const code = isWhole && length > 0 ? this.#characters.codeOf(bytes, at, length) : NONE;
    if (code === NONE) {
      // A quote or a line end after half a character is one all the same.
      let wrong = 1;
      while (wrong < length && bytes[at + wrong]! >= 0x80) wrong++;
      utf8.writeInvalid(wrong);
      return wrong;
    }
    utf8.write(code & FIRST_OF_TWO, length);
    if (code > FIRST_OF_TWO) utf8.write(code >>> 21, 0);
    return length;
  }
}

/** No character; NUL is ASCII, and never looked up. */
const NONE = 0;
/** Four characters of Big5 are two in Unicode: a letter, and above these bits its accent. */
const FIRST_OF_TWO = 0x1fffff;

/** What sequences of bytes mean, asked of iconv-lite once each. */
class Characters {
  readonly #plan: Plan;
  /** By all bytes but the last: what each last byte makes of them. */
  readonly #rows = new Map<number, Uint32Array>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  codeOf(bytes: Uint8Array, at: number, length: number): number {
    let lead = length;
    for (let i = 0; i < length - 1; i++) lead = lead * 256 + bytes[at + i]!;
    let row = this.#rows.get(lead);
    if (!row) {
      row = new Uint32Array(256).fill(UNASKED);
      this.#rows.set(lead, row);
    }
    const last = bytes[at + length - 1]!;
    if (row[last] === UNASKED) row[last] = this.#ask(bytes.slice(at, at + length));
    return row[last]!;
  }

  #ask(bytes: Uint8Array): number {
    const own = this.#plan.differs?.(bytes);
    if (own !== undefined) return own;
    const [first, second, ...more] = iconv.decode(bytes, this.#plan.table, { stripBOM: false });
    if (first === undefined || more.length > 0 || first === '\ufffd' || second === '\ufffd') return NONE;
    return first.codePointAt(0)! + (second?.codePointAt(0) ?? 0) * (FIRST_OF_TWO + 1);
  }
}

const UNASKED = 0xffffffff;
