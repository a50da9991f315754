/** Numbers the occurrences of each text in a file, by its hash. A map of strings takes three times the memory. */

const FEWEST_SLOTS = 1 << 12;
/** Up to this many slots are emptied rather than made anew. */
const KEPT_SLOTS = 1 << 14;

export class Occurrences {
  /** The words of hashes that are asked about; of their four, three tell texts apart surely enough. */
  readonly #hashes: Uint32Array;
  /** Open addressing, at most half full; four numbers a slot: three words of a hash, and how often it was seen. */
  #slots = new Uint32Array(4 * FEWEST_SLOTS);
  #used = 0;

  /** @param hashes where hashes are put before `next` is asked, four words each */
  constructor(hashes: Uint32Array) {
    this.#hashes = hashes;
  }

  startFile(): void {
    this.#used = 0;
    if (this.#slots.length <= 4 * KEPT_SLOTS) this.#slots.fill(0);
    else this.#slots = new Uint32Array(4 * FEWEST_SLOTS);
  }

  /** How often the file had this text before. @param at the place of its hash among them */
  next(at: number): number {
    const first = this.#hashes[4 * at]!;
    const second = this.#hashes[4 * at + 1]!;
    const third = this.#hashes[4 * at + 2]!;
    let slots = this.#slots;
    if (8 * (this.#used + 1) > slots.length) slots = this.#grow();
    const slot = slotOf(slots, first, second, third);
    if (slots[slot + 3] === 0) {
      slots[slot] = first;
      slots[slot + 1] = second;
      slots[slot + 2] = third;
      this.#used++;
    }
    return slots[slot + 3]!++;
  }

  #grow(): Uint32Array<ArrayBuffer> {
    const old = this.#slots;
    const slots = new Uint32Array(2 * old.length);
    for (let from = 0; from < old.length; from += 4) {
      if (old[from + 3] === 0) continue;
      slots.set(old.subarray(from, from + 4), slotOf(slots, old[from]!, old[from + 1]!, old[from + 2]!));
    }
    this.#slots = slots;
    return slots;
  }
}

/** Where a hash is, or where it would go. */
function slotOf(slots: Uint32Array, first: number, second: number, third: number): number {
  const mask = slots.length - 1;
  for (let slot = (first << 2) & mask; ; slot = (slot + 4) & mask) {
    if (slots[slot + 3] === 0) return slot;
    if (slots[slot] === first && slots[slot + 1] === second && slots[slot + 2] === third) return slot;
  }
}
