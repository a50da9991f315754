/**
 * Numbers the terms of all texts, and counts those of one text after another: the terms of `tokenize`, found faster.
 *
 * The work is done by kernels/words.ts on bytes in memory that is kept here. ASCII texts and texts of which all
 * characters are simple go through it alone; for others `tokenize` makes the list of terms and the kernel counts it.
 */
import { KernelMemory, loadKernel } from '../kernels/kernel.ts';
import wordsKernel from '../kernels/words.wasm.ts';
import { simpleCharacters, tokenize } from './tokenize.ts';

/** What kernels/words.ts exports. */
interface WordsKernel {
  countAscii(state: number, text: number, length: number): number;
  countKnown(state: number, text: number, length: number, lowered: number): number;
  countList(state: number, list: number, length: number): number;
  fillTable(state: number): void;
}

// The fields of the kernel's state, by their place in it.
const SLOTS = 0;
const MASK = 1;
const TERM_COUNT = 2;
const TERMS = 3;
const TERMS_LENGTH = 4;
const MARKS = 5;
const SCRATCH = 7;
const SCRATCH_WORDS = 8;
const IDS = 9;
const COUNTS = 10;
const CHARACTERS = 11;
const MOST_TERMS = 12;
const TERMS_ROOM = 13;
const STATE_FIELDS = 14;

// What the kernel answers in place of a number of terms.
const NOT_SIMPLE = -1;
const TABLE_FULL = -2;

const SLOT_BYTES = 8;
const MARK_BYTES = 8;
/** Hash, start and end of a word. */
const SCRATCH_BYTES = 16;
/** Of a list of terms, in UTF-16. */
const PIECE = 1 << 15;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Where a text lies in the counter's memory. */
interface TextPlace {
  readonly address: number;
  readonly length: number;
}

export class TermCounter {
  /** Whoever makes texts of bytes does it here, so that they need not be copied. */
  readonly memory: KernelMemory;
  /** How many different terms the text counted last has. */
  termCount = 0;
  readonly #kernel: WordsKernel;
  readonly #stateAt: number;
  readonly #state: Uint32Array;
  /** The largest text there is scratch memory for, and the space for a text that is given as a string. */
  #textRoom = 0;
  #textAt = 0;
  #loweredAt = 0;

  constructor(memory = new KernelMemory()) {
    this.memory = memory;
    this.#kernel = loadKernel<WordsKernel>(wordsKernel, memory.memory);
    this.#stateAt = memory.allocate(4 * STATE_FIELDS);
    this.#state = memory.u32(this.#stateAt, STATE_FIELDS);
    this.#reserveTerms(1 << 15);
    this.#reserveText(1 << 12);
  }

  /** The ids of the terms of the text counted last, in the order of first use; good until the next text. */
  get termIds(): Uint32Array {
    return this.memory.u32(this.idsAt, this.termCount);
  }

  /** How often each occurs, at most 65,535: a term that occurs more often says nothing more. */
  get counts(): Uint16Array {
    return this.memory.u16(this.countsAt, this.termCount);
  }

  /** Where the two lie in the memory. */
  get idsAt(): number {
    return this.#state[IDS]!;
  }

  get countsAt(): number {
    return this.#state[COUNTS]!;
  }

  /** All terms ever met. */
  get size(): number {
    return this.#state[TERM_COUNT]!;
  }

  /** The length of all terms together in UTF-8, with a line feed after each. */
  get bytesUsed(): number {
    return this.#state[TERMS_LENGTH]!;
  }

