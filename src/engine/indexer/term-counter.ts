/**
 * Counts the terms of one text after another without making anything new: the terms of `tokenize`, found faster.
 *
 * Making a string of every word only to find that it is known costs most of tokenizing. ASCII texts are therefore
 * cut and looked up letter by letter in a hash table of the words met before; a word becomes a string only when it
 * is new. Other texts go the long way.
 */
import { tokenize } from '../../core/text/tokenize.ts';

/** Counts are stored in 16 bits; a term that occurs more often says nothing more. */
const MAX_COUNT = 0xffff;
/** As in `tokenize`: of longer runs only the beginning is the term. */
const LONGEST_TERM = 100;
const SHORTEST_TERM = 2;

/** What a character is within a word, in lower case; 0 between words. */
const letters = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code).toLowerCase();
  return /\w/.test(character) ? character.charCodeAt(0) : 0;
});

const ascii = new TextDecoder();

export class TermCounter {
  /** The terms of the text counted last, in the order of first use; the first `termCount` of it. */
  termIds = new Uint32Array(1024);
  counts = new Uint16Array(1024);
  termCount = 0;
  readonly #termId: (term: string) => number;
  readonly #known = new KnownWords();
  /** The ids of the text's words in reading order. */
  #tokens = new Uint32Array(1024);
  #tokenCount = 0;
  // By term id: where the term stands in `termIds`, good only where `termIds` agrees.
  #positions = new Uint32Array(1 << 16);

  /** @param termId numbers a term, from 0 without gaps, the same term always alike */
  constructor(termId: (term: string) => number) {
    this.#termId = termId;
  }

  count(text: string): void {
    if (!this.#readAscii(text)) this.#readAny(text);
    this.#countTokens();
  }

  /** Collects the ids of the text's words; false as soon as a character turns up that is not ASCII. */
  #readAscii(text: string): boolean {
    const known = this.#known;
    const { word } = known;
    // A word and what parts it from the next take two characters at least.
    this.#reserveTokens(text.length / 2 + 1);
    const tokens = this.#tokens;
    let tokenCount = 0;
    let length = 0;
    let hash = 0;
    for (let at = 0; at <= text.length; at++) {
      // The end parts words like a blank.
      const code = at < text.length ? text.charCodeAt(at) : 0;
      if (code > 127) return false;
      const letter = letters[code]!;
      if (letter !== 0) {
        if (length < LONGEST_TERM) {
          word[length] = letter;
          hash = Math.imul(hash ^ letter, 0x01000193) + 0x9e3779b9;
        }
        length++;
      } else if (length > 0) {
        if (length >= SHORTEST_TERM) {
          tokens[tokenCount++] = known.idOf(Math.min(length, LONGEST_TERM), hash, this.#termId);
        }
        length = 0;
        hash = 0;
      }
    }
    this.#tokenCount = tokenCount;
    return true;
  }

  #readAny(text: string): void {
    const terms = tokenize(text);
    this.#reserveTokens(terms.length);
    this.#tokenCount = terms.length;
    for (let i = 0; i < terms.length; i++) this.#tokens[i] = this.#termId(terms[i]!);
  }

  #reserveTokens(needed: number): void {
    if (needed <= this.#tokens.length) return;
    this.#tokens = grown(this.#tokens, needed);
    this.termIds = new Uint32Array(this.#tokens.length);
    this.counts = new Uint16Array(this.#tokens.length);
  }

  #countTokens(): void {
    const tokenCount = this.#tokenCount;
    const tokens = this.#tokens;
    const termIds = this.termIds;
    const counts = this.counts;
    let positions = this.#positions;
    let termCount = 0;
    for (let i = 0; i < tokenCount; i++) {
      const id = tokens[i]!;
      if (id >= positions.length) {
        positions = grown(positions, id + 1);
        this.#positions = positions;
      }
      const known = positions[id]!;
      if (known < termCount && termIds[known] === id) {
        if (counts[known]! < MAX_COUNT) counts[known]!++;
      } else {
        positions[id] = termCount;
        termIds[termCount] = id;
        counts[termCount] = 1;
        termCount++;
      }
    }
    this.termCount = termCount;
  }
}

/**
 * The ids of ASCII words, by their letters: open addressing, never more than half full.
 *
 *     a slot = first four letters | next four letters | hash | id + 1          0 in the last: empty
 *
 * Slots are sixteen bytes, so that most lookups touch one line of the cache. The letters of longer words beyond the
 * eighth lie elsewhere.
 */
class KnownWords {
  /** The word to be looked up, with room for whole quads of letters. */
  readonly word = new Uint8Array(LONGEST_TERM + 4);
  readonly #quads = new Uint32Array(this.word.buffer);
  #wordCount = 0;
  #slots = new Uint32Array(4 << 15);
  /** By id: where the length and the letters beyond the eighth begin in `#tails`. */
  #tailStarts = new Uint32Array(1 << 15);
  #tails = new Uint8Array(1 << 18);
  #tailsUsed = 0;

