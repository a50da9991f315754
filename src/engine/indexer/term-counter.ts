/** Counts the terms of one text after another without making anything new. */
import { tokenize } from '../../core/text/tokenize.ts';

/** Counts are stored in 16 bits; a term that occurs more often says nothing more. */
const MAX_COUNT = 0xffff;

export class TermCounter {
  /** The terms of the text counted last, in the order of first use; the first `termCount` of it. */
  termIds = new Uint32Array(1024);
  counts = new Uint16Array(1024);
  termCount = 0;
  // By term id: where the term stands in `termIds`, good only where `termIds` agrees.
  #positions = new Uint32Array(1 << 16);

  /** @param termId numbers a term, from 0 without gaps */
  count(text: string, termId: (term: string) => number): void {
    this.termCount = 0;
    for (const term of tokenize(text)) this.#add(termId(term));
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

function grown<Numbers extends Uint32Array | Uint16Array>(old: Numbers, needed: number): Numbers {
  let length = old.length;
  while (length < needed) length *= 2;
  const larger = new (old.constructor as new (length: number) => Numbers)(length);
  larger.set(old);
  return larger;
}