  /** The terms from this byte on, parted by line feeds. */
  termsFrom(byte: number): string {
    const length = Math.max(0, this.bytesUsed - byte - 1);
    return decoder.decode(this.memory.bytes(this.#state[TERMS]! + byte, length));
  }

  /** Forgets all terms and learns these in their order, which must not repeat. @param terms parted by line feeds */
  learn(terms: Iterable<string>): void {
    const state = this.#state;
    this.memory.bytes(state[SLOTS]!, (state[MASK]! + 1) * SLOT_BYTES).fill(0);
    state[TERM_COUNT] = 0;
    state[TERMS_LENGTH] = 0;
    for (const some of terms) for (const piece of piecesOf(some)) this.#countTerms(piece);
  }

  /** The number of a term, given out in the order of first sight. */
  idOf(term: string): number {
    this.#countTerms(term);
    return this.termIds[0]!;
  }

  count(text: string): void {
    const { address, length } = this.#place(text);
    this.countAt(address, length);
  }

  /** Counts a text of valid UTF-8. Up to 64 bytes behind it are read, and mean nothing. */
  countAt(address: number, length: number): void {
    this.#reserveText(length);
    const kernel = this.#kernel;
    const state = this.#stateAt;
    let count = this.#withRoom(() => kernel.countAscii(state, address, length));
    if (count === NOT_SIMPLE) {
      this.#state[CHARACTERS] ||= this.#keepCharacters();
      count = this.#withRoom(() => kernel.countKnown(state, address, length, this.#loweredAt));
    }
    if (count === NOT_SIMPLE) {
      this.#countTerms(tokenize(decoder.decode(this.memory.bytes(address, length))).join('\n'));
    } else this.termCount = count;
  }

  #countTerms(list: string): void {
    // Its end is a line feed, too.
    const { address, length } = this.#place(list === '' ? '' : `${list}\n`);
    this.termCount = this.#withRoom(() => this.#kernel.countList(this.#stateAt, address, length));
  }

  /** Terms that were found before the table was full are known the next time. */
  #withRoom(count: () => number): number {
    for (;;) {
      const found = count();
      if (found !== TABLE_FULL) return found;
      if (this.size === this.#state[MOST_TERMS]) this.#reserveTerms(2 * this.size);
      else this.#reserveTermBytes();
    }
  }

  #place(text: string): TextPlace {
    this.#reserveText(3 * text.length);
    const { written } = encoder.encodeInto(text, this.memory.bytes(this.#textAt, 3 * text.length));
    return { address: this.#textAt, length: written };
  }

  /** Room for a text of this many bytes and for its words. */
  #reserveText(length: number): void {
    const state = this.#state;
    if (length > this.#textRoom) {
      this.#textRoom = 2 ** Math.ceil(Math.log2(length));
      // Words of a list may be of one letter: with what parts them from the next they take two bytes at least.
      const words = this.#textRoom / 2 + 1;
      this.#textAt = this.memory.allocate(this.#textRoom);
      this.#loweredAt = this.memory.allocate(this.#textRoom);
      state[SCRATCH_WORDS] = words;
      state[SCRATCH] = this.memory.allocate(words * SCRATCH_BYTES);
      state[IDS] = this.memory.allocate(words * 4);
      state[COUNTS] = this.memory.allocate(words * 2);
    }
  }

  /** Slots and marks for this many terms, a power of two: the table is never more than half full. */
  #reserveTerms(terms: number): void {
    const state = this.#state;
    state[SLOTS] = this.memory.allocate(2 * terms * SLOT_BYTES);
    state[MASK] = 2 * terms - 1;
    state[MOST_TERMS] = terms;
    this.#kernel.fillTable(this.#stateAt);
    // Marks of earlier texts are of no use.
    state[MARKS] = this.memory.allocate(terms * MARK_BYTES);
  }

  #reserveTermBytes(): void {
    const state = this.#state;
    const room = Math.max(2 * state[TERMS_ROOM]!, 1 << 18);
    const terms = this.memory.allocate(room);
    this.memory.bytes(terms, this.bytesUsed).set(this.memory.bytes(state[TERMS]!, this.bytesUsed));
    state[TERMS] = terms;
    state[TERMS_ROOM] = room;
  }

  #keepCharacters(): number {
    const address = this.memory.allocate(2 * simpleCharacters().length);
    this.memory.u16(address, simpleCharacters().length).set(simpleCharacters());
    return address;
  }
}

/** Lists of a few thousand terms: what it takes to count a list grows to dozens of times its length, and stays. */
function* piecesOf(terms: string): Iterable<string> {
  for (let from = 0; from < terms.length; ) {
    const end = terms.length - from > PIECE ? terms.indexOf('\n', from + PIECE) : -1;
    yield terms.slice(from, end < 0 ? terms.length : end);
    from = end < 0 ? terms.length : end + 1;
  }
}