  /** The id of the first `length` letters of `word`, whose hash this is. */
  idOf(length: number, hash: number, termId: (term: string) => number): number {
    const first =
      length >= 4 ? this.#quads[0]! : (this.#quads[0]! & (0xffffffff >>> (32 - 8 * length))) >>> 0;
    const second =
      length >= 8
        ? this.#quads[1]!
        : length <= 4
          ? 0
          : (this.#quads[1]! & (0xffffffff >>> (64 - 8 * length))) >>> 0;
    // The highest bit tells long words from short ones, so that no word is taken for its own beginning.
    const mixed = ((Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 1) | (length > 8 ? 0x80000000 : 0)) >>> 0;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (mixed << 2) & mask;
    for (; slots[slot + 3] !== 0; slot = (slot + 4) & mask) {
      if (slots[slot] !== first || slots[slot + 1] !== second || slots[slot + 2] !== mixed) continue;
      const id = slots[slot + 3]! - 1;
      if (length <= 8 || this.#hasTail(id, length)) return id;
    }
    const id = termId(ascii.decode(this.word.subarray(0, length)));
    this.#keep(slot, first, second, mixed, length, id);
    return id;
  }

  #hasTail(id: number, length: number): boolean {
    const start = this.#tailStarts[id]!;
    if (this.#tails[start] !== length) return false;
    for (let i = 8; i < length; i++) if (this.#tails[start + i - 7] !== this.word[i]) return false;
    return true;
  }

  #keep(slot: number, first: number, second: number, mixed: number, length: number, id: number): void {
    this.#wordCount++;
    if (length > 8) {
      if (id >= this.#tailStarts.length) this.#tailStarts = grown(this.#tailStarts, id + 1);
      if (this.#tailsUsed + LONGEST_TERM > this.#tails.length) {
        this.#tails = grown(this.#tails, this.#tailsUsed + LONGEST_TERM);
      }
      this.#tailStarts[id] = this.#tailsUsed;
      this.#tails[this.#tailsUsed] = length;
      this.#tails.set(this.word.subarray(8, length), this.#tailsUsed + 1);
      this.#tailsUsed += length - 7;
    }
    this.#slots[slot] = first;
    this.#slots[slot + 1] = second;
    this.#slots[slot + 2] = mixed;
    this.#slots[slot + 3] = id + 1;
    if (this.#wordCount * 8 > this.#slots.length) this.#rehash();
  }

  #rehash(): void {
    const old = this.#slots;
    const slots = new Uint32Array(old.length * 2);
    const mask = slots.length - 1;
    for (let from = 0; from < old.length; from += 4) {
      if (old[from + 3] === 0) continue;
      let slot = (old[from + 2]! << 2) & mask;
      while (slots[slot + 3] !== 0) slot = (slot + 4) & mask;
      slots.set(old.subarray(from, from + 4), slot);
    }
    this.#slots = slots;
  }
}

function grown<Numbers extends Uint8Array | Uint16Array | Uint32Array>(
  old: Numbers,
  needed: number,
): Numbers {
  let length = old.length;
  while (length < needed) length *= 2;
  const larger = new (old.constructor as new (length: number) => Numbers)(length);
  larger.set(old);
  return larger;
}
