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

/** What a character is within a word, in lower case; 0 between words; OTHER beyond ASCII. */
const OTHER = 255;
const letters = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code).toLowerCase();
  return /\w/.test(character) ? character.charCodeAt(0) : 0;
});

export class TermCounter {
  /** The terms of the text counted last, in the order of first use; the first `termCount` of it. */
  termIds = new Uint32Array(1024);
  counts = new Uint16Array(1024);
  termCount = 0;
  readonly #termId: (term: string) => number;
  readonly #known = new KnownWords();
  // By term id: where the term stands in `termIds`, good only where `termIds` agrees.
  #positions = new Uint32Array(1 << 16);

  /** @param termId numbers a term, from 0 without gaps, the same term always alike */
  constructor(termId: (term: string) => number) {
    this.#termId = termId;
  }

  count(text: string): void {
    this.termCount = 0;
    if (this.#countAscii(text)) return;
    this.termCount = 0;
    for (const term of tokenize(text)) this.#add(this.#termId(term));
  }

  /** False as soon as a character turns up that is not ASCII. */
  #countAscii(text: string): boolean {
    const known = this.#known;
    let length = 0;
    let hash = 0;
    for (let at = 0; at <= text.length; at++) {
      const code = at < text.length ? text.charCodeAt(at) : 0;
      const letter = code < 128 ? letters[code]! : OTHER;
      if (letter === OTHER) return false;
      if (letter === 0) {
        if (length >= SHORTEST_TERM) {
          this.#add(known.idOf(Math.min(length, LONGEST_TERM), hash, this.#termId));
        }
        length = 0;
        hash = 0;
      } else {
        if (length < LONGEST_TERM) {
          known.word[length] = letter;
          hash = Math.imul(hash ^ letter, 0x01000193) + 0x9e3779b9;
        }
        length++;
      }
    }
    return true;
  }

  #add(id: number): void {
    if (id >= this.#positions.length) this.#positions = grown(this.#positions, id + 1);
    const known = this.#positions[id]!;
    if (known < this.termCount && this.termIds[known] === id) {
      if (this.counts[known]! < MAX_COUNT) this.counts[known]!++;
      return;
    }
    if (this.termCount === this.termIds.length) {
      this.termIds = grown(this.termIds, this.termCount + 1);
      this.counts = grown(this.counts, this.termCount + 1);
    }
    this.#positions[id] = this.termCount;
    this.termIds[this.termCount] = id;
    this.counts[this.termCount] = 1;
    this.termCount++;
  }
}

/** The ids of ASCII words, by their letters: open addressing, never more than half full. */
class KnownWords {
  /** The word to be looked up. */
  readonly word = new Uint8Array(LONGEST_TERM);
  #wordCount = 0;
  /** The id of each slot's word, plus one; 0 is an empty slot. */
  #ids = new Uint32Array(1 << 15);
  #hashes = new Int32Array(1 << 15);
  /** Where each slot's word lies in `#letters`; its length is the byte before it. */
  #starts = new Uint32Array(1 << 15);
  #letters = new Uint8Array(1 << 18);
  #lettersUsed = 0;

  /** The id of the first `length` letters of `word`, whose hash this is. */
  idOf(length: number, hash: number, termId: (term: string) => number): number {
    // The low bits of a product depend on few letters; the high ones on all.
    const mixed = (hash ^ (hash >>> 15)) | 0;
    const mask = this.#ids.length - 1;
    let slot = mixed & mask;
    for (; this.#ids[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#hashes[slot] === mixed && this.#isWordAt(this.#starts[slot]!, length))
        return this.#ids[slot]! - 1;
    }
    const id = termId(String.fromCharCode(...this.word.subarray(0, length)));
    this.#keep(slot, mixed, length, id);
    return id;
  }

  #isWordAt(start: number, length: number): boolean {
    if (this.#letters[start - 1] !== length) return false;
    for (let i = 0; i < length; i++) if (this.#letters[start + i] !== this.word[i]) return false;
    return true;
  }

  #keep(slot: number, mixed: number, length: number, id: number): void {
    if (this.#lettersUsed + length + 1 > this.#letters.length) {
      this.#letters = grown(this.#letters, this.#lettersUsed + length + 1);
    }
    this.#letters[this.#lettersUsed] = length;
    this.#letters.set(this.word.subarray(0, length), this.#lettersUsed + 1);
    this.#ids[slot] = id + 1;
    this.#hashes[slot] = mixed;
    this.#starts[slot] = this.#lettersUsed + 1;
    this.#lettersUsed += length + 1;
    this.#wordCount++;
    if (this.#wordCount * 2 > this.#ids.length) this.#rehash();
  }

  #rehash(): void {
    const [ids, hashes, starts] = [this.#ids, this.#hashes, this.#starts];
    this.#ids = new Uint32Array(ids.length * 2);
    this.#hashes = new Int32Array(ids.length * 2);
    this.#starts = new Uint32Array(ids.length * 2);
    const mask = this.#ids.length - 1;
    for (let old = 0; old < ids.length; old++) {
      if (ids[old] === 0) continue;
      let slot = hashes[old]! & mask;
      while (this.#ids[slot] !== 0) slot = (slot + 1) & mask;
      this.#ids[slot] = ids[old]!;
      this.#hashes[slot] = hashes[old]!;
      this.#starts[slot] = starts[old]!;
    }
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
