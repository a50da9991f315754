/** Writes characters as UTF-8, and beside each byte how many bytes of the source it stands for. */

/** Stands for something that is no character: no UTF-8 has this byte. */
const INVALID = 0xff;

/** UTF-8 made of another encoding. */
export interface Transcoded {
  readonly utf8: Uint8Array;
  /** As long as `utf8`: at the first byte of a character the bytes it took in the source, elsewhere 0. */
  readonly widths: Uint8Array;
}

export class Utf8Writer {
  readonly #bytes: Uint8Array;
  readonly #widths: Uint8Array;
  #length = 0;

  /** @param capacity in bytes of UTF-8 */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
    this.#widths = new Uint8Array(capacity);
  }

  /**
   * @param code a code point, or half of one
   * @param width how many bytes it took in the source
   */
  write(code: number, width: number): void {
    const bytes = this.#bytes;
    this.#widths[this.#length] = width;
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

  writeInvalid(width: number): void {
    this.#widths[this.#length] = width;
    this.#bytes[this.#length++] = INVALID;
  }

  finish(): Transcoded {
    return { utf8: this.#bytes.subarray(0, this.#length), widths: this.#widths.subarray(0, this.#length) };
  }
}
