/** The one seeded generator: xoshiro128** (Blackman & Vigna 2018), seeded by splitmix32. Same seed, same bytes. */
export class Random {
  readonly #state: Uint32Array;

  /** @param seed any integer; only its low 32 bits count */
  constructor(seed: number) {
    let mixed = seed >>> 0;
    this.#state = Uint32Array.from({ length: 4 }, () => {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let z = mixed;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    });
  }

  /** An unsigned 32-bit integer. */
  uint32(): number {
    const s = this.#state;
    const x = Math.imul(s[1]!, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  /** In [0, 1), with 32 bits of freedom. */
  uniform(): number {
    return this.uint32() / 4294967296;
  }

  /** An integer in [0, bound); `bound` is at most 2³². */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Standard normal, by Box and Muller (1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Fisher–Yates, in place. */
  shuffle<T extends { length: number; [index: number]: number }>(items: T): T {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const kept = items[last]!;
      items[last] = items[other]!;
      items[other] = kept;
    }
    return items;
  }

  /** `size` different positions below `bound`, in random order; all of them when `size` is larger. */
  sample(bound: number, size: number): Int32Array {
    const positions = this.shuffle(Int32Array.from({ length: bound }, (_, position) => position));
    return positions.slice(0, Math.min(size, bound));
  }

  /**
   * As `sample`, but other positions of the same seed, in a time that grows with the size and not with the bound: for a
   * few of very many (Floyd's algorithm; Bentley & Floyd 1987, "A Sample of Brilliance").
   */
  few(bound: number, size: number): Int32Array {
    const chosen = new Set<number>();
    for (let top = Math.max(0, bound - size); top < bound; top++) {
      const position = this.below(top + 1);
      chosen.add(chosen.has(position) ? top : position);
    }
    return this.shuffle(Int32Array.from(chosen));
  }
}
